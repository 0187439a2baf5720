"""What comes in and goes out by the channels: durable before it is looked at, tried until done."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workspace.choices import Channel, InboxState, OutboxState

from .chats import Chat
from .contacts import Contact
from .messages import Message
from .organization import Company, Identifier


class ContactAddress(models.Model):
    """By what name a channel knows a contact: a number, an account, a visitor."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="addresses")
    company = models.ForeignKey(Company, models.CASCADE, related_name="addresses")
    channel = models.CharField(_("field.channel"), max_length=12, choices=Channel.choices)
    value = models.CharField(_("model.value"), max_length=120)

    class Meta:
        verbose_name = _("model.address")
        verbose_name_plural = _("model.addresses")
        constraints = (
            models.UniqueConstraint(
                fields=["company", "channel", "value"], name="one_contact_per_address"
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class Visitor(models.Model):
    """A browser on the other side of a web chat. It proves itself by a token of which only the
    hash is kept; ``contact`` is made by its first message."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    identifier = models.ForeignKey(Identifier, models.CASCADE, related_name="visitors")
    token_hash = models.CharField(max_length=64, unique=True)
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="visitors"
    )
    name = models.CharField(_("model.name"), max_length=160, blank=True)
    phone = models.CharField(_("field.phone"), max_length=32, blank=True)
    created_at = models.DateTimeField(_("model.created_at"))

    class Meta:
        verbose_name = _("model.visitor")
        verbose_name_plural = _("model.visitors")

    def __str__(self) -> str:
        return str(self.pk)


class InboxEvent(models.Model):
    """What a channel delivered, byte for byte. ``dead``: it could not be understood, and why;
    nothing of it is lost."""

    channel = models.CharField(_("field.channel"), max_length=12, choices=Channel.choices)
    identifier = models.ForeignKey(
        Identifier, models.SET_NULL, null=True, blank=True, related_name="inbox"
    )
    raw = models.BinaryField(_("model.raw"))
    state = models.CharField(
        _("model.state"), max_length=4, choices=InboxState.choices, default=InboxState.NEW
    )
    attempts = models.PositiveSmallIntegerField(_("model.attempts"), default=0)
    error = models.CharField(_("model.error"), max_length=80, blank=True)
    received_at = models.DateTimeField(_("model.received_at"))
    done_at = models.DateTimeField(_("model.closed_at"), null=True, blank=True)

    class Meta:
        verbose_name = _("model.inbox_event")
        verbose_name_plural = _("model.inbox_events")
        ordering = ("id",)
        indexes = (
            models.Index(fields=["id"], condition=Q(state="new"), name="inbox_to_do"),
            models.Index(fields=["done_at"], condition=Q(state="done"), name="inbox_done"),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class OutboundMessage(models.Model):
    """The task of getting one message to its contact. Tried again until sent or given up;
    ``attempts`` is also the fence: only the last who took it may finish it."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="outbound")
    chat = models.ForeignKey(Chat, models.CASCADE, related_name="outbound")
    state = models.CharField(
        _("model.state"), max_length=7, choices=OutboxState.choices, default=OutboxState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("model.attempts"), default=0)
    next_at = models.DateTimeField(_("model.next_at"))
    provider_id = models.CharField(max_length=200, blank=True)
    error = models.CharField(_("model.error"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("model.outbound_message")
        verbose_name_plural = _("model.outbound_messages")
        ordering = ("id",)
        indexes = (
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="outbox_to_do"),
            models.Index(fields=["chat"], condition=Q(state="waiting"), name="outbox_by_chat"),
        )

    def __str__(self) -> str:
        return f"{self.message_id}"
