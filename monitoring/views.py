"""Pages of supervision: the live table, its cards, and a person's page."""

from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beex.lib import clock
from beex.lib.errors import Refused
from monitoring import cards, floor_page
from monitoring.cells import About
from monitoring.engine import stream
from monitoring.queue_stream import within
from telephony.choices import CallState
from telephony.models import Call
from workspace.access import Action, Actor, actor_of, can
from workspace.choices import Module, TicketState
from workspace.models import Ticket, User
from workspace.queue_board import board
from workspace.services.presence import session_end


def viewer(request: HttpRequest) -> Actor | None:
    """Who asks, if he may see the floor (R4); None otherwise."""
    actor = actor_of(request.user.pk or 0)
    return actor if actor is not None and can(actor, Action.SEE) else None


def no_access(request: HttpRequest) -> HttpResponse:
    """The page that says so."""
    return render(request, "workspace/no_access.html", status=403)


@require_safe
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """The module's first sub-module, asked for the same."""
    return redirect(reverse("supervision_users", query=request.GET))


@require_safe
@login_required
def users(request: HttpRequest) -> HttpResponse:
    """The live table (R1–R5): the first rows as HTML, and where the socket goes on from."""
    actor = viewer(request)
    if actor is None or not isinstance(request.user, User):
        return no_access(request)
    known, companies = floor_page.statuses(), floor_page.companies(actor)
    given = floor_page.asked(request.GET, actor)
    first = floor_page.first(actor, given)
    page = first.page
    about = About(me=actor.user_id, statuses=known, at=clock.now())
    context: dict[str, Any] = {
        "chunks": floor_page.chunks(first.shown, about),
        "columns": floor_page.columns(),
        "queues": within(board(), actor.scope),
        "totals": floor_page.totals(page.rows, known, given),
        "statuses": known,
        "campaigns": floor_page.campaigns(companies, given),
        "given": given,
        "given_any": any(given.values()),
        "count": floor_page.count(first, given),
        "matching": first.matching,
        "view": floor_page.view_of(request.GET, request.user.table_view),
        "state": "ready" if first.shown else "loading",
        "may_team": actor.has(Module.TEAM),
        "about": {"me": actor.user_id, "statuses": list(known.values()), "companies": companies},
        "start": {
            "epoch": page.epoch,
            "rev": page.rev,
            "total": page.total,
            "complete": first.complete,
            "rows": page.rows if first.complete else first.shown,
        },
    }
    return render(request, "monitoring/users.html", context)


@require_safe
@login_required
def card(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One hover card as a fragment (3.5); 404 for what does not exist for the viewer."""
    actor = viewer(request)
    if actor is None:
        return no_access(request)
    return render(request, f"monitoring/cards/_{kind}.html", _card(actor, kind, pk))


def _card(actor: Actor, kind: str, pk: int) -> dict[str, Any]:
    readers = {
        "campaigns": cards.campaigns_card,
        "call": cards.call_card,
        "waiting": cards.waiting_card,
        "chat": cards.chat_card,
        "chats": cards.chats_card,
    }
    try:
        if kind == "user":
            return {"pk": pk, **cards.user_card(actor, pk, _about(actor))}
        return {"pk": pk, **readers[kind](actor, pk)}
    except Refused as refused:
        raise Http404 from refused


def _about(actor: Actor) -> About:
    return About(me=actor.user_id, statuses=floor_page.statuses(), at=clock.now())


@require_safe
@login_required
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """One person (R11): what his card says, with room."""
    actor = viewer(request)
    if actor is None:
        return no_access(request)
    line = stream()
    context = {**_card(actor, "user", pk), "campaigns": _card(actor, "campaigns", pk)}
    context["start"] = {
        "id": pk,
        "me": actor.user_id,
        "epoch": str(line.epoch),
        "rev": line.rev,
        "statuses": list(floor_page.statuses().values()),
    }
    return render(request, "monitoring/user.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave the platform (R19, 3.9): refused during a call, asked twice with active tickets."""
    user_id = request.user.pk or 0
    going = (CallState.RINGING, CallState.TALKING)
    on_call = Call.objects.filter(user_id=user_id, state__in=going).exists()
    tickets = Ticket.objects.filter(assignee_id=user_id, state=TicketState.ASSIGNED).count()
    sure = request.method == "POST" and (not tickets or "sure" in request.POST)
    if on_call or not sure:
        status = 409 if on_call and request.method == "POST" else 200
        context = {"on_call": on_call, "tickets": tickets}
        return render(request, "account/logout.html", context, status=status)
    session_end(user_id, request.session.session_key or "")
    logout(request)
    return redirect("account_login")
