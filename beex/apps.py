"""The project as an app: it carries the commands that belong to no other app."""

from django.apps import AppConfig


class BeexConfig(AppConfig):
    """Holds no models."""

    name = "beex"
