"""The app's place in the project."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TelephonyConfig(AppConfig):
    """See docs/architecture.md for what lives here."""

    name = "telephony"
    verbose_name = _("admin.telephony")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from beex.lib.events import subscribe
        from telephony.services import calls, extensions
        from workspace import events

        subscribe(events.UserDeactivated, extensions.on_user_deactivated)
        subscribe(events.PlatformLeft, extensions.on_platform_left)
        subscribe(events.PlatformLeft, calls.on_platform_left)
        subscribe(events.Disposed, calls.on_disposed)
