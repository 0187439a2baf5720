"""The app's place in the project."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class WorkspaceConfig(AppConfig):
    """See docs/architecture.md for what lives here."""

    name = "workspace"
    verbose_name = _("nav.workspace")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from beex.lib import paths
        from beex.lib.events import subscribe
        from workspace import desks, nudges, streams, visitors
        from workspace.events import AccessChanged, UserDeactivated
        from workspace.services import presence, strategies
        from workspace.statuses import ensure_statuses

        paths.register()
        post_migrate.connect(ensure_statuses, sender=self)
        subscribe(UserDeactivated, presence.on_user_deactivated)
        subscribe(AccessChanged, strategies.on_access_changed)
        nudges.register()
        streams.register()
        desks.register()
        visitors.register()
