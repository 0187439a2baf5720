"""``{% bind %}``: the first response writes by the names that bind.js patches by later."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template.context import Context
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from beex.lib import clock

register = template.Library()

Pairs = tuple[tuple[str, str], ...]


@lru_cache(maxsize=256)
def _pairs(spec: str) -> Pairs:
    """``"title:place show:idle"`` as (what is set, name) pairs."""
    return tuple((kind, name) for kind, _, name in (part.partition(":") for part in spec.split()))


def _attributes(pairs: Pairs, cells: dict[str, Any]) -> SafeString:
    """The attributes these bindings set for these texts. ``text`` is written by the template."""
    written: list[tuple[str, str]] = []
    for kind, name in pairs:
        value = str(cells.get(name, ""))
        if kind == "show":
            written += [] if value else [("hidden", "")]
        elif kind == "icon":
            written += [("href", f"#i-{value}")] if value else []
        elif kind == "since":
            written += [("datetime", value)] if value else []
        elif kind != "text" and value:
            written.append((kind, value))
    return format_html_join("", ' {}="{}"', written)


@register.simple_tag(takes_context=True)
def bind(context: Context, spec: str) -> SafeString:
    """``data-b`` for the browser and, from the texts in ``c``, the attributes themselves."""
    return format_html('data-b="{}"{}', spec, _attributes(_pairs(spec), context.get("c") or {}))


@register.simple_tag
def fill(key: str, **values: Any) -> str:
    """The text of ``key`` with its placeholders filled."""
    return _(key).format(**values)


@register.filter
def iso(moment: datetime | None) -> str:
    """ISO-8601 in UTC, as scripts read it."""
    return clock.iso(moment) or ""


@register.simple_tag
def when(moment: datetime) -> str:
    """Time of day; with the day when it was not today (R97)."""
    local = timezone.localtime(moment)
    days = (timezone.localdate() - local.date()).days
    if days > 1:
        return formats.date_format(local, "SHORT_DATETIME_FORMAT")
    return (f"{_('detail.yesterday')} " if days else "") + local.strftime("%H:%M")
