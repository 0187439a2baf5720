"""The table as a file: exactly the rows shown, in their order, in the reader's language."""

import csv
import io
from collections.abc import Iterable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from beex.lib import clock
from monitoring.cells import About, Texts, cells
from monitoring.floor_page import columns, statuses
from monitoring.selectors import floor_read, floor_rows
from workspace.access import Action, actor_of, can

ROWS_MAX = 20_000
#: first characters by which a spreadsheet takes a text for a formula
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
PLAIN = "text/plain; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_POST
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The rows with these ``ids`` that exist for the viewer, in that order, as CSV or XLSX.

    403 without Supervisión, 422 for anything that is not a list of ids or a known format, 413 for
    more than ``ROWS_MAX``.
    """
    actor = actor_of(request.user.pk or 0)
    if actor is None or not can(actor, Action.SEE):
        return HttpResponse(_("page.noAccess"), status=403, content_type=PLAIN)
    ids = _ids(request.POST.get("ids", ""))
    write = {"csv": _csv, "xlsx": _xlsx}.get(request.POST.get("format", ""))
    if ids is None or write is None:
        return HttpResponse(status=422)
    if len(ids) > ROWS_MAX:
        return HttpResponse(_("export.tooMany"), status=413, content_type=PLAIN)
    at = clock.now()
    about = About(me=actor.user_id, statuses=statuses(), at=at)
    page = floor_read(actor, floor_rows(actor).filter(pk__in=ids))
    found = {row["id"]: _line(cells(row, about)) for row in page.rows}
    lines = [found[pk] for pk in dict.fromkeys(ids) if pk in found]
    return write([[column.label for column in columns()], *lines])


def _ids(text: str) -> list[int] | None:
    """``"7,3,12"`` as numbers; None when it is something else."""
    parts = [part for part in text.split(",") if part]
    if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        return None
    return [int(part) for part in parts]


def _line(c: Texts) -> list[str]:
    """The ten cells of a row as a reader would say them; an empty one says what the screen says."""
    timed = " · ".join
    entered = [f"{c[f'{name}_label']}: {c[name]}" for name in ("voice", "whatsapp") if c.get(name)]
    call = [c.get(name) for name in ("call_label", "call_time", "direction", "call_note")]
    chats = [c.get("chat1_label"), c.get("chat2_label"), c.get("chats_more")]
    return [
        c["extension"],
        c["name"],
        timed([c["status_label"], c["status_time"]]),
        c["webphone_label"],
        c["module_title"],
        c["tickets"],
        "; ".join(entered) or c["strategies_none"],
        c.get("campaigns_names") or c["campaigns_none"],
        timed(filter(None, call)) or c["call_none"],
        "; ".join(filter(None, chats)) or c["chats_none"],
    ]


def plain(text: str) -> str:
    """The text so that no spreadsheet computes it: a quote before what looks like a formula."""
    return f"'{text}" if text.startswith(TRIGGERS) else text


def _csv(lines: Iterable[list[str]]) -> HttpResponse:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerows([plain(cell) for cell in line] for line in lines)
    # The mark tells spreadsheets that it is UTF-8.
    return _file("\ufeff" + buffer.getvalue(), "csv", "text/csv; charset=utf-8")


def _xlsx(lines: Iterable[list[str]]) -> HttpResponse:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("page.title")[:31])
    for number, line in enumerate(lines):
        row = []
        for text in line:
            cell = WriteOnlyCell(sheet, value=_printable(text))
            cell.data_type = "s"  # a text, whatever it begins with
            cell.font = Font(bold=number == 0)
            row.append(cell)
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return _file(buffer.getvalue(), "xlsx", XLSX)


def _printable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(char for char in text if char.isprintable() or char == "\n")


def _file(content: str | bytes, suffix: str, kind: str) -> HttpResponse:
    stamp = timezone.localtime().strftime("%Y-%m-%d-%H%M")
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="monitoreo-{stamp}.{suffix}"'
    response["Cache-Control"] = "no-store"
    return response
