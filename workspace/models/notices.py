"""What a person must be told, for as long as he has not put it away."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workspace.choices import NoticeKind

from .people import User


class Notice(models.Model):
    """State, not an event: it stands on its person's desk until he closes it. ``data`` fills
    the sentence of its kind; it holds names, ``ticket`` and ``chat``."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(_("model.kind"), max_length=16, choices=NoticeKind.choices)
    data = models.JSONField(_("model.event"))
    at = models.DateTimeField(_("model.at"))
    closed_at = models.DateTimeField(_("model.closed_at"), null=True, blank=True)

    class Meta:
        verbose_name = _("model.notice")
        verbose_name_plural = _("model.notices")
        ordering = ("id",)
        indexes = (
            models.Index(fields=["user"], condition=Q(closed_at__isnull=True), name="open_notices"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"
