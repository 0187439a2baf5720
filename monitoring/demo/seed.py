"""Makes the invented contact centre in the database. Running it again adds only what is missing.

It writes tables of other apps itself, in bulk: history cannot be told through services, and
five thousand people not one by one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from beex.lib import clock
from monitoring.demo import roster
from monitoring.demo.roster import Person
from monitoring.services.floor import mark_all
from telephony.models import Extension, WebphoneState
from workspace.choices import Role, Scope
from workspace.models import (
    Campaign,
    CampaignMember,
    Company,
    DispositionCode,
    DispositionTree,
    Identifier,
    MessageTemplate,
    Profile,
    ProfileModule,
    Queue,
    QueueMember,
    QuickAnswer,
    Status,
    StatusInterval,
    Strategy,
    User,
)
from workspace.services.people import DEFAULT_STATUS

#: accounts are older than anything that is told of them
KNOWN_SINCE = timedelta(hours=12)
#: fields that are not called as their key in the data
NAMED = {"tree": "disposition_tree_id"}


def foreign() -> bool:
    """Whether this database belongs to a real contact centre, which a demo must not touch."""
    return User.objects.exists() and not User.objects.filter(external_id="u01").exists()


@transaction.atomic
def seed(people: Iterable[Person] | None = None, *, stranger: bool = False) -> None:
    """Companies, campaigns, strategies, identifiers, profiles and ``people`` (default: the
    cast), with the closed account, and the supervisor of one company on demand."""
    _organization()
    _profiles(stranger)
    add_people([*(roster.cast() if people is None else people)])
    if stranger:
        add_people([roster.stranger()])
    add_people([roster.deactivated()], active=False)
    mark_all()


def _organization() -> None:
    data = roster.read("organization.json")
    for item in data["companies"]:
        _made(Company, item)
    for item in data["trees"]:
        _tree(item)
    _made_all(Campaign, data["campaigns"], company=_ids(Company), tree=_ids(DispositionTree))
    _made_all(Strategy, data["strategies"], campaign=_ids(Campaign))
    _made_all(Identifier, data["identifiers"], campaign=_ids(Campaign))
    _made_all(Queue, data["queues"], campaign=_ids(Campaign), strategy=_ids(Strategy))
    for item in data["queues"]:
        lines = Identifier.objects.filter(code__in=item["identifiers"], queue=None)
        lines.update(queue=Queue.objects.get(code=item["code"]))
    for item in data["quick_answers"]:
        _text(QuickAnswer, item, "shortcut")
    for item in data["templates"]:
        _text(MessageTemplate, item, "name")


def _made_all(model: Any, items: list[dict[str, Any]], **known: dict[str, int]) -> None:
    """Make what is missing; ``known``: field that names another thing → its codes and ids."""
    for item in items:
        fields = {key: item[key] for key in item if key not in ("code", "identifiers", *known)}
        for key, ids in known.items():
            fields[NAMED.get(key, f"{key}_id")] = ids[item[key]]
        _made(model, {**fields, "code": item["code"]})


def _made(model: Any, item: dict[str, Any]) -> tuple[Any, bool]:
    fields = {key: value for key, value in item.items() if key != "code"}
    made: tuple[Any, bool] = model.objects.get_or_create(code=item["code"], defaults=fields)
    return made


def _text(model: Any, item: dict[str, Any], key: str) -> None:
    """A text for agents, of a campaign or of all."""
    campaign = Campaign.objects.filter(code=item["campaign"]).first()
    model.objects.get_or_create(
        campaign=campaign, **{key: item[key]}, defaults={"text": item["text"]}
    )


def _tree(item: dict[str, Any]) -> None:
    tree, fresh = _made(DispositionTree, {"code": item["code"], "name": item["name"]})
    for position, (name, leaves) in enumerate(item["branches"].items() if fresh else ()):
        branch = DispositionCode.objects.create(tree=tree, name=name, position=position)
        DispositionCode.objects.bulk_create(
            DispositionCode(tree=tree, parent=branch, name=leaf, position=place)
            for place, leaf in enumerate(leaves)
        )


def _ids(model: Any) -> dict[str, int]:
    return dict(model.objects.values_list("code", "pk"))


def _profiles(stranger: bool) -> None:
    data = roster.read("people.json")
    for item in [*data["profiles"], *([data["stranger_profile"]] if stranger else [])]:
        companies = item.get("companies", [])
        profile, fresh = Profile.objects.get_or_create(
            name=item["name"],
            defaults={"role": item["role"], "scope": Scope.COMPANIES if companies else Scope.ALL},
        )
        if fresh:
            profile.companies.set(Company.objects.filter(code__in=companies))
            ProfileModule.objects.bulk_create(
                ProfileModule(profile=profile, module=module, access=access)
                for module, access in item["modules"].items()
            )


@dataclass(slots=True)
class _Fresh:
    """A person with his account."""

    person: Person
    user: User


def add_people(people: Sequence[Person], *, active: bool = True) -> None:
    """Register those who are missing, off the platform and *No disponible* (D7)."""
    known = set(User.objects.values_list("external_id", flat=True))
    missing = [person for person in people if person.id not in known]
    if not missing:
        return
    moment = clock.now() - KNOWN_SINCE
    password = make_password(roster.PASSWORD)
    profiles = dict(Profile.objects.values_list("name", "pk"))
    users = User.objects.bulk_create(
        [_account(person, password, profiles[person.profile], active) for person in missing]
    )
    fresh = [_Fresh(person, user) for person, user in zip(missing, users, strict=True)]
    _join_campaigns(fresh)
    _give_extensions(fresh, moment)
    if active:
        status = Status.objects.get(code=DEFAULT_STATUS)
        StatusInterval.objects.bulk_create(
            StatusInterval(user=one.user, status=status, started_at=moment) for one in fresh
        )


def _account(person: Person, password: str, profile: int, active: bool) -> User:
    return User(
        username=person.username,
        password=password,
        first_names=person.first_names,
        last_names=person.last_names,
        role=person.role,
        profile_id=profile,
        external_id=person.id,
        is_active=active,
        is_staff=person.role == Role.OWNER,
        is_superuser=person.role == Role.OWNER,
    )


def _join_campaigns(fresh: Sequence[_Fresh]) -> None:
    campaigns = _ids(Campaign)
    CampaignMember.objects.bulk_create(
        CampaignMember(user=one.user, campaign_id=campaigns[code])
        for one in fresh
        for code in one.person.campaigns
    )
    queues = dict(Queue.objects.values_list("campaign__code", "pk"))
    QueueMember.objects.bulk_create(
        QueueMember(user=one.user, queue_id=queues[code])
        for one in fresh
        for code in one.person.campaigns
        if one.person.role == Role.AGENT and code in queues
    )


def _give_extensions(fresh: Sequence[_Fresh], moment: datetime) -> None:
    extensions = Extension.objects.bulk_create(
        Extension(user=one.user, number=one.person.extension)
        for one in fresh
        if one.person.extension
    )
    WebphoneState.objects.bulk_create(
        WebphoneState(extension=extension, since=moment) for extension in extensions
    )
