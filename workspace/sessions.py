"""One's own sessions (3.1): where each runs, when it was last used, and their end."""

import re
from datetime import timedelta
from typing import Any

from allauth.usersessions.forms import ManageUserSessionsForm
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import Truncator
from django.utils.translation import gettext as _

LIFE = timedelta(seconds=settings.SESSION_COOKIE_AGE)
SHORT = 60  # characters of an unknown browser
#: what tells a browser or a system, the particular before the general
BROWSERS = {
    r"Edg(e|A|iOS)?/": "Edge",
    r"OPR/": "Opera",
    r"(Firefox|FxiOS)/": "Firefox",
    r"(Chrome|Chromium|HeadlessChrome|CriOS)/": "Chrome",
    r"Version/.* Safari/": "Safari",
}
SYSTEMS = {
    r"Android": "Android",
    r"iPhone|iPad": "iOS",
    r"CrOS": "ChromeOS",
    r"Windows": "Windows",
    r"Mac OS X|Macintosh": "macOS",
    r"Linux": "Linux",
}


def browser_name(agent: str) -> str:
    """A User-Agent in words: "Chrome en Linux"; one we do not know as it is, shortened."""
    browser = next((name for sign, name in BROWSERS.items() if re.search(sign, agent)), "")
    system = next((name for sign, name in SYSTEMS.items() if re.search(sign, agent)), "")
    if not browser or not system:
        return Truncator(agent).chars(SHORT) or "—"
    return _("session.browserOn").format(browser=browser, system=system)


class SessionsView(ListUserSessionsView):  # type: ignore[misc]
    """The list; a POST ends the ``session`` it names, or all but this one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A session is saved when it is used (E26), so its end tells its last use."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        keys = [one.session_key for one in context["sessions"]]
        ends = dict(Session.objects.filter(pk__in=keys).values_list("pk", "expire_date"))
        for one in context["sessions"]:
            one.browser = browser_name(one.user_agent)
            if one.session_key in ends:
                one.last_seen_at = ends[one.session_key] - LIFE
        return context

    def form_valid(self, form: ManageUserSessionsForm) -> HttpResponse:
        """One that is not his, or is gone, is passed over."""
        which = self.request.POST.get("session", "")
        if not which:
            ended: HttpResponse = super().form_valid(form)
            return ended
        mine = UserSession.objects.filter(user_id=self.request.user.pk)
        key = int(which) if which.isascii() and which.isdigit() and len(which) < 19 else 0
        for one in mine.filter(pk=key).exclude(session_key=self.request.session.session_key):
            one.end()
        return redirect("usersessions_list")
