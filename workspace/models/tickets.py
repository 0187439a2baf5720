"""Cases: what a contact needs in a campaign until it is resolved."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workspace.choices import TicketState

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
