"""Pages for what goes wrong before any view is asked."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from beex.lib.api import PROBLEM, problem_body
from beex.lib.errors import Refused


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token, with the way back to the page it stood on; a problem
    answer under /api/. ``reason`` is Django's, for programmers."""
    refused = Refused("csrf_failed")
    if request.path.startswith("/api/"):
        return JsonResponse(problem_body(refused), status=refused.status, content_type=PROBLEM)
    back = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    context = {"sentence": refused.sentence, "back": back if ours else "/"}
    return render(request, "403_csrf.html", context, status=refused.status)
