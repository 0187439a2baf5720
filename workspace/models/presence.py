"""Who is on the platform, and where: a row per open tab, a lease per web process."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workspace.choices import Module

from .people import User


class WebProcess(models.Model):
    """A process that holds live sockets. ``seen_at`` is the lease of all its tabs: 15 s old
    means dead. ``eternal`` ones (the stored snapshot) are never swept."""

    name = models.CharField(_("model.name"), max_length=80, unique=True)
    seen_at = models.DateTimeField(_("model.seen_at"))
    eternal = models.BooleanField(_("model.eternal"), default=False)

    class Meta:
        verbose_name = _("model.web_process")
        verbose_name_plural = _("model.web_processes")

    def __str__(self) -> str:
        return self.name


class Presence(models.Model):
    """One tab of one person. ``lost_at``: the tab's last sign of life, once it is missed; it
    is closed with that time 30 s later, or restored by any beat (R5, R19, R24–R26)."""

    tab = models.UUIDField(_("model.tab"), unique=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="presences")
    process = models.ForeignKey(WebProcess, models.CASCADE, related_name="presences")
    session_key = models.CharField(_("model.session"), max_length=40, blank=True)
    module = models.CharField(
        _("col.module"), max_length=12, choices=Module.choices, default=Module.OTHER
    )
    place = models.CharField(_("model.place"), max_length=64, blank=True)
    opened_at = models.DateTimeField(_("model.opened_at"))
    focused_at = models.DateTimeField(_("model.focused_at"))
    hidden_since = models.DateTimeField(_("model.hidden_since"), null=True, blank=True)
    lost_at = models.DateTimeField(_("model.lost_at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("model.closed_at"), null=True, blank=True)
    signed_out = models.BooleanField(_("model.signed_out"), default=False)

    class Meta:
        verbose_name = _("model.presence")
        verbose_name_plural = _("model.presences")
        ordering = ("-focused_at", "-id")
        indexes = (
            models.Index(
                fields=["user"], condition=Q(closed_at__isnull=True), name="open_tabs_by_user"
            ),
            models.Index(fields=["user", "-closed_at"], name="closed_tabs_by_user"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.module} {self.place}"
