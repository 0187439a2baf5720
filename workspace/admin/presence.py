"""Who is on the platform: read only."""

from django.contrib import admin

from workspace.models import Presence, WebProcess

from .bases import Written


@admin.register(WebProcess)
class WebProcessAdmin(Written):
    list_display = ("name", "seen_at", "eternal")
    list_filter = ("eternal",)
    search_fields = ("name",)


@admin.register(Presence)
class PresenceAdmin(Written):
    exclude = ("session_key",)
    list_display = ("user", "module", "place", "opened_at", "focused_at", "lost_at", "closed_at")
    list_filter = ("module",)
    list_select_related = ("user",)
    search_fields = ("user__username", "user__first_names", "user__last_names", "place")
