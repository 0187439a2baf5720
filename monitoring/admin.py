"""The administration of this app: thresholds are kept, everything else is read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from monitoring.models import (
    FloorDirty,
    FloorPolicy,
    FloorRow,
    FloorStream,
    SupervisionSession,
)
from monitoring.services.floor import mark_all
from workspace.admin.bases import Kept, Written


@admin.register(FloorPolicy)
class FloorPolicyAdmin(Kept):
    """There is one."""

    list_display = ("__str__", "waiting_long")
    search_fields = ("=waiting_long",)
    list_filter = ("waiting_long",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Until it is there."""
        return super().has_add_permission(request) and not FloorPolicy.objects.exists()

    def save_model(self, request: HttpRequest, obj: FloorPolicy, form: Any, change: bool) -> None:
        """A threshold may change anybody's row."""
        super().save_model(request, obj, form, change)
        mark_all()


@admin.register(FloorRow)
class FloorRowAdmin(Written):
    list_display = ("user", "rev", "status", "webphone", "call", "due_at", "gone")
    list_filter = ("status", "webphone", "call", "gone")
    list_select_related = ("user",)
    search_fields = ("search", "user__username")


@admin.register(FloorDirty)
class FloorDirtyAdmin(Written):
    list_display = ("id", "user_id")
    list_filter = ()
    search_fields = ("=user_id",)


@admin.register(FloorStream)
class FloorStreamAdmin(Written):
    list_display = ("epoch", "rev", "leader", "lease_until")
    list_filter = ("leader",)
    search_fields = ("leader",)


@admin.register(SupervisionSession)
class SupervisionSessionAdmin(Written):
    list_display = ("id", "kind", "mode", "state", "supervisor", "user", "started_at", "ended_at")
    list_filter = ("kind", "mode", "state")
    list_select_related = ("supervisor", "user")
    search_fields = (
        "supervisor__username",
        "supervisor__first_names",
        "supervisor__last_names",
        "user__username",
        "user__first_names",
        "user__last_names",
    )
