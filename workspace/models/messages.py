"""What was said in a conversation, and what is kept ready to be said."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workspace.choices import MessageOrigin, MessageState

from .chats import Chat
from .organization import Campaign, Identifier
from .people import User


class MessageTemplate(models.Model):
    """A text approved to be sent outside the 24-hour window. ``{word}`` are its blanks."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="templates", verbose_name=_("field.campaign")
    )
    name = models.CharField(_("model.name"), max_length=80)
    text = models.TextField(_("model.text"), max_length=1024)
    is_active = models.BooleanField(_("model.is_active"), default=True)

    class Meta:
        verbose_name = _("model.template")
        verbose_name_plural = _("model.templates")
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(fields=["campaign", "name"], name="template_per_campaign"),
        )

    def __str__(self) -> str:
        return self.name


class QuickAnswer(models.Model):
    """A text an agent puts into a message with two keys. Without a campaign it is for all."""

    campaign = models.ForeignKey(
        Campaign,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="quick_answers",
        verbose_name=_("field.campaign"),
    )
    shortcut = models.SlugField(_("model.shortcut"), max_length=24)
    text = models.TextField(_("model.text"), max_length=1024)

    class Meta:
        verbose_name = _("model.quick_answer")
        verbose_name_plural = _("model.quick_answers")
        ordering = ("shortcut", "id")

    def __str__(self) -> str:
        return self.shortcut


class Message(models.Model):
    """One line of a conversation. ``rev`` is the conversation's revision at which the line
    appeared or last changed; ``at`` is when it was said, by which lines are ordered.

    ``external_id`` is the channel's name of a contact's line (``identifier`` repeats the chat's,
    so that the database can forbid a second copy); ``client_id`` the browser's name of an
    agent's. ``event`` tells what happened in an ``event`` line: ``{"what", "by", "to"}``.
    """

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="messages")
    identifier = models.ForeignKey(Identifier, models.PROTECT, related_name="messages")
    rev = models.PositiveBigIntegerField()
    origin = models.CharField(_("model.origin"), max_length=8, choices=MessageOrigin.choices)
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="messages")
    template = models.ForeignKey(
        MessageTemplate, models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    text = models.TextField(_("model.text"), blank=True)
    event = models.JSONField(_("model.event"), null=True, blank=True)
    at = models.DateTimeField(_("model.at"))
    state = models.CharField(_("model.state"), max_length=9, choices=MessageState.choices)
    client_id = models.UUIDField(null=True, blank=True)
    external_id = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - unknown is not unique

    class Meta:
        verbose_name = _("model.message")
        verbose_name_plural = _("model.messages")
        ordering = ("at", "id")
        indexes = (
            models.Index(fields=["chat", "-at", "-id"], name="messages_in_order"),
            models.Index(fields=["chat", "rev"], name="messages_by_rev"),
        )
        constraints = (
            models.UniqueConstraint(fields=["chat", "client_id"], name="one_line_per_client_id"),
            models.UniqueConstraint(
                fields=["identifier", "external_id"], name="one_line_per_external_id"
            ),
            models.CheckConstraint(
                condition=(
                    Q(origin="contact", author__isnull=True, external_id__isnull=False)
                    | Q(origin="agent", author__isnull=False, client_id__isnull=False)
                    | Q(origin="note", author__isnull=False)
                    | Q(origin="event", event__isnull=False)
                ),
                name="line_says_who_speaks",
            ),
        )

    def __str__(self) -> str:
        return f"{self.chat_id}:{self.rev}"


class Draft(models.Model):
    """What the owner of a conversation has typed and not sent. It goes where the chat goes."""

    chat = models.OneToOneField(Chat, models.CASCADE, related_name="draft")
    user = models.ForeignKey(User, models.CASCADE, related_name="drafts")
    text = models.TextField(_("model.text"))
    updated_at = models.DateTimeField(_("model.touched_at"))

    class Meta:
        verbose_name = _("model.draft")
        verbose_name_plural = _("model.drafts")

    def __str__(self) -> str:
        return f"{self.chat_id}"


class Attachment(models.Model):
    """A file of a conversation. ``path`` is relative to the folder of files; without a message
    it was uploaded and not yet sent. ``kind`` is what its content says it is."""

    chat = models.ForeignKey(
        Chat, models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    visitor = models.ForeignKey(
        "workspace.Visitor", models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    message = models.ForeignKey(
        Message, models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="attachments"
    )
    name = models.CharField(_("model.name"), max_length=120)
    kind = models.CharField(_("model.kind"), max_length=80)
    size = models.PositiveIntegerField(_("model.size"))
    path = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField(_("model.created_at"))

    class Meta:
        verbose_name = _("model.attachment")
        verbose_name_plural = _("model.attachments")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(chat__isnull=False) | Q(visitor__isnull=False),
                name="attachment_belongs_somewhere",
            ),
        )

    def __str__(self) -> str:
        return self.name
