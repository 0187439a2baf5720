"""The contact's side of a web chat: a page of ours, and the script by which a company's own site
shows it in a corner. Both are for anybody; the page speaks with the visitors' doors."""

from collections.abc import Callable

import orjson
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from beex.lib.errors import Refused
from workspace.models import Identifier
from workspace.services.visitors import widget as find_widget

#: seconds for which a site may keep the script
SCRIPT_GOOD = 300
THEMES = ("system", "light", "dark")

View = Callable[..., HttpResponseBase]


def framed(view: View) -> View:
    """Only the sites in ``WEBCHAT_ORIGINS`` may show this page inside theirs; nobody by default."""
    if not settings.WEBCHAT_ORIGINS:
        return view
    named = csp_replace({"frame-ancestors": list(settings.WEBCHAT_ORIGINS)})
    shown: View = xframe_options_exempt(named(view))
    return shown


@require_safe
@framed
def page(request: HttpRequest, widget: str) -> HttpResponse:
    """The conversation of whoever opens it. ``?lang=`` and ``?theme=`` choose how it looks,
    ``?embed=1`` leaves out what the site around it shows."""
    found = _widget(widget)
    theme = request.GET.get("theme", "")
    context = {
        "widget": found,
        "theme": theme if theme in THEMES else THEMES[0],
        "embed": "embed" in request.GET,
    }
    with translation.override(_language(request)):
        return render(request, "webchat/page.html", context)


@require_safe
@cache_control(public=True, max_age=SCRIPT_GOOD)
def script(request: HttpRequest, widget: str) -> HttpResponse:
    """The script a site puts into its pages; it shows the bubble, and the page in a frame."""
    _widget(widget)
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = {
                "open": _("webchat.open"),
                "close": _("webchat.close"),
                "title": _("webchat.title"),
                "unread": _("webchat.unread"),
                "absent": _("webchat.absent"),
            }
    context = {"texts": orjson.dumps(texts).decode(), "language": settings.LANGUAGE_CODE}
    return render(
        request, "webchat/embed.js", context, content_type="text/javascript; charset=utf-8"
    )


def _widget(code: str) -> Identifier:
    try:
        return find_widget(code)
    except Refused as refused:
        raise Http404 from refused


def _language(request: HttpRequest) -> str:
    """What the address asks for, else what this browser chose before."""
    asked = request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else translation.get_language()
