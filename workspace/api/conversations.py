"""The doors of conversations: what is on the desk, lines, drafts, files, ready texts."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from rest_framework import parsers
from rest_framework.request import Request
from rest_framework.response import Response

from beex.lib import clock
from beex.lib.errors import Refused
from workspace import commands, desk, serializers
from workspace.access import Actor
from workspace.api.doors import Desk, whole
from workspace.models import (
    Attachment,
    Draft,
    MessageTemplate,
    QuickAnswer,
    Strategy,
    StrategySession,
)
from workspace.selectors import strategies_seen
from workspace.services import messages
from workspace.services.attachments import SIZE_MAX, attachment_store, folder, too_large
from workspace.services.notices import notice_close
from workspace.services.strategies import strategy_enter, strategy_leave

#: bytes around the file in an upload
ENVELOPE = 64 * 1024


class Whole(Desk):
    """All that is on the desk at this moment: what a page needs to begin."""

    def get(self, request: Request) -> Response:
        """``{"at", "tickets", "strategies", "notices"}``."""
        me = self.actor.user_id
        rows = desk.desk_rows([me]).get(me, {})
        return Response(
            {
                "at": clock.iso(clock.now()),
                "tickets": [desk.ticket_of(one) for one in rows.values()],
                "strategies": _strategies(self.actor),
                "notices": desk.notices([me]).get(me, []),
            }
        )


def _strategies(actor: Actor) -> list[dict[str, Any]]:
    """The strategies he may enter, and which he has."""
    entered = dict(
        StrategySession.objects.filter(user_id=actor.user_id, left_at=None).values_list(
            "strategy_id", "entered_at"
        )
    )
    offered = Strategy.objects.filter(Q(campaign__in=actor.campaigns) | Q(pk__in=entered))
    return [
        {
            **serializers.StrategySerializer(one).data,
            "entered_at": clock.iso(entered.get(one.pk)),
        }
        for one in offered
    ]


class Lines(Desk):
    """One conversation, page by page from its end; and the next line of it."""

    parameters = ("before", "limit", "since")

    def get(self, request: Request, pk: int) -> Response:
        """``{"chat", "rev", "messages", "more", "draft"}``: the newest lines, or those before
        line ``before``; or with ``since`` what appeared or changed after that revision."""
        chat = desk.access_chat(self.actor, pk)
        asked = request.query_params
        limit = whole(asked.get("limit"), low=1, high=desk.PAGE_MAX, default=desk.PAGE)
        if "since" in asked:
            rev = whole(asked["since"], low=0, high=commands.ID_MAX, default=0)
            found = desk.changed_since({pk: rev}, desk.PAGE_MAX + 1)
            found, more = found[: desk.PAGE_MAX], len(found) > desk.PAGE_MAX
        else:
            before = whole(asked.get("before"), low=1, high=commands.ID_MAX, default=0)
            found, more = desk.page_before(pk, before or None, limit)
        draft = Draft.objects.filter(chat=chat, user_id=self.actor.user_id).first()
        return Response(
            {
                "chat": chat.pk,
                "rev": chat.rev,
                "messages": desk.lines(found),
                "more": more,
                "draft": draft.text if draft else "",
            }
        )

    def post(self, request: Request, pk: int) -> Response:
        """Answer the contact. 201, or 200 when this line is known already. A refusal carries
        the text back, so that nothing typed is lost (E17)."""
        said = self.body(commands.NewMessage)
        try:
            message, fresh = messages.message_send(
                self.actor.user_id,
                pk,
                said["id"],
                text=said["text"],
                template_id=said.get("template"),
                blanks=said["blanks"],
                files=said["files"],
            )
        except Refused as refused:
            refused.extra.update(text=said["text"])
            raise
        return Response(desk.lines([message])[0], status=201 if fresh else 200)


class Notes(Desk):
    """Internal notes."""

    def post(self, request: Request, pk: int) -> Response:
        """Put one between the lines."""
        text = self.body(commands.NewNote)["text"]
        note = messages.note_add(self.actor.user_id, pk, text)
        return Response(desk.lines([note])[0], status=201)


class Read(Desk):
    """What its owner has seen."""

    def post(self, request: Request, pk: int) -> Response:
        """204."""
        messages.chat_read(self.actor.user_id, pk, self.body(commands.Seen)["rev"])
        return Response(status=204)


class Drafts(Desk):
    """What its owner has typed."""

    def put(self, request: Request, pk: int) -> Response:
        """204. A refusal carries the text back."""
        text = self.body(commands.NewDraft)["text"]
        try:
            messages.draft_save(self.actor.user_id, pk, text)
        except Refused as refused:
            refused.extra.update(text=text)
            raise
        return Response(status=204)


class Upload(Desk):
    """Files for the next line."""

    parser_classes = (parsers.MultiPartParser,)

    def post(self, request: Request, pk: int) -> Response:
        """Multipart with one ``file``; 201 with its ``id`` for ``files`` of a line."""
        file = uploaded(request)
        chat = desk.access_chat(self.actor, pk)
        if chat.ticket.assignee_id != self.actor.user_id:
            raise messages.lost(chat.ticket, self.actor.user_id)
        kept = attachment_store(file, chat_id=pk, user_id=self.actor.user_id)
        return Response(desk.file_of(kept), status=201)


def uploaded(request: Request) -> Any:
    """The one file of a request, refused before it is read when it says to be too large."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > SIZE_MAX + ENVELOPE:
        raise too_large()
    if list(request.FILES) != ["file"] or len(request.FILES.getlist("file")) > 1:
        raise Refused("invalid")
    return request.FILES["file"]


class File(Desk):
    """A file of a conversation the actor may read."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        """Its bytes, to be saved or shown inside our own pages only."""
        file = Attachment.objects.filter(pk=pk).first()
        if file is None or file.chat_id is None:
            raise Refused("not_found")
        desk.access_chat(self.actor, file.chat_id)
        return file_response(file)


def file_response(file: Attachment) -> HttpResponse:
    """The bytes with headers that keep a browser from running anything in them."""
    target = folder() / file.path
    if not target.is_file():
        raise Refused("not_found")
    response = HttpResponse(target.read_bytes(), content_type=file.kind)
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


class QuickAnswers(Desk):
    """Ready texts of one's campaigns, and those for all."""

    def get(self, request: Request) -> Response:
        """A list of ``{"id", "shortcut", "text", "campaign_id"}``."""
        mine = Q(campaign=None) | Q(campaign__in=self.actor.campaigns)
        fields = ("id", "shortcut", "text", "campaign_id")
        return Response(list(QuickAnswer.objects.filter(mine).values(*fields)))


class Templates(Desk):
    """Templates of one's campaigns."""

    def get(self, request: Request) -> Response:
        """A list of ``{"id", "name", "text", "campaign_id"}``; ``{word}`` in ``text`` is a blank
        to be filled."""
        mine = MessageTemplate.objects.filter(campaign__in=self.actor.campaigns, is_active=True)
        return Response(list(mine.values("id", "name", "text", "campaign_id")))


class EnterStrategy(Desk):
    """Strategies of one's campaigns (R30, R32)."""

    def post(self, request: Request, pk: int) -> Response:
        """Enter it; 409 ``in_strategy`` for a second voice strategy."""
        if not strategies_seen(self.actor).filter(pk=pk).exists():
            raise Refused("not_found")
        session = strategy_enter(self.actor.user_id, pk)
        return Response({"id": pk, "entered_at": clock.iso(session.entered_at)})


class LeaveStrategy(Desk):
    """As above."""

    def post(self, request: Request, pk: int) -> Response:
        """Leave it; leaving what one is not in changes nothing."""
        strategy_leave(self.actor.user_id, pk)
        return Response(status=204)


class CloseNotice(Desk):
    """One's own notices."""

    def delete(self, request: Request, pk: int) -> Response:
        """Put it away."""
        if not notice_close(self.actor.user_id, pk):
            raise Refused("not_found")
        return Response(status=204)


urlpatterns: list[URLPattern] = [
    path("workspace/", Whole.as_view(), name="workspace"),
    path("chats/<id:pk>/messages/", Lines.as_view(), name="chat_messages"),
    path("chats/<id:pk>/notes/", Notes.as_view(), name="chat_notes"),
    path("chats/<id:pk>/read/", Read.as_view(), name="chat_read"),
    path("chats/<id:pk>/draft/", Drafts.as_view(), name="chat_draft"),
    path("chats/<id:pk>/attachments/", Upload.as_view(), name="chat_attachments"),
    path("attachments/<id:pk>/", File.as_view(), name="attachment"),
    path("quick-answers/", QuickAnswers.as_view(), name="quick_answers"),
    path("templates/", Templates.as_view(), name="templates"),
    path("strategies/<id:pk>/enter/", EnterStrategy.as_view(), name="strategy_enter"),
    path("strategies/<id:pk>/leave/", LeaveStrategy.as_view(), name="strategy_leave"),
    path("notices/<id:pk>/", CloseNotice.as_view(), name="notice"),
]
