"""Calls, from the first ring to the end of the after-call work."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from telephony.choices import LIVE_STATES, CallState
from workspace.choices import Direction
from workspace.models import Campaign, Contact, Identifier, Strategy, Ticket, User


class Call(models.Model):
    """One call with one owner (2.3). ``contact_waits``: it is the agent's phone that rings
    and the contact already waits (D10); otherwise ringing means that the contact is rung."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="calls")
    strategy = models.ForeignKey(
        Strategy, models.PROTECT, null=True, blank=True, related_name="calls"
    )
    identifier = models.ForeignKey(Identifier, models.PROTECT, related_name="calls")
    direction = models.CharField(_("field.direction"), max_length=8, choices=Direction.choices)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="calls")
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="calls")
    user = models.ForeignKey(User, models.PROTECT, related_name="calls")
    state = models.CharField(_("model.state"), max_length=8, choices=CallState.choices)
    since = models.DateTimeField(_("model.since"))
    contact_waits = models.BooleanField(_("model.contact_waits"), default=False)
    manual = models.BooleanField(_("model.manual"), default=False)
    eternal = models.BooleanField(_("model.eternal"), default=False)
    started_at = models.DateTimeField(_("model.started_at"))
    answered_at = models.DateTimeField(_("model.answered_at"), null=True, blank=True)
    hung_up_at = models.DateTimeField(_("model.hung_up_at"), null=True, blank=True)
    acw_until = models.DateTimeField(_("model.acw_until"), null=True, blank=True)
    closed_at = models.DateTimeField(_("model.closed_at"), null=True, blank=True)
    end_reason = models.SlugField(_("model.end_reason"), blank=True)

    class Meta:
        verbose_name = _("model.call")
        verbose_name_plural = _("model.calls")
        ordering = ("-id",)
        indexes = (models.Index(fields=["user", "-started_at"], name="calls_by_user"),)
        constraints = (
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state__in=[state.value for state in LIVE_STATES]),
                name="one_live_call_per_user",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="ringing", answered_at__isnull=True, hung_up_at__isnull=True)
                    | Q(state="talking", answered_at__isnull=False, hung_up_at__isnull=True)
                    | Q(state="acw", hung_up_at__isnull=False, closed_at__isnull=True)
                    | Q(state="ended", closed_at__isnull=False)
                ),
                name="call_state_and_times_agree",
            ),
        )

    def __str__(self) -> str:
        return f"{_('channel.voice')} {self.pk}"
