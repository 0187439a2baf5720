"""The doors of handling: wrap up, resolve, reopen, hand on; queues and what is behind a contact."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response

from beex.lib.clock import iso
from beex.lib.errors import Refused
from workspace import commands, naming
from workspace.access import Actor
from workspace.api.doors import Desk, Door
from workspace.choices import Module, TicketState
from workspace.models import (
    Campaign,
    Chat,
    Contact,
    Disposition,
    DispositionCode,
    Presence,
    Queue,
    StatusInterval,
    Ticket,
)
from workspace.queue_board import board
from workspace.selectors import campaigns_seen
from workspace.serializers import ContactSerializer, TicketSerializer
from workspace.services import handling

#: earlier tickets of a contact shown at once
HISTORY = 20


class Dispose(Desk):
    """How the contact went (*tipificar*)."""

    def post(self, request: Request, pk: int) -> Response:
        """Save the code, close after-call work, and with ``resolve`` the ticket."""
        act = self.body(commands.NewDisposition)
        saved = handling.ticket_dispose(
            self.actor.user_id,
            pk,
            act["code"],
            note=act["note"],
            resolve=act["resolve"],
            client_id=act.get("id"),
        )
        return Response({"id": saved.pk, "at": iso(saved.created_at)}, status=201)


class Resolve(Desk):
    """A ticket of one's own is finished (R28)."""

    def post(self, request: Request, pk: int) -> Response:
        """204, also when it was so before."""
        handling.ticket_finish(self.actor.user_id, pk)
        return Response(status=204)


class Reopen(Desk):
    """A resolved ticket of one's campaigns is taken up again."""

    def post(self, request: Request, pk: int) -> Response:
        """The ticket; 409 ``ticket_active`` when the contact has a newer one."""
        return Response(TicketSerializer(handling.ticket_take_up(self.actor.user_id, pk)).data)


class Transfer(Desk):
    """A ticket of one's own goes to a colleague or into a queue."""

    def post(self, request: Request, pk: int) -> Response:
        """204."""
        to = self.body(commands.Transfer)
        me, note = self.actor.user_id, to["note"]
        if "user" in to:
            handling.ticket_transfer_to_user(me, pk, to["user"], note=note)
        else:
            handling.ticket_transfer_to_queue(me, pk, to["queue"], note=note)
        return Response(status=204)


class Targets(Desk):
    """To whom a ticket of one's own can be handed."""

    def get(self, request: Request, pk: int) -> Response:
        """``{"users": [{"id", "name", "extension", "status"}], "queues": [{"id", "name"}]}``;
        only people who are on the platform. ``status`` is a code."""
        ticket = Ticket.objects.filter(pk=pk, assignee_id=self.actor.user_id).first()
        if ticket is None:
            raise Refused("not_found")
        here = Presence.objects.filter(user=OuterRef("pk"), closed_at=None)
        intervals = StatusInterval.objects.filter(ended_at=None).select_related("status")
        people = (
            handling.receivers(ticket)
            .filter(Exists(here))
            .select_related("extension")
            .prefetch_related(Prefetch("status_intervals", intervals, "now"))
        )
        queues = Queue.objects.filter(campaign_id=ticket.campaign_id)
        return Response(
            {
                "users": [
                    {**naming.named(one), "status": one.now[0].status.code if one.now else None}
                    for one in people
                ],
                "queues": list(queues.values("id", "name")),
            }
        )


class Queues(Door):
    """The queues within reach: for supervisors those of their scope, for agents those of their
    campaigns."""

    def get(self, request: Request) -> Response:
        """As the ``queues`` frame carries them."""
        if not self.actor.sees_floor and not self.actor.has(Module.WORKSPACE):
            raise Refused("role")
        within = set(campaigns_seen(self.actor).values_list("pk", flat=True))
        return Response([one.shown for one in board() if one.campaign_id in within])


class Dispositions(Desk):
    """The codes of a campaign, or of all that exist for the reader, as a tree."""

    parameters = ("campaign",)

    def get(self, request: Request) -> Response:
        """``?campaign=code`` → ``[{"id", "name", "children": [{"id", "name"}]}]``; only a code
        without children can be chosen."""
        campaigns = campaigns_seen(self.actor)
        if code := request.query_params.get("campaign"):
            campaigns = campaigns.filter(code=code)
            if not campaigns:
                raise Refused("unknown_filter", extra={"filters": ["campaign"]})
        return Response(_tree(campaigns))


def _tree(campaigns: QuerySet[Campaign]) -> list[dict[str, Any]]:
    trees = campaigns.values("disposition_tree")
    codes = DispositionCode.objects.filter(tree__in=trees, is_active=True).order_by(
        "tree", "position", "pk"
    )
    nodes = {one.pk: {"id": one.pk, "name": one.name, "children": []} for one in codes}
    roots: list[dict[str, Any]] = []
    for one in codes:
        parent = nodes.get(one.parent_id or 0)
        branch: list[Any] = parent["children"] if parent else roots  # type: ignore[assignment]
        if parent or one.parent_id is None:
            branch.append(nodes[one.pk])
    return roots


class History(Desk):
    """What went on with a contact before, within one's campaigns."""

    def get(self, request: Request, pk: int) -> Response:
        """``{"contact", "phones", "tickets": [{"id", "state", "campaign", "created_at",
        "resolved_at", "reopen", "assignee", "chats", "dispositions"}]}``, the newest first. One's
        own tickets; for whoever attends the contact now also those of his campaigns."""
        mine = Ticket.objects.filter(contact=pk, assignee_id=self.actor.user_id)
        contact = Contact.objects.filter(pk=pk).filter(Exists(mine)).first()
        if contact is None:
            raise Refused("not_found")
        return Response(
            {
                "contact": ContactSerializer(contact).data,
                "phones": _phones(contact),
                "tickets": self._tickets(contact),
            }
        )

    def _tickets(self, contact: Contact) -> list[dict[str, Any]]:
        me = self.actor
        seen = Q(assignee_id=me.user_id)
        own = Ticket.objects.filter(contact=contact, assignee_id=me.user_id)
        if own.filter(state=TicketState.ASSIGNED).exists():
            seen |= Q(campaign__in=me.campaigns)
        acts = Disposition.objects.select_related("code__parent", "user")
        tickets = (
            Ticket.objects.filter(contact=contact)
            .filter(seen)
            .select_related("campaign", "assignee")
            .prefetch_related(
                Prefetch("dispositions", acts), Prefetch("chats", Chat.objects.order_by("pk"))
            )[:HISTORY]
        )
        return [_past(one, me) for one in tickets]


def _past(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    return {
        "id": ticket.pk,
        "state": ticket.state,
        "campaign": {"id": ticket.campaign_id, "name": ticket.campaign.name},
        "created_at": iso(ticket.created_at),
        "resolved_at": iso(ticket.resolved_at),
        "reopen": handling.may_take_up(ticket, actor.campaigns),
        "assignee": ticket.assignee.full_name if ticket.assignee else None,
        "chats": [{"id": chat.pk, "channel": chat.channel} for chat in ticket.chats.all()],
        "dispositions": [
            {
                "name": str(act.code),
                "note": act.note,
                "by": act.user.full_name,
                "at": iso(act.created_at),
            }
            for act in ticket.dispositions.all()
        ],
    }


def _phones(contact: Contact) -> list[str]:
    """The numbers the contact is known by, each once."""
    by_phone = contact.addresses.filter(channel__in=["whatsapp", "sms"])
    numbers = [contact.phone, *by_phone.values_list("value", flat=True)]
    return list(dict.fromkeys(number for number in numbers if number))


urlpatterns: list[URLPattern] = [
    path("tickets/<id:pk>/disposition/", Dispose.as_view(), name="ticket_disposition"),
    path("tickets/<id:pk>/resolve/", Resolve.as_view(), name="ticket_resolve"),
    path("tickets/<id:pk>/reopen/", Reopen.as_view(), name="ticket_reopen"),
    path("tickets/<id:pk>/transfer/", Transfer.as_view(), name="ticket_transfer"),
    path("tickets/<id:pk>/targets/", Targets.as_view(), name="ticket_targets"),
    path("queues/", Queues.as_view(), name="queues"),
    path("dispositions/", Dispositions.as_view(), name="dispositions"),
    path("contacts/<id:pk>/history/", History.as_view(), name="contact_history"),
]
