"""The administration: every model, in both languages; what is kept there moves the floor."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from monitoring.models import FloorDirty, FloorPolicy
from telephony.models import Extension
from tests.doors import client_of, f1
from workspace.admin.bases import Kept, Written
from workspace.models import (
    Campaign,
    CampaignMember,
    ChatFocus,
    Company,
    Contact,
    Profile,
    Status,
    StatusInterval,
    Strategy,
    StrategySession,
    User,
)

pytestmark = pytest.mark.django_db

OURS = ("workspace", "telephony", "agenda", "monitoring")
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models()]
REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)


def label(model: type[Model]) -> str:
    return model._meta.label


@pytest.fixture(scope="module", autouse=True)
def _f1(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), f1():
        FloorPolicy.objects.create()
        yield


@pytest.fixture
def root() -> Client:
    return client_of(User.objects.create_superuser("root", "secret", first_names="Root"))


def page(model: type[Model], view: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


def marked() -> set[int]:
    """Whose rows must be computed anew; forgets them."""
    found = set(FloorDirty.objects.values_list("user_id", flat=True))
    FloorDirty.objects.all().delete()
    return found


def members(**of: Any) -> set[int]:
    return set(CampaignMember.objects.filter(**of).values_list("user_id", flat=True))


def form_of(client: Client, address: str) -> dict[str, Any]:
    """What the form on this page would send as it stands."""
    context = client.get(address).context
    data: dict[str, Any] = {}
    forms = [context["adminform"].form]
    for one in context["inline_admin_formsets"]:
        forms += [one.formset.management_form, *one.formset.forms]
    for form in forms:
        for name in form.fields:
            bound = form[name]
            value = bound.value()
            if isinstance(value, bool):
                value = "on" if value else None
            if hasattr(value, "__iter__") and not isinstance(value, str):
                value = [getattr(one, "pk", one) for one in value]
            if value not in (None, []):
                data[bound.html_name] = value
    return data


def change(client: Client, thing: Model, **fields: Any) -> None:
    """Open its page, write these fields, save."""
    address = page(type(thing), "change", thing.pk)
    response = client.post(address, {**form_of(client, address), **fields})
    assert response.status_code == 302, errors_of(response)


def errors_of(response: Any) -> Any:
    """What the page says is wrong."""
    return [response.context["errors"]] if response.context else response.content


def test_every_model_is_there() -> None:
    assert set(MODELS) <= set(REGISTERED)


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_every_model_can_be_found(model: type[Model]) -> None:
    """Search and filters; what is listed of others is fetched with the list."""
    how = admin.site._registry[model]
    assert how.search_fields
    assert how.list_filter or "list_filter" in vars(type(how))
    related = {
        name
        for name in how.list_display
        if isinstance(name, str)
        and hasattr(model, name)
        and getattr(getattr(model, name), "field", None) is not None
        and getattr(model, name).field.is_relation
    }
    fetched = how.list_select_related or ()
    assert isinstance(fetched, tuple)
    assert {name.split("__")[0] for name in fetched} >= related


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("model", REGISTERED, ids=label)
def test_every_page_opens(root: Client, model: type[Model], language: str) -> None:
    User.objects.filter(username="root").update(language=language)
    first = model._default_manager.order_by("pk").first()
    addresses = [page(model, "changelist"), page(model, "changelist") + "?q=1"]
    if admin.site._registry[model].has_add_permission(root.get("/admin/").wsgi_request):
        addresses.append(page(model, "add"))
    if first is not None:
        addresses += [page(model, "change", first.pk), page(model, "history", first.pk)]
    for address in addresses:
        response = root.get(address)
        assert response.status_code == 200, address
        assert f'lang="{language}"' in response.content.decode()
        assert not re.search(r">\s*(?:model|field|col|team|admin)\.\w+", response.content.decode())


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_lists_ask_a_few_questions(root: Client, model: type[Model]) -> None:
    """However many rows they show."""
    root.get(page(model, "changelist"))
    with CaptureQueriesContext(connection) as queries:
        root.get(page(model, "changelist"))
    assert len(queries) <= 12, [query["sql"][:200] for query in queries.captured_queries]


def test_the_index_is_spanish_first(root: Client) -> None:
    text = root.get("/admin/").content.decode()
    assert "Administración de Beex" in text
    for word in ("Telefonía", "Campañas", "Empresas", "Anexos", "Umbrales del monitoreo"):
        assert word in text


@pytest.mark.parametrize(
    "model",
    [model for model in MODELS if isinstance(admin.site._registry[model], Written)],
    ids=label,
)
def test_what_services_write_is_read_only(root: Client, model: type[Model]) -> None:
    before = list(model._default_manager.order_by("pk").values())
    assert root.get(page(model, "add")).status_code == 403
    first = model._default_manager.order_by("pk").first()
    if first is not None:
        address = page(model, "change", first.pk)
        assert root.post(address, {"_save": "1"}).status_code == 403
        assert root.post(page(model, "delete", first.pk), {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": "1", "post": "yes"}
    root.post(page(model, "changelist"), action)
    assert list(model._default_manager.order_by("pk").values()) == before


def test_everything_else_is_kept_on_purpose() -> None:
    kept = {model._meta.label for model in MODELS if isinstance(admin.site._registry[model], Kept)}
    assert kept == {
        "monitoring.FloorPolicy",
        "telephony.Extension",
        "workspace.Campaign",
        "workspace.Company",
        "workspace.Contact",
        "workspace.DispositionCode",
        "workspace.DispositionTree",
        "workspace.Identifier",
        "workspace.MessageTemplate",
        "workspace.Profile",
        "workspace.Queue",
        "workspace.QuickAnswer",
        "workspace.Status",
        "workspace.Strategy",
    }


def test_renaming_moves_the_rows_of_those_who_show_it(root: Client) -> None:
    """E34."""
    company = Company.objects.get(code="qori")
    change(root, company, name="Financiera Qori Perú")
    company.refresh_from_db()
    assert company.name == "Financiera Qori Perú"
    assert marked() == members(campaign__company=company)

    campaign = Campaign.objects.get(code="tel-port")
    change(root, campaign, name="Portabilidad", acw_limit=30)
    assert marked() == members(campaign=campaign)

    strategy = Strategy.objects.get(code="st-port")
    change(root, strategy, name="Porta Lima")
    inside = StrategySession.objects.filter(strategy=strategy, left_at=None)
    assert marked() == set(inside.values_list("user_id", flat=True)) != set()

    contact = Contact.objects.filter(tickets__chats__focus__isnull=False)[0]
    change(root, contact, name="Otro Nombre")
    focuses = ChatFocus.objects.filter(chat__ticket__contact=contact)
    assert marked() == set(focuses.values_list("user_id", flat=True)) != set()

    status = Status.objects.get(code="lunch")
    change(root, status, long_after=60)
    at_lunch = StatusInterval.objects.filter(status=status, ended_at=None)
    assert marked() == set(at_lunch.values_list("user_id", flat=True)) != set()


def test_codes_do_not_change(root: Client) -> None:
    """Filters keep by code; what belongs to a company stays there."""
    change(root, Company.objects.get(code="qori"), code="other")
    assert Company.objects.filter(code="qori").exists()
    campaign = Campaign.objects.get(code="qor-temp")
    change(root, campaign, company=Company.objects.get(code="lucuma").pk, code="x")
    campaign.refresh_from_db()
    assert (campaign.code, campaign.company.code) == ("qor-temp", "qori")


def test_nothing_that_history_names_is_deleted(root: Client) -> None:
    for thing in (Company, Campaign, Strategy, Status, User, Contact):
        first = thing._default_manager.all()[0]
        address = page(thing, "delete", first.pk)
        assert root.post(address, {"post": "yes"}).status_code == 403


def test_thresholds_touch_everybody(root: Client) -> None:
    change(root, FloorPolicy.objects.get(), waiting_long=30)
    assert marked() == set(User.objects.values_list("pk", flat=True))
    assert root.get(page(FloorPolicy, "add")).status_code == 403


def test_an_eighth_status(root: Client) -> None:
    """R14: the list is data."""
    address = page(Status, "add")
    fields = {"code": "meeting", "name": "En reunión", "position": 8, "long_after": ""}
    assert root.post(address, {**form_of(root, address), **fields}).status_code == 302
    assert Status.objects.get(code="meeting").label == "En reunión"


def test_the_status_of_those_who_left_stays(root: Client) -> None:
    status = Status.objects.get(code="unavailable")
    address = page(Status, "change", status.pk)
    data = {key: value for key, value in form_of(root, address).items() if key != "is_active"}
    assert root.post(address, data).status_code == 302
    status.refresh_from_db()
    assert status.is_active


def new_user(client: Client, **fields: Any) -> Any:
    data = {
        "username": "nueva.persona",
        "usable_password": "true",
        "password1": "una-clave-larga-7",
        "password2": "una-clave-larga-7",
        "first_names": "Nueva",
        "last_names": "Persona",
        "role": "agent",
        "profile": Profile.objects.get(name="Agente").pk,
        **fields,
    }
    return client.post(page(User, "add"), data)


def test_registering_a_person(root: Client) -> None:
    """R1: a row appears; he begins as No disponible; he can sign in."""
    campaigns = list(Campaign.objects.filter(code__in=["tel-port", "luc-aten"]))
    response = new_user(root, member_of=[campaign.pk for campaign in campaigns])
    assert response.status_code == 302, errors_of(response)
    user = User.objects.get(username="nueva.persona")
    assert user.pk in marked()
    assert set(user.campaigns.all()) == set(campaigns)
    assert StatusInterval.objects.get(user=user, ended_at=None).status.code == "unavailable"
    assert user.check_password("una-clave-larga-7")
    assert user.password.startswith("md5$")


def test_bad_passwords_and_doubled_names(root: Client) -> None:
    for wrong in (
        {"password1": "otra", "password2": "distinta"},
        {"password1": "123", "password2": "123"},
        {"username": "carlos.benavides"},
        {"username": "con espacios"},
        {"first_names": ""},
        {"profile": Profile.objects.exclude(role="agent")[0].pk},
    ):
        assert new_user(root, **wrong).status_code == 200, wrong
    assert not User.objects.filter(username="nueva.persona").exists()


def test_changing_a_person(root: Client) -> None:
    user = User.objects.get(extension__number="1047")
    change(
        root, user, first_names="Paola Inés", member_of=[Campaign.objects.get(code="luc-aten").pk]
    )
    user.refresh_from_db()
    assert user.first_names == "Paola Inés"
    assert [campaign.code for campaign in user.campaigns.all()] == ["luc-aten"]
    assert marked() == {user.pk}
    change(root, user, member_of=[])
    assert not user.campaigns.exists()


def test_closing_an_account_frees_its_extension(root: Client) -> None:
    """D5, E33."""
    user = User.objects.get(extension__number="1010")
    address = page(User, "change", user.pk)
    data = form_of(root, address)
    del data["is_active"]
    assert root.post(address, data).status_code == 302
    assert not Extension.objects.filter(number="1010").exists()
    assert user.pk in marked()


def test_a_new_password(root: Client) -> None:
    user = User.objects.get(extension__number="1011")
    words = {
        "usable_password": "true",
        "password1": "clave-nueva-99",
        "password2": "clave-nueva-99",
    }
    address = reverse("admin:auth_user_password_change", args=[user.pk])
    assert root.post(address, words).status_code == 302
    user.refresh_from_db()
    assert user.check_password("clave-nueva-99")


def test_modules_of_a_profile(root: Client) -> None:
    """R52: whoever has it is judged anew."""
    profile = Profile.objects.get(name="Calidad sin Workspace")
    row = profile.modules.get(module="workspace")
    address = page(Profile, "change", profile.pk)
    data = form_of(root, address)
    (place,) = [key for key, value in data.items() if key.endswith("-id") and value == row.pk]
    data[place.removesuffix("id") + "access"] = "active"
    assert root.post(address, data).status_code == 302
    row.refresh_from_db()
    assert row.access == "active"
    assert marked() == set(profile.users.values_list("pk", flat=True)) != set()


def test_extensions_are_given_and_taken(root: Client) -> None:
    """R6: unique; its person stays."""
    user = User.objects.get(username="tito.lu")
    taken = root.post(page(Extension, "add"), {"number": "1001", "user": user.pk})
    assert taken.status_code == 200
    assert root.post(page(Extension, "add"), {"number": "7", "user": user.pk}).status_code == 200
    assert root.post(page(Extension, "add"), {"number": "1999", "user": user.pk}).status_code == 302
    extension = Extension.objects.get(user=user)
    assert extension.webphone.state == "disconnected"
    assert marked() == {user.pk}
    change(root, extension, number="1998", user=1)
    extension.refresh_from_db()
    assert (extension.number, extension.user_id) == ("1998", user.pk)
    root.post(page(Extension, "delete", extension.pk), {"post": "yes"})
    assert not Extension.objects.filter(user=user).exists()
    assert marked() == {user.pk}


def test_only_staff_come_in() -> None:
    """Through the one way to sign in, with its limit."""
    response = Client().get("/admin/")
    assert response.status_code == 302
    response = Client().get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/")
    for username in ("carlos.benavides", "giuliana.effio"):
        assert client_of(username).get("/admin/", follow=True).status_code == 403
        assert client_of(username).get("/admin/workspace/user/", follow=True).status_code == 403
    assert "password" not in Client().post("/admin/login/", {"username": "root"}).content.decode()


def test_staff_give_themselves_no_rights() -> None:
    boss = User.objects.create_superuser("boss", "secret", first_names="Boss")
    clerk = User.objects.get(username="lorena.cornejo")
    clerk.is_staff = True
    clerk.save()
    names = ("view_user", "change_user", "add_user")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = client_of(clerk)
    change(client, clerk, is_superuser="on", user_permissions=[1], last_names="Cornejo")
    clerk.refresh_from_db()
    assert not clerk.is_superuser
    assert clerk.user_permissions.count() == 3
    assert client.post(page(User, "change", boss.pk), {"username": "x"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[boss.pk])
    assert client.get(password).status_code == 403
    assert client.get(page(Company, "changelist")).status_code == 403
