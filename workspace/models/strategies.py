"""The strategies a person has entered (*estrategias activas*)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workspace.choices import VOICE_KINDS, StrategyKind

from .organization import Strategy
from .people import User


class StrategySession(models.Model):
    """A strategy a user entered; active until he leaves it (R30). At most one voice strategy
    at a time, any number of WhatsApp ones (R32, D24); ``kind`` repeats the strategy's so that
    the database can forbid a second one."""

    user = models.ForeignKey(User, models.CASCADE, related_name="strategy_sessions")
    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="sessions")
    kind = models.CharField(_("model.kind"), max_length=12, choices=StrategyKind.choices)
    entered_at = models.DateTimeField(_("model.entered_at"))
    left_at = models.DateTimeField(_("model.left_at"), null=True, blank=True)

    class Meta:
        verbose_name = _("model.strategy_session")
        verbose_name_plural = _("model.strategy_sessions")
        ordering = ("-entered_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(left_at__isnull=True, kind__in=[kind.value for kind in VOICE_KINDS]),
                name="one_voice_strategy",
            ),
            models.UniqueConstraint(
                fields=["user", "strategy"],
                condition=Q(left_at__isnull=True),
                name="entered_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.strategy_id} {self.entered_at:%F %T}"
