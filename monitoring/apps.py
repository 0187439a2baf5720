"""The app's place in the project: which facts move the floor."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """See docs/architecture.md for what lives here."""

    name = "monitoring"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from beex.lib.events import Event, subscribe
        from monitoring import streams
        from monitoring.services import floor

        subscribe(Event, floor.on_fact)  # every fact says itself whose row it touches
        streams.register()
