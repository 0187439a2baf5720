"""Companies, campaigns, strategies and statuses, as the administrator keeps them."""

from django.db import transaction
from django.db.models import QuerySet

from beex.lib.events import emit
from workspace.events import ContactChanged, OrganizationChanged
from workspace.models import (
    Campaign,
    CampaignMember,
    ChatFocus,
    Company,
    Contact,
    Status,
    StatusInterval,
    Strategy,
    StrategySession,
)


@transaction.atomic
def company_saved(company: Company) -> None:
    """Renaming changes the text of every member's row, never what filters mean (E34)."""
    company.save()
    _tell_members(CampaignMember.objects.filter(campaign__company=company))


@transaction.atomic
def campaign_saved(campaign: Campaign) -> None:
    """A new name or policy shows in the row of every member."""
    campaign.save()
    _tell_members(CampaignMember.objects.filter(campaign=campaign))


@transaction.atomic
def strategy_saved(strategy: Strategy) -> None:
    """A new name shows in the row of everybody inside."""
    strategy.save()
    inside = StrategySession.objects.filter(strategy=strategy, left_at=None)
    emit(OrganizationChanged(touched=tuple(sorted(set(inside.values_list("user_id", flat=True))))))


@transaction.atomic
def status_saved(status: Status) -> None:
    """Its threshold may make rows long or not long any more."""
    status.save()
    inside = StatusInterval.objects.filter(status=status, ended_at=None)
    emit(OrganizationChanged(touched=tuple(inside.values_list("user_id", flat=True))))


@transaction.atomic
def contact_saved(contact: Contact) -> None:
    """A new name shows in the row of everybody who has this contact's chat open."""
    contact.save()
    users = ChatFocus.objects.filter(chat__ticket__contact=contact)
    emit(ContactChanged(touched=tuple(sorted(set(users.values_list("user_id", flat=True))))))


def _tell_members(members: QuerySet[CampaignMember]) -> None:
    emit(OrganizationChanged(touched=tuple(sorted(set(members.values_list("user_id", flat=True))))))
