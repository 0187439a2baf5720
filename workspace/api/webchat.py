"""The doors of a web chat's visitor. He has no account: ``Authorization: Visitor <token>``, never
a cookie, so no other site can speak in his name."""

from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from rest_framework import parsers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from beex.lib.api import Command, refuse_unknown
from beex.lib.errors import Refused
from workspace import commands, visitors
from workspace.api.conversations import file_response, uploaded
from workspace.models import Attachment, Visitor
from workspace.services.attachments import attachment_store
from workspace.services.visitors import (
    visitor_introduce,
    visitor_of,
    visitor_open,
    visitor_saw,
    visitor_says,
    widget,
)

SCHEME = "Visitor "


class Newcomers(SimpleRateThrottle):
    """New visitors from one address."""

    scope = "newcomers"
    rate = "60/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """One count an address."""
        return f"newcomers-{self.get_ident(request)}"


class Talkative(SimpleRateThrottle):
    """What one visitor says."""

    scope = "visitor"
    rate = "120/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """One count a visitor."""
        visitor: Visitor = view.visitor  # type: ignore[attr-defined]
        return f"visitor-{visitor.pk}"


class Uploads(Talkative):
    """The files of one visitor."""

    scope = "visitor_files"
    rate = "20/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """One count a visitor."""
        return f"files-{super().get_cache_key(request, view)}"


class VisitorDoor(APIView):
    """A door for whoever holds a token of this widget."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes: Any = (Talkative,)
    parameters: tuple[str, ...] = ()
    metadata_class = None

    @cached_property
    def visitor(self) -> Visitor:
        """Who asks. Raises ``Refused("not_authenticated")``."""
        said = self.request.headers.get("Authorization", "")
        token = said.removeprefix(SCHEME) if said.startswith(SCHEME) else ""
        found = visitor_of(self.kwargs["widget"], token)
        if found is None:
            raise Refused("not_authenticated")
        return found

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Nothing is read of what nobody asked for."""
        super().initial(request, *args, **kwargs)
        refuse_unknown(request.query_params, self.parameters)

    def body(self, kind: type[Command]) -> dict[str, Any]:
        """The command's fields. Raises ``ValidationError``."""
        command = kind(data=self.request.data)
        command.is_valid(raise_exception=True)
        fields: dict[str, Any] = command.validated_data
        return fields


class Sessions(VisitorDoor):
    """New visitors."""

    throttle_classes = (Newcomers,)

    def post(self, request: Request, widget: str) -> Response:
        """201 ``{"token", "alias"}``: the browser keeps the token and shows it from now on."""
        fields = self.body(commands.Introduction)
        visitor, token = visitor_open(widget, **fields)
        return Response({"token": token, "alias": visitor.identifier.alias}, status=201)


class Me(VisitorDoor):
    """How a visitor wants to be called, and where he can be reached when nobody is there."""

    def put(self, request: Request, widget: str) -> Response:
        """204."""
        visitor_introduce(self.visitor, **self.body(commands.Introduction))
        return Response(status=204)


class Conversation(VisitorDoor):
    """His conversation."""

    def get(self, request: Request, widget: str) -> Response:
        """``{"state", "agent", "staffed", "messages"}``, as the socket's first frame."""
        return Response(visitors.conversation(self.visitor))


class Messages(VisitorDoor):
    """What he says."""

    def post(self, request: Request, widget: str) -> Response:
        """202 once it is stored for good; the line comes back by the socket. The same ``id``
        again is the same line."""
        said = self.body(commands.VisitorLine)
        files = set(said["files"])
        own = Attachment.objects.filter(pk__in=files, visitor=self.visitor, message=None)
        if files and own.count() != len(files):
            raise Refused("invalid")
        event = visitor_says(self.visitor, str(said["id"]), said["text"], said["files"])
        if event.error:
            raise Refused(event.error)
        return Response({"id": str(said["id"])}, status=202)


class Saw(VisitorDoor):
    """What his page shows."""

    def post(self, request: Request, widget: str) -> Response:
        """202."""
        seen = self.body(commands.VisitorSaw)
        visitor_saw(self.visitor, seen["message"], seen["state"])
        return Response(status=202)


class Files(VisitorDoor):
    """Files for his next line."""

    parser_classes = (parsers.MultiPartParser,)
    throttle_classes = (Uploads,)

    def post(self, request: Request, widget: str) -> Response:
        """Multipart with one ``file``; 201 ``{"id", "name", "kind", "size"}``."""
        visitor = self.visitor
        kept = attachment_store(uploaded(request), visitor_id=visitor.pk)
        fields = {"id": kept.pk, "name": kept.name, "kind": kept.kind, "size": kept.size}
        return Response(fields, status=201)


class File(VisitorDoor):
    """A file of his conversation, by an address that is good for a day."""

    throttle_classes = ()
    parameters = ("key",)

    def get(self, request: Request, widget: str, pk: int) -> HttpResponse:
        """Its bytes."""
        if not visitors.file_key_fits(pk, request.query_params.get("key", "")):
            raise Refused("not_found")
        file = Attachment.objects.filter(pk=pk, message__identifier__code=widget).first()
        if file is None:
            raise Refused("not_found")
        return file_response(file)


class Staffed(VisitorDoor):
    """What a widget shows before anybody has said anything."""

    throttle_classes = (Newcomers,)

    def get(self, request: Request, widget: str) -> Response:
        """``{"alias", "staffed"}``."""
        found = _widget(widget)
        return Response({"alias": found.alias, "staffed": visitors.staffed(found)})


_widget = widget

urlpatterns: list[URLPattern] = [
    path("webchat/<slug:widget>/", Staffed.as_view(), name="webchat"),
    path("webchat/<slug:widget>/sessions/", Sessions.as_view(), name="webchat_sessions"),
    path("webchat/<slug:widget>/me/", Me.as_view(), name="webchat_me"),
    path(
        "webchat/<slug:widget>/conversation/",
        Conversation.as_view(),
        name="webchat_conversation",
    ),
    path("webchat/<slug:widget>/messages/", Messages.as_view(), name="webchat_messages"),
    path("webchat/<slug:widget>/seen/", Saw.as_view(), name="webchat_seen"),
    path("webchat/<slug:widget>/files/", Files.as_view(), name="webchat_files"),
    path("webchat/<slug:widget>/files/<id:pk>/", File.as_view(), name="webchat_file"),
]
