"""Conversations by text. A chat has the owner of its ticket, and no other."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workspace.choices import Channel, Direction

from .organization import Identifier
from .people import User
from .tickets import Ticket


class Chat(models.Model):
    """One conversation inside a ticket, by one channel and one identifier of ours.

    ``rev`` rises by one with every line that appears or changes in it. ``unread``: lines of the
    contact its owner has not seen. ``inbound_at``: when the contact last wrote; ``answered_at``:
    when an agent last did.
    """

    ticket = models.ForeignKey(
        Ticket, models.PROTECT, related_name="chats", verbose_name=_("model.ticket")
    )
    channel = models.CharField(_("field.channel"), max_length=12, choices=Channel.choices)
    direction = models.CharField(_("field.direction"), max_length=8, choices=Direction.choices)
    identifier = models.ForeignKey(
        Identifier, models.PROTECT, related_name="chats", verbose_name=_("field.identifier")
    )
    started_at = models.DateTimeField(_("model.started_at"))
    ended_at = models.DateTimeField(_("model.ended_at"), null=True, blank=True)
    rev = models.PositiveBigIntegerField(default=0)
    unread = models.PositiveIntegerField(_("model.unread"), default=0)
    last_message = models.ForeignKey(
        "workspace.Message", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    inbound_at = models.DateTimeField(_("model.inbound_at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("model.answered_at"), null=True, blank=True)

    class Meta:
        verbose_name = _("model.chat")
        verbose_name_plural = _("model.chats")
        ordering = ("-started_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["ticket", "identifier"],
                condition=Q(ended_at__isnull=True),
                name="one_open_chat_per_identifier",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")),
                name="chat_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return f"Chat {self.pk}"


class ChatFocus(models.Model):
    """The chat is *open* for its user: selected now in a visible Workspace, or typed or sent
    in within the last 60 s (D13). The row goes when neither is true. ``touched_at``: when it was
    last selected, typed or sent in; ``typed_at``: when it was last typed or sent in."""

    chat = models.OneToOneField(Chat, models.CASCADE, related_name="focus")
    user = models.ForeignKey(User, models.CASCADE, related_name="chat_focuses")
    selected = models.BooleanField(_("model.selected"), default=True)
    since = models.DateTimeField(_("model.started_at"))
    touched_at = models.DateTimeField(_("model.touched_at"))
    typed_at = models.DateTimeField(_("model.typed_at"), null=True, blank=True)

    class Meta:
        verbose_name = _("model.chat_focus")
        verbose_name_plural = _("model.chat_focuses")
        ordering = ("-touched_at", "-id")

    def __str__(self) -> str:
        return f"{self.user_id} → {self.chat_id}"
