"""Client companies and what is worked for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workspace.choices import Channel, StrategyKind


class Company(models.Model):
    """A client whose campaigns are run (*empresa*)."""

    code = models.SlugField(_("model.code"), unique=True)
    name = models.CharField(_("model.name"), max_length=120)

    class Meta:
        verbose_name = _("field.company")
        verbose_name_plural = _("field.companies")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Campaign(models.Model):
    """A unit of work of one company: its people, channels and policies (*campaña*)."""

    code = models.SlugField(_("model.code"), unique=True)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="campaigns", verbose_name=_("field.company")
    )
    name = models.CharField(_("model.name"), max_length=120)
    acw_limit = models.PositiveIntegerField(
        _("model.acw_limit"), default=0, help_text=_("model.acw_limit_help")
    )
    disposition_tree = models.ForeignKey(
        "workspace.DispositionTree",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="campaigns",
        verbose_name=_("model.disposition_tree"),
    )

    class Meta:
        verbose_name = _("field.campaign")
        verbose_name_plural = _("col.campaigns")
        ordering = ("company__name", "name", "id")

    def __str__(self) -> str:
        return self.name


class Strategy(models.Model):
    """How the base of a campaign is worked (R31)."""

    code = models.SlugField(_("model.code"), unique=True)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="strategies", verbose_name=_("field.campaign")
    )
    kind = models.CharField(_("model.kind"), max_length=12, choices=StrategyKind.choices)
    name = models.CharField(_("model.name"), max_length=120)

    class Meta:
        verbose_name = _("field.strategy")
        verbose_name_plural = _("model.strategies")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Identifier(models.Model):
    """A line or account of ours by which an interaction leaves or comes in."""

    code = models.SlugField(_("model.code"), unique=True)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="identifiers", verbose_name=_("field.campaign")
    )
    channel = models.CharField(_("field.channel"), max_length=12, choices=Channel.choices)
    value = models.CharField(_("model.value"), max_length=120)
    alias = models.CharField(_("model.alias"), max_length=120)
    queue = models.ForeignKey(
        "workspace.Queue",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="identifiers",
        verbose_name=_("field.queue"),
        help_text=_("model.identifier_queue_help"),
    )

    class Meta:
        verbose_name = _("field.identifier")
        verbose_name_plural = _("model.identifiers")
        ordering = ("alias", "id")

    def __str__(self) -> str:
        return self.alias
