"""The table as a file: the rows that were shown, in their order, and nothing that computes."""

import csv
import io

import pytest
from django.test import Client
from openpyxl import load_workbook

from monitoring.demo import seed
from tests.doors import compute
from workspace.models import User
from workspace.services.people import user_saved

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "/supervision/users/export/"
FORMULAS = [
    "=HYPERLINK(\"http://x\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1",
    "＠x", "=cmd|' /C calc'!A0", "= 1", "=1;2", '"=1"', "'=1",
]  # fmt: skip


@pytest.fixture
def supervisor(client: Client) -> Client:
    """Carlos, with a floor of 67 rows."""
    seed.seed(stranger=True)
    compute()
    client.force_login(User.objects.get(username="carlos.benavides"))
    return client


def ids(*usernames: str) -> str:
    """The ids of these people as the form sends them."""
    return ",".join(str(User.objects.get(username=name).pk) for name in usernames)


def lines(content: bytes) -> list[list[str]]:
    """A CSV answer read again."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_exactly_what_is_shown_in_its_order(supervisor: Client) -> None:
    people = ("tito.lu", "juan.quispe", "maria.flores2")
    data = {"format": "csv", "ids": ids(*people)}
    found = lines(supervisor.post(ADDRESS, data).content)
    assert found[0][:3] == ["Anexo", "Nombres y apellidos", "Estado"]
    assert len(found[0]) == 10
    assert [(row[0], row[1]) for row in found[1:]] == [
        ("—", "Tito Lu"),
        ("1001", "Juan Carlos Quispe Mamani"),
        ("1014", "María Fernanda Flores Rojas"),
    ]
    answer = supervisor.post(ADDRESS, {**data, "format": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert [[cell.value or "" for cell in row] for row in sheet.iter_rows()] == found


def test_what_is_empty_says_what_the_screen_says(supervisor: Client) -> None:
    told = supervisor.post(ADDRESS, {"format": "csv", "ids": ids("raul.maldonado")}).content
    assert lines(told)[1][6:] == [
        "Sin estrategias activas", "Sin campañas", "Sin llamada activa", "Sin chats abiertos",
    ]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_becomes_a_formula(supervisor: Client, text: str) -> None:
    person = User.objects.get(username="juan.quispe")
    person.first_names, person.last_names = text, ""
    person.save()
    user_saved(person)
    compute()
    data = {"format": "csv", "ids": str(person.pk)}
    name = lines(supervisor.post(ADDRESS, data).content)[1][1]
    assert not name.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    book = load_workbook(io.BytesIO(supervisor.post(ADDRESS, {**data, "format": "xlsx"}).content))
    assert book.active is not None
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "inlineStr"}


def test_nobody_gets_more_than_he_may_see(supervisor: Client) -> None:
    everybody = ",".join(str(pk) for pk in User.objects.values_list("pk", flat=True))
    stranger = Client()
    stranger.force_login(User.objects.get(username="supervisor.lucuma"))
    found = stranger.post(ADDRESS, {"format": "csv", "ids": everybody}).content.decode()
    assert "Juan Carlos" not in found
    assert "Ximena" in found
    assert "Telandes" not in found
    agent = Client()
    agent.force_login(User.objects.get(username="juan.quispe"))
    assert agent.post(ADDRESS, {"format": "csv", "ids": everybody}).status_code == 403
    assert Client().post(ADDRESS, {"format": "csv", "ids": everybody}).status_code == 302


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 422),
        ({"format": "pdf", "ids": "1"}, 422),
        ({"format": "csv", "ids": "1;2"}, 422),
        ({"format": "csv", "ids": "²"}, 422),
        ({"format": "csv", "ids": "9" * 19}, 422),
        ({"format": "csv", "ids": ",".join(["1"] * 20_001)}, 413),
        ({"format": "csv", "ids": "999999999"}, 200),
        ({"format": "csv", "ids": ""}, 200),
    ],
)
def test_odd_questions(supervisor: Client, data: dict[str, str], status: int) -> None:
    assert supervisor.post(ADDRESS, data).status_code == status
