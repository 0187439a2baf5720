"""Cases: what a contact needs in a campaign until it is resolved."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workspace.choices import Held, TicketState

from .contacts import Contact
from .organization import Campaign
from .people import User


class Ticket(models.Model):
    """Groups a contact's interactions in one campaign (2.3.8). One open per contact and
    campaign; assigned means exactly one assignee, queued means none."""

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="tickets", verbose_name=_("field.campaign")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="tickets", verbose_name=_("field.contact")
    )
    assignee = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("model.assignee"),
    )
    state = models.CharField(
        _("model.state"), max_length=8, choices=TicketState.choices, default=TicketState.QUEUED
    )
    created_at = models.DateTimeField(_("model.created_at"))
    assigned_at = models.DateTimeField(_("model.assigned_at"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("model.resolved_at"), null=True, blank=True)

    class Meta:
        verbose_name = _("model.ticket")
        verbose_name_plural = _("ws.tickets")
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=["assignee"], condition=Q(state="assigned"), name="active_by_assignee"
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["contact", "campaign"],
                condition=~Q(state="resolved"),
                name="one_open_ticket",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="queued", assignee__isnull=True, resolved_at__isnull=True)
                    | Q(state="assigned", assignee__isnull=False, resolved_at__isnull=True)
                    | Q(state="resolved", resolved_at__isnull=False)
                ),
                name="ticket_state_and_assignee_agree",
            ),
        )

    def __str__(self) -> str:
        return f"Ticket {self.pk}"


class TicketHolding(models.Model):
    """Somebody had a ticket from ``since`` to ``until``: who attended it, and how he got it."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="holdings")
    user = models.ForeignKey(User, models.PROTECT, related_name="holdings")
    how = models.CharField(_("model.how"), max_length=12, choices=Held.choices)
    since = models.DateTimeField(_("model.since"))
    until = models.DateTimeField(_("model.until"), null=True, blank=True)

    class Meta:
        verbose_name = _("model.holding")
        verbose_name_plural = _("model.holdings")
        ordering = ("id",)
        indexes = (models.Index(fields=["user", "-since"], name="holdings_by_user"),)
        constraints = (
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(until__isnull=True), name="one_holder"
            ),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.user_id}"
