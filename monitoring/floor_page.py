"""What the page of the live table is made of: the first rows, the filters, the totals."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from monitoring.cells import About, Row, Texts, cells
from monitoring.filters import FloorFilter
from monitoring.selectors import FloorPage, floor_read, floor_rows
from workspace.access import Actor
from workspace.choices import TableView
from workspace.models import Campaign, Company, Status

FIRST = 200  # rows in the first response
CHUNK = 25  # rows in one <tbody>
#: states and their colours, in the order of the strip
PHONES = {"connected": "green", "connecting": "amber", "disconnected": "gray"}
CALLS = {"talking": "green", "ringing": "blue", "waiting": "gray", "acw": "violet", "none": "gray"}
#: name in the address → name of the server's filter
QUERY = {
    "empresa": "company",
    "campania": "campaign",
    "estado": "status",
    "webphone": "webphone",
    "llamada": "call",
    "q": "q",
}
TEXT_MAX = 80  # characters of a search


@dataclass(frozen=True)
class Column:
    """One of the ten columns: code, heading, short heading of the compact view, sortable."""

    code: str
    label: str
    short: str = ""
    sort: bool = False
    sorted: str = "none"


@dataclass(frozen=True)
class Total:
    """One number of the strip above the table, and the filter it stands for."""

    value: str
    label: str
    icon: str
    tint: str
    n: int
    pressed: bool


@dataclass(frozen=True)
class Group:
    """Totals of one kind; ``name`` is the filter in the address."""

    name: str
    label: str
    totals: list[Total]


def columns() -> list[Column]:
    """The ten columns in their order (R3)."""
    return [
        Column("extension", _("col.extension"), sort=True, sorted="ascending"),
        Column("name", _("col.name"), sort=True),
        Column("status", _("col.status"), sort=True),
        Column("webphone", _("col.webphone"), _("short.webphone")),
        Column("module", _("col.module")),
        Column("tickets", _("col.activeTickets"), _("short.tickets"), sort=True),
        Column("strategies", _("col.activeStrategies"), _("short.strategies")),
        Column("campaigns", _("col.campaigns"), _("short.campaigns")),
        Column("call", _("col.activeCalls"), _("short.calls"), sort=True),
        Column("chats", _("col.openChats"), _("short.chats")),
    ]


def statuses() -> dict[str, Texts]:
    """Code → label, icon, color, in the order of the menus; closed ones too, somebody may be in."""
    return {
        status.code: {
            "code": status.code,
            "label": status.label,
            "icon": status.icon,
            "color": status.color,
        }
        for status in Status.objects.all()
    }


def companies(actor: Actor) -> list[dict[str, Any]]:
    """The companies the viewer may see, each with its campaigns, both by name (3.3)."""
    every = Company.objects.all()
    seen = every if actor.scope is None else every.filter(pk__in=actor.scope)
    campaigns: dict[int, list[Texts]] = {one.pk: [] for one in seen}
    for one in Campaign.objects.filter(company_id__in=campaigns).order_by("name", "pk"):
        campaigns[one.company_id].append({"code": one.code, "name": one.name})
    found = [{"code": one.code, "name": one.name, "campaigns": campaigns[one.pk]} for one in seen]
    return sorted(found, key=lambda company: str(company["name"]).casefold())


def asked(query: QueryDict, actor: Actor) -> Texts:
    """The filters of the address that mean something to this viewer; others are dropped, and so
    is a campaign without its company, or of another (R85)."""
    named = {ours: query.get(name, "").strip()[:TEXT_MAX] for name, ours in QUERY.items()}
    given = FloorFilter.accepted(named, actor)
    of_it = Campaign.objects.filter(company__code=given.get("company", ""))
    if "campaign" in given and not of_it.filter(code=given["campaign"]).exists():
        del given["campaign"]
    return {name: given.get(name, "") for name in QUERY.values()}


def campaigns(known: list[dict[str, Any]], given: Texts) -> list[Texts]:
    """The campaigns of the chosen company; none before there is one (R85)."""
    found = (one["campaigns"] for one in known if one["code"] == given["company"])
    return next(found, [])


def view_of(query: QueryDict, kept: str) -> str:
    """The address wins for this page load and is not kept (R66–R68)."""
    asked_for = query.get("vista", "")
    return asked_for if asked_for in TableView.values else kept


@dataclass(frozen=True)
class First:
    """The first response. ``page`` holds the rows of company and campaign, all of them when
    ``complete``, otherwise the first; ``shown`` are those that match every filter."""

    page: FloorPage
    complete: bool
    shown: list[Row]
    matching: int


def first(actor: Actor, given: Texts) -> First:
    """The rows the browser must hold, and those it shows first."""
    rows = floor_rows(actor)
    scope = {name: given[name] for name in ("company", "campaign") if given[name]}
    wanted = {name: text for name, text in given.items() if text}
    page = floor_read(actor, FloorFilter(scope, rows, actor=actor).chosen(), limit=FIRST + 1)
    complete = len(page.rows) <= FIRST
    if wanted == scope:
        found = page.total if not scope else len(page.rows)
        return First(page, complete, page.rows[:FIRST], found)
    chosen = FloorFilter(wanted, rows, actor=actor).chosen()
    if not complete:
        return First(page, complete, floor_read(actor, chosen, limit=FIRST).rows, chosen.count())
    ids = set(chosen.values_list("pk", flat=True))
    shown = [row for row in page.rows if row["id"] in ids]
    return First(page, complete, shown, len(shown))


def count(first: First, given: Texts) -> str:
    """The counter beside the filters (3.3)."""
    if any(given.values()):
        return _("page.countFiltered").format(n=first.matching, total=first.page.total)
    return _("page.countOne") if first.matching == 1 else _("page.count").format(n=first.matching)


def chunks(rows: list[Row], about: About) -> list[list[Texts]]:
    """The texts of these rows, in bodies of twenty-five."""
    texts = [cells(row, about) for row in rows]
    return [texts[at : at + CHUNK] for at in range(0, len(texts), CHUNK)]


def totals(rows: list[Row], known: dict[str, Texts], given: Texts) -> list[Group]:
    """The strip above the table, of these rows."""
    status = Counter(row["status"]["code"] for row in rows)
    phone = Counter(row["webphone"]["state"] if row["webphone"] else "none" for row in rows)
    call = Counter(row["call"]["state"] if row["call"] else "none" for row in rows)
    chosen = set(given.items())
    statuses = [
        Total(
            code, one["label"], one["icon"], one["color"], status[code], ("status", code) in chosen
        )
        for code, one in known.items()
    ]
    phones = [
        Total(
            code,
            _(f"webphone.{code}"),
            f"webphone-{code}",
            tint,
            phone[code],
            ("webphone", code) in chosen,
        )
        for code, tint in PHONES.items()
    ]
    calls = [
        Total(code, _(f"call.{code}"), f"call-{code}", tint, call[code], ("call", code) in chosen)
        for code, tint in CALLS.items()
    ]
    return [
        Group("estado", _("filter.status"), statuses),
        Group("webphone", _("filter.webphone"), phones),
        Group("llamada", _("filter.call"), calls),
    ]
