"""What a person says of himself: seven statuses at first, one open interval at a time."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from .people import User


class Status(models.Model):
    """A status a person can choose (R14). The list is data: an eighth is a row."""

    code = models.SlugField(_("model.code"), unique=True)
    name = models.CharField(
        _("model.name"), max_length=60, blank=True, help_text=_("model.status_name_help")
    )
    position = models.PositiveSmallIntegerField(_("model.position"), default=0)
    icon = models.SlugField(_("model.icon"), default="circle")
    color = models.SlugField(_("model.color"), default="gray")
    receives_work = models.BooleanField(
        _("model.receives_work"), default=False, help_text=_("model.receives_work_help")
    )
    long_after = models.PositiveIntegerField(
        _("model.long_after"), null=True, blank=True, help_text=_("model.long_after_help")
    )
    is_active = models.BooleanField(_("model.is_active"), default=True)

    class Meta:
        verbose_name = _("col.status")
        verbose_name_plural = _("model.statuses")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name given in the admin, or the text of the statuses the product ships."""
        return self.name or translate(f"status.{self.code}")


class StatusInterval(models.Model):
    """From when to when a user was in a status. The open one is his status now (R15, R16)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="status_intervals")
    status = models.ForeignKey(Status, models.PROTECT, related_name="intervals")
    started_at = models.DateTimeField(_("model.started_at"))
    ended_at = models.DateTimeField(_("model.ended_at"), null=True, blank=True)

    class Meta:
        verbose_name = _("model.status_interval")
        verbose_name_plural = _("model.status_intervals")
        ordering = ("-started_at", "-id")
        indexes = (models.Index(fields=["user", "-started_at"], name="interval_by_user"),)
        constraints = (
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="one_open_status"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")),
                name="status_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.status_id} {self.started_at:%F %T}"
