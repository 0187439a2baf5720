"""The account menu (3.1, 3.9): one's webphone, a status during a call, notices by choice."""

from typing import Any

import pytest
from django.db.transaction import atomic
from playwright.sync_api import expect

from tests.browser.floor.conftest import Look, user
from tests.browser.floor.test_shell import menu
from workspace.choices import NoticeKind
from workspace.services.notices import notice_give
from workspace.services.statuses import status_change

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

#: keeps what the page tells by the system, and lets the test say where the person looks
SYSTEM = """
  window.told = [];
  window.looking = true;
  document.hasFocus = () => window.looking;
  const Real = window.Notification;
  window.Notification = class extends Real {
    constructor(title, options) { super(title, options); told.push([title, options.body]); }
  };
"""


def test_one_s_webphone_and_a_status_during_a_call(look: Look) -> None:
    """D8: the call goes on, and he is told so; signing out waits for its end."""
    page = look("kevin.ticona", "/agenda/")
    menu(page)
    expect(page.locator("#account-webphone")).to_have_text("Webphone: Conectado")
    page.get_by_test_id("acc-status-busy").click()
    expect(page.locator("#status-hint")).to_have_text(
        "Tu llamada continúa. No recibirás nuevas interacciones."
    )
    page.get_by_test_id("acc-status-available").click()
    expect(page.locator("#status-hint")).to_be_empty()
    page.get_by_role("button", name="Cerrar sesión").click()
    expect(page.locator("#main")).to_contain_text("Termina tu llamada antes de cerrar sesión")
    status_change(user("kevin.ticona").pk, "available")
    alone = look("tito.lu", "/agenda/")
    menu(alone)
    expect(alone.locator("#account-webphone")).to_be_hidden()


@pytest.mark.parametrize("allowed", [True, False])
def test_the_system_tells_notices_only_when_asked_to(look: Look, allowed: bool) -> None:
    page = look("lorena.cornejo", "/agenda/")
    if allowed:
        page.context.grant_permissions(["notifications"])
    page.context.add_init_script(SYSTEM)
    page.goto("/agenda/")
    switch = page.get_by_role("switch", name="Avisos del navegador")

    def noticed(contact: str) -> Any:
        with atomic():
            notice_give(user("lorena.cornejo").pk, NoticeKind.CAPTURED, notice(contact))
        expect(page.locator("#notes")).to_contain_text(contact)
        return page.evaluate("told.map(([, body]) => body)")

    page.evaluate("looking = false")
    assert noticed("Ana Uno") == []  # nobody asked for it
    menu(page)
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true" if allowed else "false")
    assert len(noticed("Ana Dos")) == int(allowed)
    page.evaluate("looking = true")
    assert len(noticed("Ana Tres")) == int(allowed)  # he sees it himself
    page.goto("/agenda/")
    menu(page)  # kept in this browser
    expect(switch).to_have_attribute("aria-checked", "true" if allowed else "false")


def notice(contact: str) -> dict[str, Any]:
    """What a captured chat leaves on a desk."""
    of = {"ticket": None, "chat": None, "note": ""}
    return {"name": "Luis Huamán", "ext": "1003", "contact": contact, **of}
