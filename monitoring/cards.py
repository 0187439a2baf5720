"""What the hover cards say (3.5), read when one is opened: a constant number of queries each.

Absent and forbidden are alike ``Refused("not_found")``. A call's or a chat's card belongs to that
call or chat, whoever has it now and whether it still goes on (R43).
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.db.models import Max, Min, Q, QuerySet
from django.utils.translation import gettext as _

from beex.lib import clock
from beex.lib.errors import Refused
from monitoring.cells import (
    About,
    Row,
    cells,
    channel_icon,
    channel_name,
    full_name,
    length,
)
from monitoring.selectors import floor_rows, seen
from monitoring.services.supervision import preflight, with_captures
from telephony.choices import CallState
from telephony.models import Call
from workspace.access import Action, Actor
from workspace.choices import Direction
from workspace.models import Chat, Contact, Identifier, Presence, Strategy
from workspace.naming import full
from workspace.selectors import access_user, chats_seen, work

Card = dict[str, Any]
NONE = "—"


@dataclass(frozen=True)
class Field:
    """One labelled line of a card; ``sub`` stands below the value."""

    label: str
    value: str
    sub: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Line:
    """A campaign in the campaigns card, with the way it is worked; ``tag`` says whether the person
    is in it, as his row does: active, or paused while he is not available."""

    name: str
    kind: str
    icon: str
    tag: str = ""


def floor_row(actor: Actor, user_id: int) -> Row:
    """One person's row as the viewer may see it."""
    stored = floor_rows(actor).filter(pk=user_id).first()
    if stored is None:
        raise Refused("not_found")
    return seen(actor, stored)


def user_card(actor: Actor, user_id: int, about: About) -> Card:
    """Who he is, and his state on the platform (R10)."""
    row = floor_row(actor, user_id)
    user = access_user(actor, user_id)
    tabs = Presence.objects.filter(user_id=user_id).aggregate(
        since=Min("opened_at", filter=Q(closed_at=None)), last=Max("closed_at")
    )
    return {
        "c": cells(row, about),
        "name": full_name(row),
        "username": row["username"],
        "role": _(f"role.{row['role']}"),
        "profile": str(user.profile) if user.profile else "",
        "since": tabs["since"] if row["online"] else None,
        "last": None if row["online"] else tabs["last"],
        "companies": ", ".join(sorted({one["company"] for one in row["campaigns"]})),
    }


def campaigns_card(actor: Actor, user_id: int) -> Card:
    """All campaigns of one person by company, with their strategies (R35)."""
    row = floor_row(actor, user_id)
    tags = {
        one["id"]: _("strategy.paused") if one["paused"] else _("strategy.active")
        for one in row["strategies"]
    }
    of: dict[int, list[Strategy]] = {one["id"]: [] for one in row["campaigns"]}
    for strategy in Strategy.objects.filter(campaign_id__in=of).order_by("pk"):
        of[strategy.campaign_id].append(strategy)
    groups = [
        (company, [line for one in campaigns for line in _lines(one, of[one["id"]], tags)])
        for company, campaigns in groupby(row["campaigns"], key=lambda one: one["company"])
    ]
    name = full_name(row)
    title = _("card.campaignsOf").format(name=name, ext=row["extension"] or row["username"])
    return {"title": title, "groups": groups}


def _lines(campaign: Row, strategies: list[Strategy], tags: dict[int, str]) -> list[Line]:
    """One line for each way the campaign is worked; one bare line for a campaign without any."""
    if not strategies:
        return [Line(campaign["name"], "", "")]
    return [
        Line(
            name=campaign["name"],
            kind=str(strategy.get_kind_display()),
            icon=f"strategy-{strategy.kind}",
            tag=tags.get(strategy.pk, ""),
        )
        for strategy in strategies
    ]


def call_card(actor: Actor, call_id: int) -> Card:
    """One call, also after its end (R42, R43, E7)."""
    call = (
        Call.objects.filter(work(actor, campaign="campaign", owner="user"), pk=call_id)
        .select_related("campaign", "strategy", "identifier", "contact")
        .first()
    )
    if call is None:
        raise Refused("not_found")
    return {
        "call": call,
        "ended": call.state == CallState.ENDED,
        "acw": call.state == CallState.ACW,
        "label": _(f"call.{call.state}"),
        "lasted": length((call.hung_up_at or clock.now()) - (call.answered_at or call.started_at)),
        "limit": length(timedelta(seconds=call.campaign.acw_limit)),
        "ticket": call.ticket_id,
        "fields": [
            *_contact(call.contact, call.direction),
            Field(_("field.campaign"), call.campaign.name),
            _strategy(call),
            _identifier(call.identifier),
        ],
    }


def _strategy(call: Call) -> Field:
    """Inbound calls come through a queue, others through a strategy (3.5.3)."""
    if call.strategy is not None:
        return Field(_("field.strategy"), str(call.strategy.get_kind_display()))
    inbound = call.direction == Direction.INBOUND
    return Field(_("field.queue") if inbound else _("field.strategy"), NONE)


def waiting_card(actor: Actor, user_id: int) -> Card:
    """Somebody who waits for the dialer: no contact yet (R39)."""
    row = floor_row(actor, user_id)
    call = row["call"]
    if not call or call["state"] != "waiting" or call["hidden"]:
        raise Refused("not_found")
    campaign = next((one for one in row["campaigns"] if one["id"] == call["campaign_id"]), None)
    return {"since": call["since"], "campaign": campaign["name"] if campaign else NONE}


def chat_card(actor: Actor, chat_id: int) -> Card:
    """The six data of one chat, in their order (R47)."""
    chat = _chats(actor).filter(pk=chat_id).first()
    if chat is None:
        raise Refused("not_found")
    return _chat(actor, chat)


def chats_card(actor: Actor, user_id: int) -> Card:
    """All open chats of one person, the last interaction first (R48)."""
    row = floor_row(actor, user_id)
    order = {one["id"]: place for place, one in enumerate(row["chats"])}
    found = sorted(_chats(actor).filter(pk__in=order), key=lambda chat: order[chat.pk])
    return {"chats": [_chat(actor, chat) for chat in found]}


def _chats(actor: Actor) -> QuerySet[Chat]:
    return with_captures(chats_seen(actor).select_related("ticket__campaign"))


def _chat(actor: Actor, chat: Chat) -> Card:
    return {
        "id": chat.pk,
        "channel": channel_name(chat.channel),
        "icon": channel_icon(chat.channel),
        "fields": [
            *_contact(chat.ticket.contact, chat.direction),
            Field(_("field.channel"), channel_name(chat.channel), icon=channel_icon(chat.channel)),
            _identifier(chat.identifier),
        ],
        "act": _capture(actor, chat),
    }


def _capture(actor: Actor, chat: Chat) -> dict[str, Any]:
    """What the card's one button needs (R56), and why it is of no use now where it is not."""
    verdict = preflight(actor, Action.CAPTURE_CHAT, chat)
    owner = chat.ticket.assignee
    return {
        "chat": chat.pk,
        "ticket": chat.ticket_id,
        "contact": chat.ticket.contact.name or _("field.contactNoName"),
        "name": full(owner) if owner else NONE,
        "deny": verdict.code,
        "why": verdict.sentence,
    }


def _contact(contact: Contact, direction: str) -> list[Field]:
    """Who is on the other side; what is unknown shows a dash (E27)."""
    return [
        Field(_("field.contact"), contact.name or _("field.contactNoName")),
        Field(_("field.code"), contact.code or NONE),
        Field(_("field.phone"), contact.phone or NONE),
        Field(_("field.direction"), _(f"direction.{direction}"), icon=f"direction-{direction}"),
    ]


def _identifier(identifier: Identifier) -> Field:
    return Field(_("field.identifier"), identifier.alias, sub=identifier.value)
