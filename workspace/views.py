"""Pages of the shell: one's own preferences, and the modules this version does not have."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from workspace.access import actor_of
from workspace.choices import Module, TableView, Theme
from workspace.models import Status, User

#: what a person may choose for himself: form field → (column of User, allowed values)
CHOICES: dict[str, tuple[str, frozenset[str]]] = {
    "language": ("language", frozenset(dict(settings.LANGUAGES))),
    "theme": ("theme", frozenset(Theme.values)),
    "view": ("table_view", frozenset(TableView.values)),
}
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # seconds


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep language, theme or view of the table (R66–R68, R95); back to ``next``.

    Before signing in only the language is kept, in this browser. Anything else is 422.
    """
    given = {name: request.POST[name] for name in CHOICES if name in request.POST}
    if not given or any(value not in CHOICES[name][1] for name, value in given.items()):
        return HttpResponse(status=422)
    if isinstance(request.user, User):
        columns: dict[str, Any] = {CHOICES[name][0]: value for name, value in given.items()}
        User.objects.filter(pk=request.user.pk).update(**columns)
    response = _back(request)
    if language := given.get("language"):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=LANGUAGE_COOKIE_AGE,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def _back(request: HttpRequest) -> HttpResponse:
    """To ``next`` when it is an address of ours; nothing to show for a script."""
    target = request.POST.get("next", "")
    if not target:
        return HttpResponse(status=204)
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return redirect(target if ours else "/")


@require_POST
@login_required
def alive(request: HttpRequest) -> HttpResponse:
    """An open page says that the session is in use; its end moves on (E26)."""
    request.session.modified = True
    return HttpResponse(status=204)


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The first of the person's modules that stands for daily work."""
    actor = actor_of(request.user.pk or 0)
    order = (Module.SUPERVISION, Module.WORKSPACE, Module.AGENDA, *Module)
    first = next((module for module in order if actor and actor.has(module)), None)
    if first is None:
        return render(request, "workspace/no_access.html", status=403)
    return redirect(f"/{first.value}/")


@require_safe
@login_required
def workspace_page(request: HttpRequest) -> HttpResponse:
    """Where one attends contacts (3.10); its script asks for what is on the desk."""
    actor = actor_of(request.user.pk or 0)
    if actor is None or not actor.has(Module.WORKSPACE):
        return render(request, "workspace/no_access.html", status=403)
    receiving = Status.objects.filter(receives_work=True).values_list("code", flat=True)
    start = {
        "me": actor.user_id,
        "receiving": list(receiving),
        "supervises": actor.sees_floor,
    }
    return render(request, "workspace/workspace.html", {"start": start})


@require_safe
@login_required
def stub(request: HttpRequest, module: Module) -> HttpResponse:
    """A module that says it is not part of this version (R90), to those who have it active."""
    actor = actor_of(request.user.pk or 0)
    if actor is None or not actor.has(module):
        return render(request, "workspace/no_access.html", status=403)
    return render(request, "workspace/stub.html", {"module": module})
