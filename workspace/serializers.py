"""The nouns of this app as the doors answer them."""

from typing import Any

from rest_framework import serializers

from beex.lib import clock
from beex.lib.api import Command, ReadOnly, UtcDateTimeField
from workspace.models import (
    Campaign,
    Chat,
    Company,
    Contact,
    Identifier,
    Status,
    StatusInterval,
    Strategy,
    Ticket,
)


class CompanySerializer(ReadOnly):
    class Meta:
        model = Company
        fields = ("id", "code", "name")


class CampaignSerializer(ReadOnly):
    """``company`` is its name, as in a row of the floor."""

    company = serializers.CharField(source="company.name")

    class Meta:
        model = Campaign
        fields = ("id", "code", "name", "company_id", "company", "acw_limit")


class StrategySerializer(ReadOnly):
    class Meta:
        model = Strategy
        fields = ("id", "code", "kind", "name", "campaign_id")


class StatusSerializer(ReadOnly):
    """``long_after``: seconds, null for never."""

    class Meta:
        model = Status
        fields = ("code", "label", "position", "icon", "color", "receives_work", "long_after")


class IdentifierSerializer(ReadOnly):
    class Meta:
        model = Identifier
        fields = ("id", "code", "channel", "value", "alias", "campaign_id")


class ContactSerializer(ReadOnly):
    class Meta:
        model = Contact
        fields = ("id", "name", "code", "phone", "company_id")


class TicketSerializer(ReadOnly):
    contact = ContactSerializer()

    class Meta:
        model = Ticket
        fields = (
            "id",
            "state",
            "campaign_id",
            "contact",
            "assignee_id",
            "created_at",
            "assigned_at",
            "resolved_at",
        )


class ChatSerializer(ReadOnly):
    """``since``: when it was opened by the one who interacts with it now, else null."""

    ticket_id = serializers.IntegerField()
    campaign_id = serializers.IntegerField(source="ticket.campaign_id")
    user_id = serializers.IntegerField(source="ticket.assignee_id", allow_null=True)
    contact = ContactSerializer(source="ticket.contact")
    identifier = IdentifierSerializer()
    since = UtcDateTimeField(source="focus.since", default=None)

    class Meta:
        model = Chat
        fields = (
            "id",
            "ticket_id",
            "campaign_id",
            "user_id",
            "channel",
            "direction",
            "contact",
            "identifier",
            "since",
            "started_at",
            "ended_at",
        )


class StatusChoice(Command):
    """The body of ``PUT me/status/``."""

    status = serializers.CharField(max_length=50)


def status_now(interval: StatusInterval | None) -> dict[str, Any] | None:
    """``{"code", "since"}`` of an open interval, as rows and frames carry it."""
    if interval is None:
        return None
    return {"code": interval.status.code, "since": clock.iso(interval.started_at)}
