"""The app's place in the project."""

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    """See docs/architecture.md for what lives here."""

    name = "workspace"
    default_auto_field = "django.db.models.BigAutoField"
