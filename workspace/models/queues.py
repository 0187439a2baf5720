"""Where contacts wait for an agent, who serves each queue, and how long every wait lasted."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workspace.choices import WaitOutcome

from .organization import Campaign, Strategy
from .people import User


class Queue(models.Model):
    """Where the inbound conversations of a campaign wait and are distributed (*cola*).

    ``service_level_seconds``: answered within so many seconds is in time. ``return_after``:
    an unanswered conversation comes back so many seconds after its agent left, null for never.
    ``strategy``: when set, only those who have entered it are given its conversations.
    """

    code = models.SlugField(_("model.code"), unique=True)
    name = models.CharField(_("model.name"), max_length=120)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="queues", verbose_name=_("field.campaign")
    )
    strategy = models.ForeignKey(
        Strategy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="queues",
        verbose_name=_("field.strategy"),
    )
    service_level_seconds = models.PositiveIntegerField(_("model.service_level"), default=60)
    return_after = models.PositiveIntegerField(
        _("model.return_after"), null=True, blank=True, help_text=_("model.return_after_help")
    )

    class Meta:
        verbose_name = _("field.queue")
        verbose_name_plural = _("model.queues")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class QueueMember(models.Model):
    """A user serves a queue. ``worked_at``: when he was last given or finished something; the
    longest idle comes first."""

    queue = models.ForeignKey(
        Queue, models.CASCADE, related_name="members", verbose_name=_("field.queue")
    )
    user = models.ForeignKey(
        User, models.CASCADE, related_name="queue_memberships", verbose_name=_("model.user")
    )
    worked_at = models.DateTimeField(_("model.worked_at"), null=True, blank=True)

    class Meta:
        verbose_name = _("model.queue_member")
        verbose_name_plural = _("model.queue_members")
        constraints = (
            models.UniqueConstraint(fields=["queue", "user"], name="one_queue_membership"),
        )

    def __str__(self) -> str:
        return f"{self.queue_id} {self.user_id}"


class QueueWait(models.Model):
    """A ticket waited in a queue from ``entered_at``; open until somebody takes it. Answered by
    ``due_at`` is within the service level."""

    queue = models.ForeignKey(Queue, models.PROTECT, related_name="waits")
    ticket = models.ForeignKey("workspace.Ticket", models.CASCADE, related_name="waits")
    entered_at = models.DateTimeField(_("model.entered_at"))
    due_at = models.DateTimeField(_("model.due_at"))
    left_at = models.DateTimeField(_("model.left_at"), null=True, blank=True)
    outcome = models.CharField(
        _("model.outcome"), max_length=8, choices=WaitOutcome.choices, blank=True
    )

    class Meta:
        verbose_name = _("model.queue_wait")
        verbose_name_plural = _("model.queue_waits")
        ordering = ("entered_at", "id")
        indexes = (
            models.Index(
                fields=["entered_at"], condition=Q(left_at__isnull=True), name="open_waits"
            ),
            models.Index(fields=["queue", "entered_at"], name="waits_by_queue"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(left_at__isnull=True), name="one_open_wait"
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True, outcome="")
                | (Q(left_at__gte=F("entered_at")) & ~Q(outcome="")),
                name="wait_outcome_and_end_agree",
            ),
        )

    def __str__(self) -> str:
        return f"{self.queue_id} {self.ticket_id} {self.entered_at:%F %T}"
