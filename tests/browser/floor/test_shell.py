"""What surrounds the pages: modules, account menu, language, sessions (R4, R13, R17, R90)."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Browser, Page, expect

from tests.browser.floor.conftest import SUPERVISOR, TABLE, Look, Stage, sign_in, user
from tests.browser.floor.test_table import cell
from workspace.choices import Module, ModuleAccess
from workspace.models import User
from workspace.services.people import module_access_set
from workspace.services.statuses import status_change
from workspace.sessions import browser_name

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

STATUSES = [
    "Disponible", "Almuerzo", "Cena", "Ocupado", "En servicios", "En capacitación",
    "No disponible",
]  # fmt: skip


def menu(page: Page) -> None:
    """Open the account menu."""
    page.get_by_test_id("acc-menu").click()
    expect(page.locator("#account-menu")).to_be_visible()


def test_the_seven_statuses_by_keyboard(look: Look) -> None:
    """R13, R14: reachable without a pointer; the server's word is what is shown."""
    page = look("ana.vargas", "/agenda/")
    page.get_by_test_id("acc-menu").focus()
    page.keyboard.press("Enter")
    assert page.locator("#statuses .label").all_inner_texts() == STATUSES
    expect(page.get_by_test_id("acc-status-available")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("acc-status-lunch")).to_have_attribute("aria-checked", "true")
    expect(page.locator("[data-own=button] .label")).to_have_text("Almuerzo")
    expect(page.locator("[data-own=button] time")).to_have_text(re.compile("00:0"))
    status_change(user("ana.vargas").pk, "available")


def test_a_status_is_the_same_in_every_tab(look: Look) -> None:
    """R17."""
    first = look("oscar.linares", "/agenda/")
    second = first.context.new_page()
    with second.expect_websocket():
        second.goto("/agenda/")
    menu(first)
    first.get_by_test_id("acc-status-busy").click()
    own = second.locator("[data-own=button] .label")
    expect(own).to_have_text("Ocupado", timeout=1500)
    status_change(user("oscar.linares").pk, "available")
    expect(own).to_have_text("Disponible", timeout=1500)
    status_change(user("oscar.linares").pk, "unavailable")
    expect(first.locator("#unavailable")).to_contain_text("Estás en No disponible")
    status_change(user("oscar.linares").pk, "available")
    expect(first.locator("#unavailable")).to_be_hidden()


def test_modules_are_used_locked_or_absent(look: Look) -> None:
    """R4, R90, R91."""
    page = look("jorge.chavez", "/agenda/")
    assert "Supervisión" not in page.locator("#rail").inner_text()
    locked = page.locator("#rail .locked").first
    expect(locked).to_have_attribute("title", "Tu perfil no tiene activo este módulo")
    page.goto(TABLE)
    expect(page.get_by_role("heading", name="No tienes acceso a este módulo")).to_be_visible()
    assert "Quispe" not in page.content()
    profile = user("patricia.montoya").profile
    assert profile
    kept = dict(profile.modules.values_list("module", "access"))
    module_access_set(profile, dict.fromkeys(set(Module) - {Module.OTHER}, ModuleAccess.ACTIVE))
    owner = look("patricia.montoya", "/operations/")
    names = owner.locator("#rail li").all_inner_texts()
    assert [name.splitlines()[0] for name in names] == [
        "Mini Menú", "Operaciones", "CRM", "Supervisión", "Agenda", "Workspace", "Conexiones",
        "Ajustes en la plataforma", "Flujos", "PBX", "Planes y Facturación", "Informes",
    ]  # fmt: skip
    expect(owner.locator("#page")).to_contain_text("Este módulo no forma parte de esta versión")
    module_access_set(profile, kept)


def test_walking_through_modules_keeps_one_socket(look: Look) -> None:
    page = look()
    opened: list[str] = []
    page.on("websocket", lambda socket: opened.append(socket.url))
    page.evaluate("window.sameWindow = true")
    own = cell(page, "module", SUPERVISOR)
    expect(own).to_have_attribute("data-value", "supervision")
    for link in page.locator("#rail a[data-module]").all():
        module = link.get_attribute("data-module")
        link.click()
        expect(page.locator("#page")).to_have_attribute("data-module", str(module))
        expect(link).to_have_attribute("aria-current", "page")
    page.locator("#rail a[data-module=supervision]").click()
    page.wait_for_selector("#floor[data-ready]")
    expect(own).to_have_attribute("title", "Supervisión · Monitoreo de usuarios")
    status_change(user("gabriela.mendoza").pk, "busy")
    expect(cell(page, "status", "gabriela.mendoza")).to_have_attribute("data-value", "busy")
    status_change(user("gabriela.mendoza").pk, "available")
    assert page.evaluate("window.sameWindow")
    assert not opened


def test_language_theme_and_view_are_kept(look: Look) -> None:
    """R68, R95."""
    page = look("lorena.cornejo")
    menu(page)
    page.locator("#theme-form [value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.keyboard.press("Escape")
    menu(page)
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("User monitoring")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.get_by_test_id("flt-count")).to_have_text(re.compile(r"\d+ users"))
    person = User.objects.get(username="lorena.cornejo")
    assert (person.language, person.theme) == ("en", "dark")


def test_other_sessions_can_be_signed_out(stage: Stage, chromium: Browser) -> None:
    """All the others at once, or one of them; each says in words where it runs."""
    here, there, too = (
        sign_in(chromium.new_page(base_url=stage.url), "giuliana.effio") for _ in "123"
    )
    menu(here)
    here.get_by_role("link", name="Seguridad y permisos").click()
    rows = here.locator(".sessions li")
    expect(rows).to_have_count(3)
    expect(rows.last).to_contain_text(
        re.compile(r"Chrome en Linux · 127\.0\.0\.1.*última actividad", re.S)
    )
    rows.last.get_by_role("button", name="Cerrar sesión").click()
    too.wait_for_url("**/accounts/login/**", timeout=5000)
    expect(rows).to_have_count(2)
    here.get_by_test_id("sessions-end-others").click()
    expect(here.get_by_test_id("sessions-end-others")).to_be_hidden()
    there.wait_for_url("**/accounts/login/**", timeout=5000)  # its socket tells it
    for page in (here, there, too):
        page.close()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge en Windows"),
        ("Mozilla/5.0 (iPhone; like Mac OS X) Version/18.1 Safari/604.1", "Safari en iOS"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Firefox/133.0", "Firefox en Linux"),
        ("curl/8.5.0 " + "x" * 80, "curl/8.5.0 " + "x" * 48 + "…"),
        ("", "—"),
    ],
)
def test_browsers_are_named_in_words(agent: str, words: str) -> None:
    assert browser_name(agent) == words


def test_signing_in_signing_out_and_too_many_tries(stage: Stage, chromium: Browser) -> None:
    page = chromium.new_page(base_url=stage.url)
    page.goto("/")
    for _ in range(6):
        page.fill("[name=login]", "miguel.farfan")
        page.fill("[name=password]", "wrong")
        page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("alert")).to_contain_text("Demasiados intentos")
    page.fill("[name=login]", "percy.alarcon")
    page.fill("[name=password]", "beex-demo")
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_url("**/workspace/")
    menu(page)
    page.get_by_role("button", name="Cerrar sesión").click()
    expect(page.locator("#main")).to_contain_text("Tienes 1 ticket activo. Seguirá asignado a ti.")
    page.locator("#main").get_by_role("button", name="Cerrar sesión").click()
    page.wait_for_url("**/accounts/login/")
    page.close()


def test_a_forgotten_password_goes_by_mail(look: Look, stage: Stage, chromium: Browser) -> None:
    page = chromium.new_page(base_url=stage.url)
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Olvidé mi contraseña").click()
    page.fill("[name=email]", "nobody@example.org")
    page.get_by_role("button", name="Enviar enlace").click()
    expect(page.get_by_role("status")).to_contain_text("te enviamos un enlace")
    assert not mail.outbox
    page.close()
