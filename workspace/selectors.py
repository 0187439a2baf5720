"""The readers of this app: who and what exists for an actor (D2).

Somebody without Supervisión has his own things only. With it everybody and everything exists, or,
when his profile's scope is some companies, their people and their work; his own things always do.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from beex.lib.errors import Refused
from workspace.access import Action, Actor, can
from workspace.models import (
    Campaign,
    CampaignMember,
    Chat,
    Company,
    Contact,
    Identifier,
    Status,
    Strategy,
    StrategySession,
    Ticket,
    User,
)


def users_seen(actor: Actor) -> QuerySet[User]:
    """The registered people, active or not. Raises ``Refused("role")`` without Supervisión."""
    verdict = can(actor, Action.SEE)
    if not verdict:
        raise Refused(verdict.code or "role")
    if actor.scope is None:
        return User.objects.all()
    return User.objects.filter(Exists(_members(actor).filter(user_id=OuterRef("pk"))))


def access_user(actor: Actor, user_id: int) -> User:
    """One of them; absent and forbidden are alike ``Refused("not_found")``."""
    user = users_seen(actor).filter(pk=user_id).first()
    if user is None:
        raise Refused("not_found")
    return user


def work(actor: Actor, *, campaign: str, owner: str) -> Q:
    """Which pieces of work exist for the actor; ``campaign`` and ``owner`` are the lookups that
    lead there. Work of a person who does not exist for him does not either."""
    own = Q(**{owner: actor.user_id})
    if not can(actor, Action.SEE):
        return own
    if actor.scope is None:
        return Q()
    inside = Q(**{f"{campaign}__company__in": actor.scope})
    somebody = Q(**{f"{owner}__in": _members(actor).values("user_id")})
    nobody = Q(**{f"{owner}__isnull": True})
    return own | (inside & (somebody | nobody))


def companies_seen(actor: Actor) -> QuerySet[Company]:
    """The companies he may see into, and those of his own campaigns."""
    return Company.objects.filter(_reach(actor, company="pk", campaign="campaigns")).distinct()


def campaigns_seen(actor: Actor) -> QuerySet[Campaign]:
    """Their campaigns, and his own; each with its company."""
    reach = _reach(actor, company="company", campaign="pk")
    return Campaign.objects.filter(reach).select_related("company")


def strategies_seen(actor: Actor) -> QuerySet[Strategy]:
    """The strategies of these campaigns."""
    return Strategy.objects.filter(_reach(actor))


def identifiers_seen(actor: Actor) -> QuerySet[Identifier]:
    """The lines and accounts of these campaigns."""
    return Identifier.objects.filter(_reach(actor))


def contacts_seen(actor: Actor) -> QuerySet[Contact]:
    """The customers of the companies he may see into, and those of his own tickets."""
    his = Exists(Ticket.objects.filter(contact=OuterRef("pk"), assignee_id=actor.user_id))
    if not can(actor, Action.SEE):
        return Contact.objects.filter(his)
    if actor.scope is None:
        return Contact.objects.all()
    return Contact.objects.filter(Q(company__in=actor.scope) | his)


def strategies_entered(actor: Actor, user_id: int) -> QuerySet[Strategy]:
    """The strategies this user is in at this moment, as far as they exist for the actor (R30)."""
    sessions = StrategySession.objects.filter(
        work(actor, campaign="strategy__campaign", owner="user"), user_id=user_id, left_at=None
    )
    return strategies_seen(actor).filter(pk__in=sessions.values("strategy_id"))


def statuses_offered(actor: Actor) -> QuerySet[Status]:
    """The statuses a person can choose, in the order of the menu (R14); the same for all."""
    return Status.objects.filter(is_active=True)


def tickets_seen(actor: Actor) -> QuerySet[Ticket]:
    """Tickets, the newest first; each with its contact."""
    seen = work(actor, campaign="campaign", owner="assignee")
    return Ticket.objects.filter(seen).select_related("contact")


def chats_seen(actor: Actor) -> QuerySet[Chat]:
    """Chats, the newest first; each with ticket, contact, identifier and focus."""
    seen = work(actor, campaign="ticket__campaign", owner="ticket__assignee")
    return Chat.objects.filter(seen).select_related("ticket__contact", "identifier", "focus")


def _members(actor: Actor) -> QuerySet[CampaignMember]:
    """The memberships by which people exist for an actor whose scope is some companies."""
    return CampaignMember.objects.filter(campaign__company_id__in=actor.scope or ())


def _reach(actor: Actor, *, company: str = "campaign__company", campaign: str = "campaign") -> Q:
    """What hangs on a campaign that exists for the actor; the lookups lead to both."""
    own = Q(**{f"{campaign}__in": actor.campaigns})
    if not can(actor, Action.SEE):
        return own
    return Q() if actor.scope is None else own | Q(**{f"{company}__in": actor.scope})
