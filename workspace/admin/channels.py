"""What comes in and goes out by the channels: read only."""

from django.contrib import admin

from workspace.models import ContactAddress, InboxEvent, OutboundMessage, Visitor

from .bases import Written


@admin.register(ContactAddress)
class ContactAddressAdmin(Written):
    list_display = ("value", "channel", "contact", "company")
    list_filter = ("channel", "company")
    list_select_related = ("contact", "company")
    search_fields = ("value", "contact__name", "contact__code")


@admin.register(Visitor)
class VisitorAdmin(Written):
    exclude = ("token_hash",)
    list_display = ("id", "name", "identifier", "contact", "created_at")
    list_filter = ("identifier",)
    list_select_related = ("identifier", "contact")
    search_fields = ("name", "phone")


@admin.register(InboxEvent)
class InboxEventAdmin(Written):
    list_display = ("id", "channel", "identifier", "state", "attempts", "error", "received_at")
    list_filter = ("state", "channel")
    list_select_related = ("identifier",)
    search_fields = ("=id", "error")


@admin.register(OutboundMessage)
class OutboundMessageAdmin(Written):
    list_display = ("message", "chat", "state", "attempts", "next_at", "error")
    list_filter = ("state",)
    list_select_related = ("message", "chat")
    search_fields = ("=chat__id", "error")
