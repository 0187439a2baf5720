"""What the ten columns say about a row: the texts of the first response and of exports.

static/js/cells.js says the same in the browser, name for name; a browser test holds them together.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from workspace.choices import Channel, Module, StrategyKind

Row = dict[str, Any]
Texts = dict[str, str]

TONES = 8  # colours of avatars
CHIPS = 2  # chats shown before "+n"
PLACES = ("users", "user", "chat", "account")


@dataclass(frozen=True)
class About:
    """What a row's texts need beside the row. ``statuses``: code → label, icon, color."""

    me: int
    statuses: dict[str, Texts]
    at: datetime


def cells(row: Row, about: About) -> Texts:
    """Names → texts for ``{% bind %}``."""
    return {
        "id": str(row["id"]),
        "testid": f"mon-row-{row['id']}",
        "online": "yes" if row["online"] else "",
        "signals": " ".join(signal["code"] for signal in row["signals"]),
        **_person(row, about),
        **_status(row, about),
        **_webphone(row),
        **_module(row),
        **_tickets(row),
        **_strategies(row),
        **_campaigns(row),
        **_call(row, about),
        **_chats(row),
    }


def full_name(row: Row) -> str:
    """Given names, then surnames (R9)."""
    return f"{row['first_names']} {row['last_names']}".strip()


def length(span: timedelta) -> str:
    """mm:ss under an hour, h:mm:ss under a day, "1 d 02:10:00" above; never negative (R15)."""
    seconds = max(0, int(span.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    tail = f"{minutes:02}:{seconds:02}"
    if days:
        return f"{days} d {hours:02}:{tail}"
    return f"{hours}:{tail}" if hours else tail


def module_name(code: str) -> str:
    """The words for a module code; unknown ones are "other" (R24)."""
    if code == Module.TEAM:
        return _("team.title")
    return str(Module(code).label) if code in Module.values else _("nav.other")


def place_name(code: str | None) -> str:
    """The words for a place code: ``users``, ``user:<id>``, ``ticket:<id>``, ``chat``."""
    kind, _sep, which = (code or "").partition(":")
    if kind == "ticket":
        return _("field.ticket").format(id=which)
    return _(f"place.{kind}") if kind in PLACES else ""


def channel_icon(code: str) -> str:
    """The icon of a channel; one we do not know is a plain bubble (R46)."""
    return f"channel-{code}" if code in Channel.values else "channel-other"


def channel_name(code: str) -> str:
    """The words for a channel."""
    return str(Channel(code).label) if code in Channel.values else _("channel.other")


def _instant(iso: str) -> datetime:
    return parse_datetime(iso) or timezone.now()


def _time_of_day(iso: str) -> str:
    return timezone.localtime(_instant(iso)).strftime("%H:%M")


def _signalled(row: Row, code: str) -> str:
    present = any(signal["code"] == code for signal in row["signals"])
    return _(f"signal.{code}") if present else ""


def _person(row: Row, about: About) -> Texts:
    extension = row["extension"] or ""
    return {
        "extension": extension or "—",
        "extension_value": extension,
        "extension_title": "" if extension else _("cell.noExtension"),
        "initials": (row["first_names"].strip()[:1] + row["last_names"].strip()[:1]).upper(),
        "tone": str(row["id"] % TONES),
        "name": full_name(row),
        "href": reverse("supervision_user", args=[row["id"]]),
        "first": row["first_names"],
        "last": row["last_names"],
        "you": _("cell.you") if row["id"] == about.me else "",
        "reminder": _signalled(row, "reminder_due"),
        "reminder_icon": "reminder" if _signalled(row, "reminder_due") else "",
    }


def _status(row: Row, about: About) -> Texts:
    code, since = row["status"]["code"], row["status"]["since"]
    known = about.statuses.get(code) or {"label": code, "icon": "circle", "color": "gray"}
    return {
        "status": code,
        "status_label": known["label"],
        "status_icon": known["icon"],
        "status_tint": known["color"],
        "status_since": since,
        "status_time": length(about.at - _instant(since)),
        "status_title": _("cell.since").format(state=known["label"], time=_time_of_day(since)),
        "status_alert": _signalled(row, "status_long"),
    }


def _webphone(row: Row) -> Texts:
    phone = row["webphone"]
    if not phone:
        none = _("cell.noWebphone")
        return {
            "webphone": "none",
            "webphone_label": "—",
            "webphone_title": none,
            "webphone_none": none,
        }
    label = _(f"webphone.{phone['state']}")
    since = phone["since"]
    return {
        "webphone": phone["state"],
        "webphone_label": label,
        "webphone_icon": f"webphone-{phone['state']}",
        "webphone_title": _("cell.since").format(state=label, time=_time_of_day(since))
        if since
        else label,
    }


def _module(row: Row) -> Texts:
    module = row["module"]
    if not module:
        off = _("cell.offline")
        return {"module": "offline", "module_label": off, "module_title": off}
    texts = {
        "module": module["code"],
        "module_label": module_name(module["code"]),
        "place": place_name(module["place"]),
        "tabs": _("cell.tabs").format(n=module["tabs"]) if module["tabs"] > 1 else "",
        "idle": _("cell.idle") if module["idle"] else "",
    }
    parts = (texts[name] for name in ("module_label", "place", "tabs", "idle"))
    return {**texts, "module_title": " · ".join(filter(None, parts))}


def _tickets(row: Row) -> Texts:
    n = row["active_tickets"]
    title = _("cell.ticketsOne") if n == 1 else _("cell.tickets").format(n=n)
    return {"tickets": str(n), "tickets_title": title}


def _strategies(row: Row) -> Texts:
    """One voice strategy at most and any number of WhatsApp ones: two chips (R30–R32)."""
    whatsapp = [one for one in row["strategies"] if one["kind"] == StrategyKind.WHATSAPP]
    voice = [one for one in row["strategies"] if one["kind"] != StrategyKind.WHATSAPP]
    values = [
        f"{one['kind']}:paused" if one["paused"] else one["kind"] for one in row["strategies"]
    ]
    return {
        **_chip(row, "voice", voice),
        **_chip(row, "whatsapp", whatsapp),
        "strategies": ",".join(dict.fromkeys(values)),
        "strategies_none": "" if values else _("cell.noStrategies"),
    }


def _chip(row: Row, name: str, entered: list[Row]) -> Texts:
    if not entered:
        return {}
    campaign = {one["id"]: one["name"] for one in row["campaigns"]}
    kind = entered[0]["kind"]
    paused = _("strategy.paused") if any(one["paused"] for one in entered) else ""
    names = (
        " · ".join(filter(None, (one["name"], campaign.get(one["campaign_id"])))) for one in entered
    )
    return {
        name: ", ".join(names) + (f" ({paused})" if paused else ""),
        f"{name}_kind": kind,
        f"{name}_label": _(f"strategy.{kind}"),
        f"{name}_icon": f"strategy-{kind}",
        f"{name}_paused": paused,
    }


def _campaigns(row: Row) -> Texts:
    campaigns = row["campaigns"]
    if not campaigns:
        return {"campaigns_none": _("cell.noCampaigns")}
    n = len(campaigns)
    count = _("cell.campaignsOne") if n == 1 else _("cell.campaigns").format(n=n)
    names = ", ".join(one["name"] for one in campaigns)
    seen = f"{campaigns[0]['name']} +{n - 1} · " if n > 1 else ""
    return {
        "campaigns": ",".join(one["code"] for one in campaigns),
        "campaigns_names": names,
        "campaigns_label": f"{seen}{count}: {names}",
        "campaign": campaigns[0]["name"],
        "campaigns_more": f"+{n - 1}" if n > 1 else "",
        "campaigns_count": str(n),
    }


def _call(row: Row, about: About) -> Texts:
    call = row["call"]
    if not call:
        return {"call": "none", "call_none": _("call.none")}
    hidden, way = call.get("hidden"), call.get("direction") or ""
    card = "" if hidden else "waiting" if call["state"] == "waiting" else "call"
    return {
        "call": call["state"],
        "call_id": str(call["id"] or ""),
        "call_label": _(f"call.{call['state']}"),
        "call_icon": f"call-{call['state']}",
        "call_since": call["since"],
        "call_time": length(about.at - _instant(call["since"])),
        "call_card": card,
        "call_card_id": str(call["id"] or row["id"]) if card else "",
        "call_locked": "disabled" if hidden else "",
        "call_note": _("call.elsewhere") if hidden else "",
        "call_alert": _signalled(row, "waiting_long") or _signalled(row, "acw_over"),
        "way": way,
        "direction": _(f"direction.{way}") if way else "",
        "direction_icon": f"direction-{way}" if way else "",
    }


def _chats(row: Row) -> Texts:
    chats = row["chats"]
    if not chats:
        return {"chats_none": _("cell.noChats")}
    texts = {"chats": ",".join(one["channel"] for one in chats)}
    for index, one in enumerate(chats[:CHIPS], start=1):
        contact = one["contact"] or _("field.contactNoName")
        texts |= {
            f"chat{index}": contact,
            f"chat{index}_id": str(one["id"]),
            f"chat{index}_channel": one["channel"],
            f"chat{index}_icon": channel_icon(one["channel"]),
            f"chat{index}_label": f"{channel_name(one['channel'])}: {contact}",
        }
    more = len(chats) - CHIPS
    if more > 0:
        texts |= {"chats_more": f"+{more}", "chats_label": _("cell.more").format(n=more)}
    return texts
