"""The app's place in the project."""

from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    """See docs/architecture.md for what lives here."""

    name = "telephony"
    default_auto_field = "django.db.models.BigAutoField"
