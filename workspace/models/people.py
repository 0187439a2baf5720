"""People, what their profile lets them use, and the campaigns they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workspace.choices import Module, ModuleAccess, Role, Scope, TableView, Theme

from .organization import Campaign, Company


class Profile(models.Model):
    """A named set of module accesses and rights inside a role."""

    name = models.CharField(_("model.name"), max_length=80, unique=True)
    role = models.CharField(_("field.role"), max_length=8, choices=Role.choices)
    scope = models.CharField(
        _("model.scope"), max_length=10, choices=Scope.choices, default=Scope.ALL
    )
    companies = models.ManyToManyField(
        Company,
        blank=True,
        related_name="profiles",
        verbose_name=_("field.companies"),
        help_text=_("model.scope_companies_help"),
    )
    may_barge = models.BooleanField(_("model.may_barge"), default=False)

    class Meta:
        verbose_name = _("field.profile")
        verbose_name_plural = _("model.profiles")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ProfileModule(models.Model):
    """The access a profile gives to one module; a module without a row is hidden (R91)."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="modules")
    module = models.CharField(_("team.module"), max_length=12, choices=Module.choices)
    access = models.CharField(_("model.access"), max_length=8, choices=ModuleAccess.choices)

    class Meta:
        verbose_name = _("team.module")
        verbose_name_plural = _("model.modules")
        constraints = (
            models.UniqueConstraint(fields=["profile", "module"], name="one_access_per_module"),
        )

    def __str__(self) -> str:
        return f"{self.module}: {self.access}"


class UserManager(BaseUserManager["User"]):
    """Accounts by user name. People of the platform are made by ``services.people``."""

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(
            username=username, role=Role.OWNER, is_staff=True, is_superuser=True, **fields
        )
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A registered person: owner, administrator or agent (R1)."""

    username = models.CharField(
        _("field.username"), max_length=80, unique=True, validators=[UnicodeUsernameValidator()]
    )
    email = models.EmailField(_("model.email"), blank=True)
    first_names = models.CharField(_("model.first_names"), max_length=120)
    last_names = models.CharField(_("model.last_names"), max_length=120, blank=True)
    role = models.CharField(_("field.role"), max_length=8, choices=Role.choices, default=Role.AGENT)
    profile = models.ForeignKey(
        Profile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("field.profile"),
    )
    external_id = models.CharField(
        _("model.external_id"), max_length=64, unique=True, null=True, blank=True
    )
    is_active = models.BooleanField(_("model.is_active"), default=True)
    is_staff = models.BooleanField(
        _("model.is_staff"), default=False, help_text=_("model.is_staff_help")
    )
    chat_limit = models.PositiveSmallIntegerField(
        _("model.chat_limit"), default=4, help_text=_("model.chat_limit_help")
    )
    date_joined = models.DateTimeField(_("model.date_joined"), default=timezone.now)
    language = models.CharField(_("account.language"), max_length=5, blank=True)
    theme = models.CharField(
        _("account.theme"), max_length=6, choices=Theme.choices, default=Theme.SYSTEM
    )
    table_view = models.CharField(
        _("model.table_view"), max_length=8, choices=TableView.choices, default=TableView.NORMAL
    )
    campaigns: models.ManyToManyField[Campaign, CampaignMember] = models.ManyToManyField(
        Campaign, through="CampaignMember", related_name="members"
    )

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_names"]

    objects: ClassVar[UserManager] = UserManager()

    if TYPE_CHECKING:
        profile_id: int | None

    class Meta:
        verbose_name = _("model.user")
        verbose_name_plural = _("team.users")
        ordering = ("first_names", "last_names", "id")

    def __str__(self) -> str:
        return f"{self.full_name} ({self.username})"

    @property
    def full_name(self) -> str:
        """Given names, then surnames (R9)."""
        return f"{self.first_names} {self.last_names}".strip()


class CampaignMember(models.Model):
    """A user belongs to a campaign (R33, R34)."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("model.user")
    )
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="memberships", verbose_name=_("field.campaign")
    )

    class Meta:
        verbose_name = _("model.campaign_member")
        verbose_name_plural = _("model.campaign_members")
        constraints = (models.UniqueConstraint(fields=["user", "campaign"], name="one_membership"),)

    def __str__(self) -> str:
        return f"{self.user} · {self.campaign}"
