"""The people on the other side."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .organization import Company


class Contact(models.Model):
    """A customer of a client company. Name, code and phone may be unknown (E27)."""

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="contacts", verbose_name=_("field.company")
    )
    name = models.CharField(_("model.name"), max_length=160, blank=True)
    code = models.CharField(_("field.code"), max_length=64, null=True, blank=True)  # noqa: DJ001 - unknown is not unique
    phone = models.CharField(_("field.phone"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("field.contact")
        verbose_name_plural = _("model.contacts")
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(fields=["company", "code"], name="contact_code_per_company"),
        )

    def __str__(self) -> str:
        return self.name or self.code or self.phone or str(self.pk)
