"""The number that tells one person from all others, and the state of his webphone."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from telephony.choices import WebphoneStatus
from workspace.models import User


class Extension(models.Model):
    """A code unique to each user (R6). Freed when the user is deactivated (D5)."""

    number = models.CharField(
        _("col.extension"),
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^\d{3,6}$", _("team.extFormat"))],
    )
    user = models.OneToOneField(
        User, models.CASCADE, related_name="extension", verbose_name=_("model.user")
    )

    class Meta:
        verbose_name = _("col.extension")
        verbose_name_plural = _("model.extensions")
        ordering = ("number",)

    def __str__(self) -> str:
        return self.number


class WebphoneState(models.Model):
    """Whether the extension can make calls, by the PBX's word only (R20). ``free_since``:
    when its last call was closed, the earliest a wait for the next one can have begun."""

    extension = models.OneToOneField(Extension, models.CASCADE, related_name="webphone")
    state = models.CharField(
        _("col.webphone"),
        max_length=12,
        choices=WebphoneStatus.choices,
        default=WebphoneStatus.DISCONNECTED,
    )
    since = models.DateTimeField(_("model.started_at"))
    free_since = models.DateTimeField(_("model.free_since"), null=True, blank=True)
    eternal = models.BooleanField(_("model.eternal"), default=False)

    class Meta:
        verbose_name = _("col.webphone")
        verbose_name_plural = _("model.webphones")

    def __str__(self) -> str:
        return f"{self.extension_id} {self.state}"
