"""The app's place in the project: which facts move the floor."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    """See docs/architecture.md for what lives here."""

    name = "monitoring"
    verbose_name = _("admin.monitoring")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from beex.lib.events import Event, subscribe
        from monitoring import queue_stream, streams
        from monitoring.services import captures, floor
        from workspace.events import TicketChanged

        subscribe(Event, floor.on_fact)  # every fact says itself whose row it touches
        subscribe(TicketChanged, captures.on_ticket_changed)
        queue_stream.register(streams.register().watchers)
