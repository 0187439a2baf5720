"""What stands on an agent's desk: his tickets with their conversations, lines, notices. Readers
only, a fixed number of queries each; the socket and the doors say it in the same words."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Left
from django.utils.translation import gettext as _
from django.utils.translation import override

from beex.lib.clock import iso
from beex.lib.errors import Refused
from workspace.access import Actor
from workspace.choices import Module, ModuleAccess, NoticeKind, TicketState
from workspace.models import (
    Attachment,
    Chat,
    Message,
    Notice,
    ProfileModule,
    Ticket,
    User,
)
from workspace.services.messages import window_until

#: lines of one page of a conversation
PAGE, PAGE_MAX = 50, 200
#: characters of a line in the list of tickets
PREVIEW = 120
#: the sentence of each kind of notice
NOTICE_TEXTS = {
    NoticeKind.CAPTURED: "capture.toAgentChat",
    NoticeKind.GIVEN_BACK: "notice.givenBackText",
    NoticeKind.TRANSFERRED: "notice.transferredText",
}

_COLUMNS = (
    "assignee_id", "pk", "assigned_at", "campaign_id", "campaign__code", "campaign__name",
    "contact_id", "contact__name", "contact__code", "contact__phone",
    "chats__pk", "chats__channel", "chats__direction", "chats__identifier__alias",
    "chats__identifier__value", "chats__rev", "chats__unread", "chats__inbound_at",
    "chats__answered_at", "chats__ended_at", "chats__last_message__origin",
    "preview", "chats__last_message__event", "chats__last_message__at",
)  # fmt: skip
_CHAT, _REV = _COLUMNS.index("chats__pk"), _COLUMNS.index("chats__rev")


def workspace_users(user_ids: Collection[int]) -> set[int]:
    """Those of these people who have Workspace active."""
    rows = ProfileModule.objects.filter(
        profile__users__in=user_ids,
        profile__users__is_active=True,
        module=Module.WORKSPACE,
        access=ModuleAccess.ACTIVE,
    )
    return set(rows.values_list("profile__users", flat=True)) & set(user_ids)


#: a ticket with one of its conversations, as the database tells it; equal rows look equal
Row = tuple[Any, ...]


def desk_rows(user_ids: Collection[int]) -> dict[int, dict[int, list[Row]]]:
    """User → ticket → its rows, one for each conversation. One query, whatever the number of
    people and tickets; rows are told apart cheaply and made into words by ``ticket_of``."""
    found = (
        Ticket.objects.filter(assignee_id__in=user_ids, state=TicketState.ASSIGNED)
        .order_by("pk", "chats__pk")
        .annotate(preview=Left("chats__last_message__text", PREVIEW))
        .values_list(*_COLUMNS)
    )
    desks: dict[int, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in found:
        desks[row[0]][row[1]].append(row)
    return desks


def chats_in(rows: Iterable[Row]) -> list[tuple[int, int]]:
    """The conversations of a ticket, each with its revision."""
    return [(row[_CHAT], row[_REV]) for row in rows if row[_CHAT] is not None]


def ticket_of(rows: Iterable[Row]) -> dict[str, Any]:
    """A ticket as its owner's list shows it, with all its conversations."""
    facts = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
    return {
        **_ticket(facts[0]),
        "chats": [_chat(one) for one in facts if one["chats__pk"] is not None],
    }


def _ticket(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": one["pk"],
        "assigned_at": iso(one["assigned_at"]),
        "campaign": {
            "id": one["campaign_id"],
            "code": one["campaign__code"],
            "name": one["campaign__name"],
        },
        "contact": {
            "id": one["contact_id"],
            "name": one["contact__name"],
            "code": one["contact__code"],
            "phone": one["contact__phone"],
        },
    }


def _chat(one: Mapping[str, Any]) -> dict[str, Any]:
    text = one["preview"]
    return {
        "id": one["chats__pk"],
        "channel": one["chats__channel"],
        "direction": one["chats__direction"],
        "identifier": {
            "alias": one["chats__identifier__alias"],
            "value": one["chats__identifier__value"],
        },
        "rev": one["chats__rev"],
        "unread": one["chats__unread"],
        "inbound_at": iso(one["chats__inbound_at"]),
        "answered_at": iso(one["chats__answered_at"]),
        "ended_at": iso(one["chats__ended_at"]),
        "window_until": iso(window_until(one["chats__channel"], one["chats__inbound_at"])),
        "last": None
        if text is None
        else {
            "from": one["chats__last_message__origin"],
            "text": text,
            "event": one["chats__last_message__event"],
            "at": iso(one["chats__last_message__at"]),
        },
    }


def lines(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Lines as frames and answers carry them; two queries for any number."""
    found = list(messages)
    files: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in Attachment.objects.filter(message__in=[line.pk for line in found]):
        files[one.message_id or 0].append(file_of(one))
    authors = {
        user.pk: user.full_name
        for user in User.objects.filter(pk__in={line.author_id or 0 for line in found})
    }
    return [_line(line, authors, files[line.pk]) for line in found]


def _line(line: Message, authors: Mapping[int, str], files: list[dict[str, Any]]) -> dict[str, Any]:
    author = line.author_id
    return {
        "id": line.pk,
        "chat": line.chat_id,
        "rev": line.rev,
        "from": line.origin,
        "author": {"id": author, "name": authors[author]} if author is not None else None,
        "text": line.text,
        "event": line.event,
        "at": iso(line.at),
        "state": line.state,
        "client_id": str(line.client_id) if line.client_id else None,
        "files": files,
    }


def file_of(one: Attachment) -> dict[str, Any]:
    """A file as a line names it."""
    return {
        "id": one.pk,
        "name": one.name,
        "kind": one.kind,
        "size": one.size,
        "url": f"/api/v1/attachments/{one.pk}/",
    }


def access_chat(actor: Actor, chat_id: int) -> Chat:
    """A conversation whose lines the actor may read: of a ticket he has or had, or of a contact
    he attends now, within his campaigns. Anything else is ``Refused("not_found")``: a chat of
    somebody else can be captured, not listened to (R56)."""
    if not actor.has(Module.WORKSPACE):
        raise Refused("not_found")
    chat = readable_chats(actor).filter(pk=chat_id).select_related("ticket").first()
    if chat is None:
        raise Refused("not_found")
    return chat


def readable_chats(actor: Actor) -> QuerySet[Chat]:
    """All of them."""
    attends = Ticket.objects.filter(
        assignee_id=actor.user_id,
        state=TicketState.ASSIGNED,
        contact=OuterRef("ticket__contact"),
    )
    return Chat.objects.filter(
        Q(ticket__assignee_id=actor.user_id)
        | (Q(ticket__campaign__in=actor.campaigns) & Q(Exists(attends)))
    )


def page_before(chat_id: int, before: int | None, limit: int) -> tuple[list[Message], bool]:
    """The ``limit`` lines before line ``before`` (None: the newest), in the order they were
    said, and whether there are older ones."""
    found = Message.objects.filter(chat_id=chat_id)
    if before is not None:
        mark = found.filter(pk=before).values("at", "pk").first()
        if mark is None:
            raise Refused("not_found")
        found = found.filter(Q(at__lt=mark["at"]) | Q(at=mark["at"], pk__lt=mark["pk"]))
    page = list(found.order_by("-at", "-pk")[: limit + 1])
    return page[:limit][::-1], len(page) > limit


def changed_since(revs: Mapping[int, int], limit: int) -> list[Message]:
    """The lines of these chats that appeared or changed after the revision given for each, by
    chat and revision."""
    if not revs:
        return []
    newer = Q()
    for chat_id, rev in revs.items():
        newer |= Q(chat_id=chat_id, rev__gt=rev)
    return list(Message.objects.filter(newer).order_by("chat_id", "rev")[:limit])


def notices(user_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """The open notices of these people, each in his own language. One query."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = Notice.objects.filter(user_id__in=user_ids, closed_at=None).annotate(
        language=F("user__language")
    )
    for one in rows:
        found[one.user_id].append(_notice(one, one.language))
    return dict(found)


def _notice(one: Notice, language: str) -> dict[str, Any]:
    data = {"name": "", "ext": "—", "contact": "", **one.data}
    with override(language or settings.LANGUAGE_CODE):
        contact = data["contact"] or _("field.contactNoName")
        text = _(NOTICE_TEXTS[NoticeKind(one.kind)]).format(**{**data, "contact": contact})
    return {
        "id": one.pk,
        "kind": one.kind,
        "text": text,
        "note": data.get("note", ""),
        "ticket": data.get("ticket"),
        "chat": data.get("chat"),
        "at": iso(one.at),
    }
