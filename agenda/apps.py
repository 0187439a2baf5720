"""The app's place in the project."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgendaConfig(AppConfig):
    """See docs/architecture.md for what lives here."""

    name = "agenda"
    verbose_name = _("nav.agenda")
    default_auto_field = "django.db.models.BigAutoField"
