"""How a contact went: a tree of codes per kind of campaign, and each saved choice (*gestión*)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .people import User
from .tickets import Ticket


class DispositionTree(models.Model):
    """The codes that the campaigns of one kind choose from (*árbol de tipificación*)."""

    code = models.SlugField(_("model.code"), unique=True)
    name = models.CharField(_("model.name"), max_length=80)

    class Meta:
        verbose_name = _("model.disposition_tree")
        verbose_name_plural = _("model.disposition_trees")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class DispositionCode(models.Model):
    """A result in a tree. One without children can be chosen."""

    tree = models.ForeignKey(DispositionTree, models.CASCADE, related_name="codes")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children"
    )
    name = models.CharField(_("model.name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("model.position"), default=0)
    is_active = models.BooleanField(_("model.is_active"), default=True)

    class Meta:
        verbose_name = _("model.disposition_code")
        verbose_name_plural = _("model.disposition_codes")
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(fields=["parent", "name"], name="code_once_in_its_branch"),
            models.UniqueConstraint(
                fields=["tree", "name"],
                condition=models.Q(parent__isnull=True),
                name="branch_once_in_its_tree",
            ),
        )

    def __str__(self) -> str:
        return f"{self.parent} › {self.name}" if self.parent else self.name


class Disposition(models.Model):
    """One documented contact: its result, who chose it, and a note."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="dispositions")
    user = models.ForeignKey(User, models.PROTECT, related_name="dispositions")
    code = models.ForeignKey(DispositionCode, models.PROTECT, related_name="dispositions")
    note = models.TextField(_("ws.note"), blank=True, max_length=2000)
    client_id = models.UUIDField(unique=True, null=True, blank=True)
    created_at = models.DateTimeField(_("model.created_at"))

    class Meta:
        verbose_name = _("ws.disposition")
        verbose_name_plural = _("model.dispositions")
        ordering = ("-id",)
        indexes = (models.Index(fields=["ticket", "-id"], name="dispositions_by_ticket"),)

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.code_id}"
