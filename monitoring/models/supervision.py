"""The audit record of every listening, capture and screen session (R65)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitoring.choices import SupervisionKind, SupervisionMode, SupervisionState
from telephony.models import Call
from workspace.models import Chat, User


class SupervisionSession(models.Model):
    """Who looked into whose work, or took it, from when to when, and how it ended. Written
    before anything happens, by services only; never deleted. ``result`` is a code: how it
    ended (``given_back``, ``resolved``, ``transferred`` …) or why it failed."""

    kind = models.CharField(_("model.kind"), max_length=8, choices=SupervisionKind.choices)
    mode = models.CharField(
        _("model.mode"), max_length=8, choices=SupervisionMode.choices, blank=True
    )
    state = models.CharField(_("model.state"), max_length=9, choices=SupervisionState.choices)
    supervisor = models.ForeignKey(
        User, models.PROTECT, related_name="supervisions", verbose_name=_("model.supervisor")
    )
    user = models.ForeignKey(
        User, models.PROTECT, related_name="supervised", verbose_name=_("model.user")
    )
    chat = models.ForeignKey(
        Chat, models.PROTECT, null=True, blank=True, related_name="supervisions"
    )
    call = models.ForeignKey(
        Call, models.PROTECT, null=True, blank=True, related_name="supervisions"
    )
    started_at = models.DateTimeField(_("model.started_at"))
    ended_at = models.DateTimeField(_("model.ended_at"), null=True, blank=True)
    result = models.SlugField(_("model.result"), max_length=24, blank=True)
    note = models.TextField(_("ws.note"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("model.supervision")
        verbose_name_plural = _("detail.supervisions")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["supervisor", "-id"], name="supervisions_by_supervisor"),
            models.Index(fields=["user", "-id"], name="supervisions_of_user"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["chat"],
                condition=Q(kind="capture", ended_at__isnull=True),
                name="one_capture_of_a_chat",
            ),
            models.CheckConstraint(
                condition=~Q(supervisor=models.F("user")), name="nobody_supervises_himself"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["ended", "failed"], ended_at__isnull=False)
                    | (~Q(state__in=["ended", "failed"]) & Q(ended_at__isnull=True))
                ),
                name="supervision_state_and_end_agree",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
