"""The app's place in the project."""

from django.apps import AppConfig


class AgendaConfig(AppConfig):
    """See docs/architecture.md for what lives here."""

    name = "agenda"
    default_auto_field = "django.db.models.BigAutoField"
