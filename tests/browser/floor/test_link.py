"""The live link: lost, stale, back again, and gaps (R2, R92, E26)."""

import json
import re

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.floor.conftest import SUPERVISOR, TABLE, Look, Stage, user
from tests.browser.floor.test_table import cell
from workspace.models import Profile, User
from workspace.services.people import user_saved
from workspace.services.statuses import status_change

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_a_lost_link_is_said_and_comes_back_right(look: Look, stage: Stage) -> None:
    page = look()
    state = page.locator("#link-state")
    expect(state).to_be_hidden()
    stage.server.kill()
    expect(state).to_contain_text("Reconectando… Los datos pueden estar desactualizados.")
    expect(state).to_contain_text(re.compile(r"Datos de las \d\d:\d\d:\d\d"))
    expect(page.locator("body")).to_have_attribute("data-link", "lost")
    page.locator("#rail a[data-module=crm]").click()
    expect(page.locator("#notes")).to_contain_text("No se pudo abrir la página: no hay conexión")
    expect(page.locator("#floor")).to_be_visible()
    status_change(user("jean.cordova").pk, "training")  # the world goes on
    stage.server.open()
    expect(state).to_have_text("Conexión restablecida", timeout=15_000)
    expect(cell(page, "status", "jean.cordova")).to_have_attribute("data-value", "training")
    expect(state).to_be_hidden(timeout=6000)
    status_change(user("jean.cordova").pk, "available")
    expect(cell(page, "status", "jean.cordova")).to_have_attribute("data-value", "available")


def test_a_table_opened_without_a_link_says_so_too(look: Look) -> None:
    """R92: come to by navigation while the link is lost, its timers are grey from the start."""
    page = look(path="/operations/")
    page.route_web_socket("**/ws/v1/live/**", lambda route: route.close())
    page.goto("/operations/")
    expect(page.locator("#link-state")).to_contain_text("Reconectando…")
    page.locator("#rail a[data-module=supervision]").click()
    timer = cell(page, "status", SUPERVISOR).locator("time")
    expect(timer).to_have_css("font-style", "italic")
    expect(page.locator("#link-state")).to_contain_text("Datos de las")


def test_a_frame_that_was_lost_is_noticed_and_asked_for(look: Look, stage: Stage) -> None:
    """The chain of revisions tells; the table is right again without a reload."""
    page = look(path="/operations/")
    asked: list[dict[str, object]] = []
    drop = {"next": False, "dropped": 0}

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def to_page(text: str | bytes) -> None:
            if drop["next"] and json.loads(text)["type"] == "rows":
                drop["next"], drop["dropped"] = False, 1
                return
            route.send(text)

        def to_server(text: str | bytes) -> None:
            message = json.loads(text)
            if message.get("stream") == "floor":
                asked.append(message)
            server.send(text)

        server.on_message(to_page)
        route.on_message(to_server)

    page.route_web_socket("**/ws/v1/live/**", between)
    page.goto(TABLE)
    page.wait_for_selector("#floor[data-ready]")
    expect(cell(page, "module", SUPERVISOR)).to_have_attribute("title", re.compile("Monitoreo"))
    before = len(asked)
    drop["next"] = True
    status_change(user("silvia.cuba").pk, "lunch")
    for _ in range(100):
        if drop["dropped"]:
            break
        page.wait_for_timeout(50)  # lets the frame come through
    status_change(user("ricardo.palomino").pk, "lunch")
    expect(cell(page, "status", "silvia.cuba")).to_have_attribute("data-value", "lunch")
    expect(cell(page, "status", "ricardo.palomino")).to_have_attribute("data-value", "lunch")
    assert drop["dropped"]
    assert len(asked) > before
    assert asked[-1]["have"]
    status_change(user("silvia.cuba").pk, "available")
    status_change(user("ricardo.palomino").pk, "busy")


def test_a_revoked_supervisor_sees_no_more(look: Look, stage: Stage) -> None:
    page = look("raul.maldonado")
    person = user("raul.maldonado")
    User.objects.filter(pk=person.pk).update(profile=Profile.objects.get(name="Agente"))
    user_saved(User.objects.get(pk=person.pk))
    expect(page.get_by_role("heading", name="No tienes acceso a este módulo")).to_be_visible()
    User.objects.filter(pk=person.pk).update(profile=person.profile)
