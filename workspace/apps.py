"""The app's place in the project."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WorkspaceConfig(AppConfig):
    """See docs/architecture.md for what lives here."""

    name = "workspace"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from workspace import streams
        from workspace.statuses import ensure_statuses

        post_migrate.connect(ensure_statuses, sender=self)
        streams.register()
