"""Who may see and do what: one table of rights, one function that reads it.

``can`` judges rights only (role, profile, scope, campaign). What else must be so at that moment
(a call that talks, a free webphone) is told by the ``preflight`` of the service, which asks here
first. Absent and forbidden targets answer alike: ``not_found``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from beex.lib.errors import sentence
from workspace.choices import Module, ModuleAccess, Role, Scope
from workspace.models import CampaignMember, Profile, ProfileModule, User
from workspace.naming import params


class Action(StrEnum):
    SEE = "see"
    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    CAPTURE_CALL = "capture_call"
    CAPTURE_CHAT = "capture_chat"
    MONITOR_SCREEN = "monitor_screen"
    CHANGE_MODULES = "change_modules"
    READ_LOG = "read_log"
    OWN = "own"


class Column(StrEnum):
    """The columns of the table: what kind of person asks."""

    OWNER = "owner"
    ADMIN = "admin"
    ADMIN_NO_WORKSPACE = "admin_no_workspace"
    AGENT = "agent"
    OUTSIDER = "outsider"


class Cell(StrEnum):
    """What the table says. Words that are reason codes refuse with that reason."""

    YES = "yes"
    #: the work's campaign must be one of the actor's
    CAMPAIGN = "campaign"
    #: as CAMPAIGN, and the profile must carry the right
    GRANTED = "granted"
    #: Workspace must be active
    WITH_WORKSPACE = "with_workspace"
    #: only over people of role agent
    AGENTS = "agents"
    NO = "role"
    NO_WORKSPACE = "workspace_required"


#: spec/screens.md 3.12, in the order of ``Column``
TABLE: Mapping[Action, tuple[Cell, Cell, Cell, Cell, Cell]] = MappingProxyType(
    {
        Action.SEE: (Cell.YES, Cell.YES, Cell.YES, Cell.YES, Cell.NO),
        Action.LISTEN: (Cell.YES, Cell.CAMPAIGN, Cell.CAMPAIGN, Cell.CAMPAIGN, Cell.NO),
        Action.WHISPER: (Cell.YES, Cell.CAMPAIGN, Cell.CAMPAIGN, Cell.CAMPAIGN, Cell.NO),
        Action.BARGE: (Cell.YES, Cell.GRANTED, Cell.GRANTED, Cell.NO, Cell.NO),
        Action.CAPTURE_CALL: (
            Cell.WITH_WORKSPACE, Cell.CAMPAIGN, Cell.NO_WORKSPACE, Cell.NO, Cell.NO,
        ),
        Action.CAPTURE_CHAT: (
            Cell.WITH_WORKSPACE, Cell.CAMPAIGN, Cell.NO_WORKSPACE, Cell.NO, Cell.NO,
        ),
        Action.MONITOR_SCREEN: (Cell.YES, Cell.CAMPAIGN, Cell.CAMPAIGN, Cell.CAMPAIGN, Cell.NO),
        Action.CHANGE_MODULES: (Cell.YES, Cell.AGENTS, Cell.AGENTS, Cell.NO, Cell.NO),
        Action.READ_LOG: (Cell.YES, Cell.NO, Cell.NO, Cell.NO, Cell.NO),
        Action.OWN: (Cell.YES, Cell.YES, Cell.YES, Cell.YES, Cell.YES),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody's rights at one moment, free of the database.

    ``scope``: ids of the companies he may see into, None for everybody (D2).
    ``modules``: module → access; a module that is not there is hidden.
    """

    user_id: int
    role: str
    modules: Mapping[str, str]
    scope: frozenset[int] | None
    campaigns: frozenset[int]
    may_barge: bool

    def has(self, module: str) -> bool:
        """Whether the module is active for him (R91)."""
        return self.modules.get(module) == ModuleAccess.ACTIVE

    @property
    def sees_floor(self) -> bool:
        return self.has(Module.SUPERVISION)

    @property
    def column(self) -> Column:
        if not self.sees_floor:
            return Column.OUTSIDER
        if self.role == Role.OWNER:
            return Column.OWNER
        if self.role == Role.AGENT:
            return Column.AGENT
        return Column.ADMIN if self.has(Module.WORKSPACE) else Column.ADMIN_NO_WORKSPACE


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom or what an action is about. For a person ``campaigns`` are all of his; for a call
    or a chat the one it belongs to. ``companies`` are theirs."""

    user_id: int
    campaigns: frozenset[int] = frozenset()
    companies: frozenset[int] = frozenset()
    campaign_name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes, or the reason why not, with what its sentence names. ``why`` picks the sentence where
    one reason has several; ``owner``, as ``named``, is who has it for ``taken``."""

    code: str | None = None
    campaign: str = ""
    why: str = ""
    owner: Mapping[str, Any] | None = None

    def __bool__(self) -> bool:
        return self.code is None

    @property
    def sentence(self) -> str:
        """The reason in the reader's language; empty when there is none."""
        if self.code is None:
            return ""
        who = params(self.owner) if self.owner else {}
        return sentence(self.why or self.code, campaign=self.campaign, **who)


YES = Verdict()


def can(actor: Actor, action: Action, target: Target | None = None) -> Verdict:
    """Whether ``actor`` has the right to do ``action``, on ``target`` where there is one."""
    cell = TABLE[action][list(Column).index(actor.column)]
    if cell in (Cell.NO, Cell.NO_WORKSPACE):
        return Verdict(cell.value)
    if cell is Cell.WITH_WORKSPACE and not actor.has(Module.WORKSPACE):
        return Verdict(Cell.NO_WORKSPACE.value)
    if target is None:
        return YES
    if not visible(actor, target.companies):
        return Verdict("not_found")
    if cell is Cell.AGENTS and target.role != Role.AGENT:
        return Verdict(Cell.NO.value)
    if cell is Cell.GRANTED and not actor.may_barge:
        return Verdict("barge_not_allowed")
    if cell in (Cell.CAMPAIGN, Cell.GRANTED) and not actor.campaigns & target.campaigns:
        return Verdict("not_in_campaign", target.campaign_name)
    return YES


def visible(actor: Actor, companies: Iterable[int]) -> bool:
    """Whether somebody or something of these companies exists for the actor (D2)."""
    return actor.scope is None or not actor.scope.isdisjoint(companies)


def actor_of(user_id: int) -> Actor | None:
    """The rights of one active user, None for anybody else. Four queries."""
    return actors_of([user_id]).get(user_id)


def actors_of(user_ids: Iterable[int]) -> dict[int, Actor]:
    """The rights of these users, those of them who are active: four queries for any number."""
    people = list(
        User.objects.filter(pk__in=user_ids, is_active=True).values_list(
            "pk", "role", "profile_id", "profile__scope", "profile__may_barge"
        )
    )
    profiles = {profile for _, _, profile, _, _ in people if profile is not None}
    modules: dict[int, dict[str, str]] = {profile: {} for profile in profiles}
    for profile, module, access in ProfileModule.objects.filter(
        profile_id__in=profiles
    ).values_list("profile_id", "module", "access"):
        modules[profile][module] = access
    companies: dict[int, set[int]] = {profile: set() for profile in profiles}
    for profile, company in Profile.companies.through.objects.filter(
        profile_id__in=profiles
    ).values_list("profile_id", "company_id"):
        companies[profile].add(company)
    campaigns: dict[int, set[int]] = {person[0]: set() for person in people}
    for user_id, campaign in CampaignMember.objects.filter(user_id__in=campaigns).values_list(
        "user_id", "campaign_id"
    ):
        campaigns[user_id].add(campaign)
    return {
        user_id: Actor(
            user_id=user_id,
            role=role,
            modules=modules.get(profile, {}) if profile is not None else {},
            scope=frozenset(companies[profile]) if scope == Scope.COMPANIES else None,
            campaigns=frozenset(campaigns[user_id]),
            may_barge=bool(may_barge),
        )
        for user_id, role, profile, scope, may_barge in people
    }
