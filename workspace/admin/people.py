"""Accounts, profiles, memberships, and what people said of themselves."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from workspace.models import (
    Campaign,
    CampaignMember,
    Notice,
    Profile,
    ProfileModule,
    StatusInterval,
    StrategySession,
    User,
)
from workspace.services.people import memberships_set, profile_saved, user_saved

from .bases import Kept, Written

PERSONAL = ("first_names", "last_names", "email", "role", "profile")
RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


def member_of() -> forms.ModelMultipleChoiceField[Campaign]:
    """The campaigns a person belongs to; saved by the service, not with the form (R33)."""
    widget = AutocompleteSelectMultiple(User._meta.get_field("campaigns"), admin.site)
    return forms.ModelMultipleChoiceField(
        Campaign.objects.all(), required=False, label=_("col.campaigns"), widget=widget
    )


class AccountRules(forms.ModelForm[User]):
    """What both forms of an account hold to."""

    def clean(self) -> dict[str, Any]:
        """The profile belongs to the role."""
        data = super().clean() or self.cleaned_data
        profile = data.get("profile")
        if profile is not None and profile.role != data.get("role", self.instance.role):
            self.add_error("profile", _("team.profileRole"))
        return data


class NewUserForm(AccountRules, AdminUserCreationForm[User]):
    member_of = member_of()

    class Meta:
        model = User
        fields = ("username", *PERSONAL)


class UserForm(AccountRules, UserChangeForm[User]):
    member_of = member_of()
    language = forms.ChoiceField(
        label=_("account.language"), required=False, choices=[("", "—"), *settings.LANGUAGES]
    )

    class Meta:
        model = User
        fields = (
            "username",
            "password",
            "is_active",
            "external_id",
            *PERSONAL,
            "chat_limit",
            "language",
            "theme",
            "table_view",
            *RIGHTS,
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member_of"].initial = self.instance.campaigns.all()


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    """Accounts are closed, never deleted: history names them (D5)."""

    form = UserForm
    add_form = NewUserForm
    list_display = ("username", "first_names", "last_names", "role", "profile", "is_active")
    list_filter = ("is_active", "role", "profile", "campaigns__company")
    list_select_related = ("profile",)
    list_per_page = 50
    search_fields = ("username", "first_names", "last_names", "email", "external_id")
    ordering = ("first_names", "last_names", "pk")
    autocomplete_fields = ("profile",)
    filter_horizontal = ("groups", "user_permissions")
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active", "external_id")}),
        (_("model.user"), {"fields": (*PERSONAL, "member_of", "chat_limit")}),
        (_("account.language"), {"fields": ("language", "theme", "table_view")}),
        (_("model.is_staff"), {"fields": (*RIGHTS, "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        (_("model.user"), {"fields": (*PERSONAL, "member_of")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Nobody gives himself rights he was not given."""
        fields = (*super().get_readonly_fields(request, obj),)
        return fields if _super(request) else (*fields, *RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser's account is a superuser's to change."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or _super(request))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Through the service, so that the row follows."""
        user_saved(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Memberships through theirs."""
        super().save_related(request, form, formsets, change)
        memberships_set(form.instance, [one.pk for one in form.cleaned_data["member_of"]])


def _super(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_superuser


class ProfileModuleInline(admin.TabularInline[ProfileModule, Profile]):
    model = ProfileModule
    extra = 0


@admin.register(Profile)
class ProfileAdmin(Kept):
    saved = staticmethod(profile_saved)
    erasable = True
    frozen = ("role",)
    list_display = ("name", "role", "scope", "may_barge")
    list_filter = ("role", "scope", "may_barge")
    search_fields = ("name",)
    autocomplete_fields = ("companies",)
    inlines = (ProfileModuleInline,)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Modules and companies are rights too: whoever has the profile is judged anew."""
        super().save_related(request, form, formsets, change)
        profile_saved(form.instance)


@admin.register(ProfileModule)
class ProfileModuleAdmin(Written):
    list_display = ("profile", "module", "access")
    list_filter = ("module", "access")
    list_select_related = ("profile",)
    search_fields = ("profile__name",)


PERSON = ("user__username", "user__first_names", "user__last_names")


@admin.register(CampaignMember)
class CampaignMemberAdmin(Written):
    list_display = ("user", "campaign")
    list_filter = ("campaign",)
    list_select_related = ("user", "campaign")
    search_fields = (*PERSON, "campaign__name", "campaign__code")


@admin.register(StatusInterval)
class StatusIntervalAdmin(Written):
    list_display = ("user", "status", "started_at", "ended_at")
    list_filter = ("status",)
    list_select_related = ("user", "status")
    search_fields = PERSON


@admin.register(StrategySession)
class StrategySessionAdmin(Written):
    list_display = ("user", "strategy", "kind", "entered_at", "left_at")
    list_filter = ("kind", "strategy__campaign")
    list_select_related = ("user", "strategy")
    search_fields = (*PERSON, "strategy__name")


@admin.register(Notice)
class NoticeAdmin(Written):
    list_display = ("user", "kind", "at", "closed_at")
    list_filter = ("kind",)
    list_select_related = ("user",)
    search_fields = PERSON
