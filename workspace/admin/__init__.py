"""The administration of this app, a family a file."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import channels, conversations, organization, people, presence

__all__ = ["channels", "conversations", "organization", "people", "presence"]

admin.site.site_header = admin.site.site_title = _("admin.title")
