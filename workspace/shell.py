"""What surrounds every page: the modules of the person's profile, his account, his preferences."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from beex.lib import clock
from workspace.access import Actor, actor_of
from workspace.choices import Module, ModuleAccess, Theme
from workspace.models import Status, StatusInterval, User

TONES = 8  # colours of avatars


@dataclass(frozen=True)
class Entry:
    """One module in the navigation: usable, or there with a padlock (R91)."""

    code: str
    label: str
    active: bool

    @property
    def href(self) -> str:
        return f"/{self.code}/"


@dataclass(frozen=True)
class Shell:
    """Everything base.html shows around a page. ``at`` is the server's time, ISO-8601 UTC."""

    modules: list[Entry]
    statuses: list[Status]
    me: dict[str, Any]
    theme: str
    themes: list[tuple[str, str]]
    view: str
    zone: str
    at: str


def shell_of(user: User) -> Shell:
    """The shell of a signed-in person; seven queries, whatever the data."""
    actor = actor_of(user.pk)
    return Shell(
        modules=_modules(actor),
        statuses=list(Status.objects.filter(is_active=True)),
        me=_me(user),
        theme=user.theme,
        themes=[(value, str(label)) for value, label in Theme.choices],
        view=user.table_view,
        zone=timezone.get_default_timezone_name(),
        at=_iso(clock.now()),
    )


def _modules(actor: Actor | None) -> list[Entry]:
    """In the order of the help tree (R90); hidden ones are absent."""
    access = actor.modules if actor else {}
    return [
        Entry(module.value, str(module.label), access[module] == ModuleAccess.ACTIVE)
        for module in Module
        if access.get(module, ModuleAccess.HIDDEN) != ModuleAccess.HIDDEN
    ]


def _me(user: User) -> dict[str, Any]:
    now = StatusInterval.objects.filter(user=user, ended_at=None).select_related("status").first()
    extension = getattr(user, "extension", None)
    surname = user.last_names.strip()[:1]
    first = user.first_names.split(" ")[0]
    return {
        "id": user.pk,
        "full_name": user.full_name,
        "short_name": f"{first} {surname}." if surname else first,
        "initials": (user.first_names.strip()[:1] + surname).upper(),
        "tone": user.pk % TONES,
        "extension": str(extension) if extension else "",
        "role": _(f"role.{user.role}"),
        "status": now.status if now else Status(code=""),
        "since": _iso(now.started_at) if now else "",
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
