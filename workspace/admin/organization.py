"""Companies, campaigns and what belongs to them; statuses; dispositions; queues."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from workspace.models import (
    Campaign,
    Company,
    Contact,
    Disposition,
    DispositionCode,
    DispositionTree,
    Identifier,
    Queue,
    QueueMember,
    QueueWait,
    Status,
    Strategy,
)
from workspace.services import organization
from workspace.services.people import DEFAULT_STATUS

from .bases import Kept, Written


@admin.register(Company)
class CompanyAdmin(Kept):
    saved = staticmethod(organization.company_saved)
    frozen = ("code",)
    list_display = ("name", "code")
    list_filter = ()
    search_fields = ("name", "code")


@admin.register(Campaign)
class CampaignAdmin(Kept):
    saved = staticmethod(organization.campaign_saved)
    frozen = ("code", "company")
    list_display = ("name", "code", "company", "acw_limit", "disposition_tree")
    list_filter = ("company",)
    list_select_related = ("company", "disposition_tree")
    search_fields = ("name", "code", "company__name")
    autocomplete_fields = ("company", "disposition_tree")


@admin.register(Strategy)
class StrategyAdmin(Kept):
    saved = staticmethod(organization.strategy_saved)
    frozen = ("code", "campaign", "kind")
    list_display = ("name", "code", "kind", "campaign")
    list_filter = ("kind", "campaign__company")
    list_select_related = ("campaign",)
    search_fields = ("name", "code", "campaign__name")
    autocomplete_fields = ("campaign",)


@admin.register(Identifier)
class IdentifierAdmin(Kept):
    frozen = ("code", "campaign", "channel")
    list_display = ("alias", "value", "channel", "campaign", "queue")
    list_filter = ("channel", "campaign__company")
    list_select_related = ("campaign", "queue")
    search_fields = ("alias", "value", "code")
    autocomplete_fields = ("campaign", "queue")


@admin.register(Contact)
class ContactAdmin(Kept):
    saved = staticmethod(organization.contact_saved)
    frozen = ("company",)
    list_display = ("name", "code", "phone", "company")
    list_filter = ("company",)
    list_select_related = ("company",)
    search_fields = ("name", "code", "phone")
    autocomplete_fields = ("company",)
    show_full_result_count = False


@admin.register(Status)
class StatusAdmin(Kept):
    saved = staticmethod(organization.status_saved)
    frozen = ("code",)
    list_display = ("label", "code", "position", "receives_work", "long_after", "is_active")
    list_filter = ("is_active", "receives_work")
    search_fields = ("code", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Whoever leaves the platform is in the default status, so it cannot be closed."""
        fields = super().get_readonly_fields(request, obj)
        always = obj is not None and obj.code == DEFAULT_STATUS
        return (*fields, "is_active", "receives_work") if always else fields


class QueueMemberInline(admin.TabularInline[QueueMember, Queue]):
    model = QueueMember
    fields = ("user", "worked_at")
    readonly_fields = ("worked_at",)
    autocomplete_fields = ("user",)
    extra = 0


@admin.register(Queue)
class QueueAdmin(Kept):
    frozen = ("code", "campaign")
    list_display = ("name", "code", "campaign", "strategy", "service_level_seconds", "return_after")
    list_filter = ("campaign__company",)
    list_select_related = ("campaign", "strategy")
    search_fields = ("name", "code")
    autocomplete_fields = ("campaign", "strategy")
    inlines = (QueueMemberInline,)


@admin.register(QueueMember)
class QueueMemberAdmin(Written):
    list_display = ("user", "queue", "worked_at")
    list_filter = ("queue",)
    list_select_related = ("user", "queue")
    search_fields = ("user__username", "user__first_names", "user__last_names", "queue__name")


@admin.register(QueueWait)
class QueueWaitAdmin(Written):
    list_display = ("ticket", "queue", "entered_at", "due_at", "left_at", "outcome")
    list_filter = ("outcome", "queue")
    list_select_related = ("ticket", "queue")
    search_fields = ("=ticket__id",)


class DispositionCodeInline(admin.TabularInline[DispositionCode, DispositionTree]):
    model = DispositionCode
    fields = ("name", "parent", "position", "is_active")
    autocomplete_fields = ("parent",)
    extra = 0
    can_delete = False


@admin.register(DispositionTree)
class DispositionTreeAdmin(Kept):
    frozen = ("code",)
    list_display = ("name", "code")
    list_filter = ()
    search_fields = ("name", "code")
    inlines = (DispositionCodeInline,)


@admin.register(DispositionCode)
class DispositionCodeAdmin(Kept):
    frozen = ("tree", "parent")
    list_display = ("name", "parent", "tree", "position", "is_active")
    list_filter = ("is_active", "tree")
    list_select_related = ("parent__parent", "tree")
    search_fields = ("name", "parent__name", "tree__name")
    autocomplete_fields = ("tree", "parent")


@admin.register(Disposition)
class DispositionAdmin(Written):
    list_display = ("ticket", "code", "user", "created_at")
    list_select_related = ("ticket", "code__parent__parent", "user")
    list_filter = ("code__tree",)
    search_fields = ("=ticket__id", "user__username", "code__name")
