"""The app's place in the project."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """See docs/architecture.md for what lives here."""

    name = "monitoring"
    default_auto_field = "django.db.models.BigAutoField"
