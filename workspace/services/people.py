"""Accounts, their profiles and memberships."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from beex.lib import clock
from beex.lib.errors import Refused
from beex.lib.events import emit
from workspace.events import AccessChanged, UserChanged, UserDeactivated
from workspace.models import CampaignMember, Profile, ProfileModule, Status, StatusInterval, User

DEFAULT_STATUS = "unavailable"


def lock(user_id: int) -> User:
    """The user, locked until the transaction ends: every service that writes what one person
    is doing takes this lock first, in the order of the ids. Raises ``Refused("not_found")``."""
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id, is_active=True).first()
    if user is None:
        raise Refused("not_found")
    return user


@transaction.atomic
def user_create(
    *, username: str, password: str | None = None, campaigns: Iterable[int] = (), **fields: Any
) -> User:
    """Register a person; he begins as *No disponible*, off the platform (R1, D7).

    ``campaigns``: ids. ``password`` None makes an account nobody can sign in to.
    Raises ``Refused("conflict")`` when the user name is taken.
    """
    user = User(username=username, **fields)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("conflict") from error
    user_registered(user)
    memberships_set(user, campaigns)
    return user


def user_registered(user: User) -> None:
    """Give a fresh account its first status interval."""
    status = Status.objects.get(code=DEFAULT_STATUS)
    StatusInterval.objects.get_or_create(
        user=user, ended_at=None, defaults={"status": status, "started_at": clock.now()}
    )
    emit(UserChanged(touched=(user.pk,)))


@transaction.atomic
def user_saved(user: User) -> None:
    """Names, role, profile or activity of an account changed (from the admin or Team)."""
    user.save()
    if user.is_active:
        user_registered(user)
    else:
        emit(UserDeactivated(touched=(user.pk,)))
    emit(AccessChanged(touched=(user.pk,)))


@transaction.atomic
def user_deactivate(user: User) -> None:
    """Close an account: its row leaves every floor at once (E33). Keeps its history."""
    user.is_active = False
    user_saved(user)


@transaction.atomic
def memberships_set(user: User, campaigns: Iterable[int]) -> None:
    """The user belongs to exactly these campaigns (R33, R34)."""
    wanted = set(campaigns)
    held = set(CampaignMember.objects.filter(user=user).values_list("campaign_id", flat=True))
    CampaignMember.objects.filter(user=user, campaign_id__in=held - wanted).delete()
    CampaignMember.objects.bulk_create(
        [CampaignMember(user=user, campaign_id=campaign) for campaign in sorted(wanted - held)]
    )
    if held != wanted:
        emit(AccessChanged(touched=(user.pk,)))


@transaction.atomic
def profile_saved(profile: Profile) -> None:
    """A profile's modules, scope or rights changed: everybody who has it is judged anew."""
    profile.save()
    users = tuple(profile.users.values_list("pk", flat=True))
    emit(AccessChanged(touched=users))


@transaction.atomic
def module_access_set(profile: Profile, access: Mapping[str, str]) -> None:
    """What the profile lets its people use: module → access (R91). Modules not named stay as
    they are."""
    for module, level in access.items():
        ProfileModule.objects.update_or_create(
            profile=profile, module=module, defaults={"access": level}
        )
    emit(AccessChanged(touched=tuple(profile.users.values_list("pk", flat=True))))
