"""Tickets, chats and what was said: read only, but for the texts kept ready."""

from django.contrib import admin

from workspace.models import (
    Attachment,
    Chat,
    ChatFocus,
    Draft,
    Message,
    MessageTemplate,
    QuickAnswer,
    Ticket,
    TicketHolding,
)

from .bases import Kept, Written


@admin.register(Ticket)
class TicketAdmin(Written):
    list_display = ("id", "state", "contact", "campaign", "assignee", "created_at", "resolved_at")
    list_filter = ("state", "campaign")
    list_select_related = ("contact", "campaign", "assignee")
    search_fields = ("=id", "contact__name", "contact__code", "contact__phone")


@admin.register(TicketHolding)
class TicketHoldingAdmin(Written):
    list_display = ("ticket", "user", "how", "since", "until")
    list_filter = ("how",)
    list_select_related = ("ticket", "user")
    search_fields = ("=ticket__id", "user__username")


@admin.register(Chat)
class ChatAdmin(Written):
    list_display = ("id", "ticket", "channel", "direction", "identifier", "started_at", "ended_at")
    list_filter = ("channel", "direction", "identifier")
    list_select_related = ("ticket", "identifier")
    search_fields = ("=id", "=ticket__id", "ticket__contact__name", "ticket__contact__code")


@admin.register(ChatFocus)
class ChatFocusAdmin(Written):
    list_display = ("user", "chat", "selected", "since", "touched_at")
    list_filter = ("selected",)
    list_select_related = ("user", "chat")
    search_fields = ("user__username", "user__first_names", "user__last_names", "=chat__id")


@admin.register(Message)
class MessageAdmin(Written):
    list_display = ("id", "chat", "origin", "author", "state", "at")
    list_filter = ("origin", "state")
    list_select_related = ("chat", "author")
    search_fields = ("=id", "=chat__id", "author__username")


@admin.register(Draft)
class DraftAdmin(Written):
    exclude = ("text",)
    list_display = ("chat", "user", "updated_at")
    list_select_related = ("chat", "user")
    list_filter = ("updated_at",)
    search_fields = ("=chat__id", "user__username")


@admin.register(Attachment)
class AttachmentAdmin(Written):
    exclude = ("path",)
    list_display = ("name", "kind", "size", "chat", "user", "created_at")
    list_select_related = ("chat", "user")
    list_filter = ("kind",)
    search_fields = ("name", "=chat__id")


@admin.register(MessageTemplate)
class MessageTemplateAdmin(Kept):
    list_display = ("name", "campaign", "is_active")
    list_filter = ("is_active", "campaign")
    list_select_related = ("campaign",)
    search_fields = ("name", "text")
    autocomplete_fields = ("campaign",)


@admin.register(QuickAnswer)
class QuickAnswerAdmin(Kept):
    erasable = True
    list_display = ("shortcut", "campaign", "text")
    list_filter = ("campaign",)
    list_select_related = ("campaign",)
    search_fields = ("shortcut", "text")
    autocomplete_fields = ("campaign",)
