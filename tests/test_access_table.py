"""Rights: the table of docs/permissions.md is the table of the code, and every cell is tried."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.doors import actor, f1, person
from workspace.access import TABLE, Action, Actor, Cell, Column, Target, can
from workspace.choices import Module, ModuleAccess, Role
from workspace.models import Campaign, Profile, ProfileModule, User
from workspace.services.people import profile_saved, user_saved

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).resolve().parent.parent / "docs" / "permissions.md"


@pytest.fixture(scope="module", autouse=True)
def _f1(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), f1():
        yield


def written() -> dict[str, list[str]]:
    """Action → cells, as the page says."""
    rows = [line.strip("|\n ").split("|") for line in PAGE.read_text().splitlines()]
    cells = [[cell.strip(" `") for cell in row] for row in rows if len(row) == 6]
    header, found = cells[0], cells[2:]
    assert header == ["Action", *Column]
    return {row[0]: row[1:] for row in found}


def test_the_page_says_what_the_code_does() -> None:
    assert written() == {
        action.value: [cell.value for cell in cells] for action, cells in TABLE.items()
    }
    assert list(TABLE) == list(Action)


def set_module(user: User, module: Module, access: ModuleAccess) -> None:
    """Give this person a profile of his own that differs in one module."""
    old = user.profile
    assert old
    modules = dict(old.modules.values_list("module", "access"))
    own = Profile.objects.create(name=f"own-{user.pk}-{module}-{access}", role=user.role)
    ProfileModule.objects.bulk_create(
        ProfileModule(profile=own, module=name, access=value)
        for name, value in {**modules, module: access}.items()
    )
    user.profile = own
    user_saved(user)


def somebody(column: str) -> Actor:
    """A person of this column who belongs to no campaign but Ventas Portabilidad."""
    username = {
        Column.OWNER: "patricia.montoya",
        Column.ADMIN: "carlos.benavides",
        Column.ADMIN_NO_WORKSPACE: "fernando.arce",
    }.get(Column(column))
    user = person(username) if username else User.objects.get(extension__number="1001")
    if column == Column.AGENT:
        set_module(user, Module.SUPERVISION, ModuleAccess.ACTIVE)
    found = actor(user.username)
    assert found.column == column
    return found


def about(code: str, *, role: str = Role.AGENT) -> Target:
    """Some agent's work in a campaign."""
    campaign = Campaign.objects.get(code=code)
    return Target(
        user_id=User.objects.get(extension__number="1002").pk,
        campaigns=frozenset({campaign.pk}),
        companies=frozenset({campaign.company_id}),
        campaign_name=campaign.name,
        role=role,
    )


@pytest.mark.parametrize("column", [*Column])
@pytest.mark.parametrize("action", [*Action])
def test_every_cell(action: Action, column: Column) -> None:
    cell = written()[action][list(Column).index(column)]
    who = somebody(column)
    inside = can(who, action, about("tel-port"))
    if cell in (Cell.YES, Cell.CAMPAIGN, Cell.AGENTS, Cell.WITH_WORKSPACE):
        assert inside
    elif cell == Cell.GRANTED:
        assert inside.code == "barge_not_allowed"
    else:
        assert inside.code == cell


@pytest.mark.parametrize("action", [Action.LISTEN, Action.WHISPER, Action.CAPTURE_CALL])
def test_another_campaign_needs_membership(action: Action) -> None:
    """R63: Giuliana belongs to Lúcuma's campaigns only, and sees everybody."""
    giuliana = actor("giuliana.effio")
    verdict = can(giuliana, action, about("tel-port"))
    assert verdict.code == "not_in_campaign"
    assert verdict.sentence == "No estás asignado a la campaña Ventas Portabilidad"
    assert can(giuliana, action, about("luc-aten"))
    assert can(giuliana, Action.SEE, about("tel-port"))
    assert can(actor("patricia.montoya"), action, about("tel-port")), "the owner is exempt"


def test_barge_is_a_right_of_its_own() -> None:
    """D21: off by default, granted by the profile, never to an agent."""
    carlos = person("carlos.benavides")
    assert carlos.profile
    carlos.profile.may_barge = True
    profile_saved(carlos.profile)
    assert can(actor(carlos.username), Action.BARGE, about("tel-port"))
    giuliana = actor("giuliana.effio")
    assert can(giuliana, Action.BARGE, about("tel-port")).code == "not_in_campaign"
    agent = somebody(Column.AGENT)
    assert can(agent, Action.BARGE, about("tel-port")).code == "role"


def test_an_owner_without_workspace_captures_nothing() -> None:
    """D3."""
    owner = person("patricia.montoya")
    set_module(owner, Module.WORKSPACE, ModuleAccess.HIDDEN)
    assert can(actor(owner.username), Action.CAPTURE_CALL, about("tel-port")).code == (
        "workspace_required"
    )


@pytest.mark.parametrize("access", [ModuleAccess.INACTIVE, ModuleAccess.HIDDEN])
def test_only_an_active_module_counts(access: ModuleAccess) -> None:
    """R91, and at once: nobody signs in again (R52)."""
    carlos = person("carlos.benavides")
    assert can(actor(carlos.username), Action.CAPTURE_CALL, about("tel-port"))
    set_module(carlos, Module.WORKSPACE, access)
    assert can(actor(carlos.username), Action.CAPTURE_CALL, about("tel-port")).code == (
        "workspace_required"
    )
    set_module(carlos, Module.SUPERVISION, access)
    assert can(actor(carlos.username), Action.SEE).code == "role"


def test_modules_are_changed_of_agents_only() -> None:
    carlos = actor("carlos.benavides")
    verdict = can(carlos, Action.CHANGE_MODULES, about("tel-port", role=Role.ADMIN))
    assert verdict.code == "role"


def test_out_of_scope_is_absent() -> None:
    """D2: before any other reason, whatever the action."""
    stranger = actor("supervisor.lucuma")
    for action in (Action.SEE, Action.LISTEN, Action.CAPTURE_CALL, Action.CAPTURE_CHAT):
        assert can(stranger, action, about("tel-port")).code == "not_found"
        assert can(stranger, action, about("luc-aten"))
