"""The doors of supervision: capturing a chat, giving it back, and the record of it all."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from beex.lib.api import Command, ReadOnly
from beex.lib.errors import Refused
from beex.lib.filters import FlagFilter, IdFilter
from monitoring.models import SupervisionSession
from monitoring.services.captures import chat_capture, chat_give_back, supervision_end
from workspace.access import Action, Actor, can
from workspace.api import Door, Listing
from workspace.filters import SeenFilter


class SupervisionSerializer(ReadOnly):
    """A session; ``user``, ``supervisor``, ``chat`` and ``call`` are ids."""

    mode = serializers.CharField(allow_null=True)
    supervisor = serializers.IntegerField(source="supervisor_id")
    user = serializers.IntegerField(source="user_id")
    chat = serializers.IntegerField(source="chat_id", allow_null=True)
    call = serializers.IntegerField(source="call_id", allow_null=True)

    class Meta:
        model = SupervisionSession
        fields = (
            "id",
            "kind",
            "mode",
            "state",
            "call",
            "chat",
            "supervisor",
            "user",
            "started_at",
            "ended_at",
            "result",
            "note",
        )

    def to_representation(self, instance: SupervisionSession) -> dict[str, Any]:
        """A capture has no mode, an open session no result."""
        fields: dict[str, Any] = super().to_representation(instance)
        return {**fields, "mode": fields["mode"] or None, "result": fields["result"] or None}


class SupervisionFilter(SeenFilter):
    """Sessions that go on, of a supervisor, or over a user."""

    active = FlagFilter(method="only_active")
    supervisor = IdFilter("supervisor")
    user = IdFilter("user")

    def only_active(self, sessions: QuerySet[Any], _: str, wanted: bool) -> QuerySet[Any]:
        """Those that go on, or those that are over."""
        return sessions.filter(ended_at__isnull=wanted)


def sessions_seen(actor: Actor) -> QuerySet[SupervisionSession]:
    """The log for whoever may read it; one's own sessions for everybody else (R65)."""
    log = SupervisionSession.objects.all()
    if can(actor, Action.READ_LOG):
        return log
    return log.filter(Q(supervisor_id=actor.user_id))


class Sessions(Listing):
    """The record, the newest first."""

    right = Action.SEE
    serializer_class = SupervisionSerializer
    filterset_class = SupervisionFilter

    def get_queryset(self) -> QuerySet[SupervisionSession]:
        """As far as it exists for the reader."""
        return sessions_seen(self.actor)


class Session(Door):
    """One of them."""

    right = Action.SEE

    def get(self, request: Request, pk: int) -> Response:
        """How it stands."""
        session = sessions_seen(self.actor).filter(pk=pk).first()
        if session is None:
            raise Refused("not_found")
        return Response(SupervisionSerializer(session).data)

    def delete(self, request: Request, pk: int) -> Response:
        """End one's own; a captured chat stays with who captured it."""
        supervision_end(self.actor.user_id, pk)
        return Response(status=204)


class Nothing(Command):
    """A command that needs no words."""


class Note(Command):
    """``POST supervision/{id}/give-back/``."""

    note = serializers.CharField(max_length=1000, allow_blank=True, default="")


class CaptureChat(Door):
    """Take a chat over (R56–R59)."""

    def post(self, request: Request, pk: int) -> Response:
        """201 with the session; 409 ``taken`` with the ``owner``, 403 with the reason."""
        Nothing(data=request.data).is_valid(raise_exception=True)
        session = chat_capture(self.actor.user_id, pk)
        return Response(SupervisionSerializer(session).data, status=201)


class GiveBack(Door):
    """Return a captured chat."""

    def post(self, request: Request, pk: int) -> Response:
        """The ended session."""
        note = Note(data=request.data)
        note.is_valid(raise_exception=True)
        session = chat_give_back(self.actor.user_id, pk, note.validated_data["note"])
        return Response(SupervisionSerializer(session).data)


urlpatterns: list[URLPattern] = [
    path("chats/<id:pk>/capture/", CaptureChat.as_view(), name="chat_capture"),
    path("supervision/", Sessions.as_view(), name="supervision"),
    path("supervision/<id:pk>/", Session.as_view(), name="supervision_session"),
    path("supervision/<id:pk>/give-back/", GiveBack.as_view(), name="supervision_give_back"),
]
