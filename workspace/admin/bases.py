"""Two ways of being in the administration: kept by people, or written by services."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest


class Kept(ModelAdmin[Any]):
    """What an administrator keeps. ``saved`` is the service that saves it and tells the floor.

    ``frozen`` fields are set once: filters, history and rows build on them. Only what is
    ``erasable`` can be deleted, where nothing refers to it.
    """

    saved: ClassVar[staticmethod[[Any], None] | None] = None
    frozen: ClassVar[tuple[str, ...]] = ()
    erasable: ClassVar[bool] = False
    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Frozen fields, once it is there."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, *self.frozen) if obj else fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only of what is erasable."""
        return self.erasable and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Through the service, where there is one."""
        if self.saved is None:
            super().save_model(request, obj, form, change)
        else:
            self.saved(obj)


class Written(ModelAdmin[Any]):
    """Rows that services alone write. Here they are read."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False
