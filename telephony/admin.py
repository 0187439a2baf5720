"""The administration of this app."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from telephony.models import Call, Extension, WebphoneState
from telephony.services.extensions import extension_set
from workspace.admin.bases import Kept, Written

PERSON = ("user__username", "user__first_names", "user__last_names")


@admin.register(Extension)
class ExtensionAdmin(Kept):
    """A number is given, changed and taken away by the service; it stays with its person."""

    frozen = ("user",)
    erasable = True
    list_display = ("number", "user")
    list_filter = ("user__role", "webphone__state")
    list_select_related = ("user",)
    search_fields = ("number", *PERSON)
    autocomplete_fields = ("user",)

    def save_model(self, request: HttpRequest, obj: Extension, form: Any, change: bool) -> None:
        """Through the service, so that the row follows."""
        saved = extension_set(obj.user_id, obj.number)
        obj.pk = saved.pk if saved else None

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The state of the webphone goes with its number, though nobody may delete it alone."""
        deleted, counts, _, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: Extension) -> None:
        """The person has no extension any more."""
        extension_set(obj.user_id, None)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Extension]) -> None:
        """Nor have these."""
        for user_id in list(queryset.values_list("user_id", flat=True)):
            extension_set(user_id, None)


@admin.register(WebphoneState)
class WebphoneStateAdmin(Written):
    list_display = ("extension", "state", "since", "free_since", "eternal")
    list_filter = ("state",)
    list_select_related = ("extension",)
    search_fields = ("extension__number", *(f"extension__{name}" for name in PERSON))


@admin.register(Call)
class CallAdmin(Written):
    list_display = ("id", "user", "state", "since", "direction", "contact", "campaign")
    list_filter = ("state", "direction", "campaign")
    list_select_related = ("user", "contact", "campaign")
    search_fields = ("=id", *PERSON, "contact__name", "contact__code", "contact__phone")
