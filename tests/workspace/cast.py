"""A small contact centre that attends chats: a company with agents and supervisors, and another
whose supervisor is the stranger."""

# mypy: disable-error-code="no-untyped-call"
import itertools
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from beex.lib import clock
from tests.factories import CampaignFactory, IdentifierFactory, UserFactory
from workspace.choices import Channel, Module, ModuleAccess, Role, Scope
from workspace.models import (
    Campaign,
    Chat,
    Identifier,
    Message,
    Presence,
    Profile,
    ProfileModule,
    Queue,
    QueueMember,
    Ticket,
    User,
    WebProcess,
)
from workspace.services.inbox import inbox_accept, inbox_process
from workspace.services.statuses import status_change

_numbers = itertools.count(1)


@dataclass
class Cast:
    """Ana and Beto attend; Carlos and Lorena supervise; Iván is the stranger."""

    campaign: Campaign
    queue: Queue
    whatsapp: Identifier
    webchat: Identifier
    ana: User
    beto: User
    carlos: User
    lorena: User
    ivan: User

    def says(self, sender: str, text: str, identifier: Identifier | None = None) -> Message:
        """The contact writes by WhatsApp (or by ``identifier``), and the line is processed."""
        return says(identifier or self.whatsapp, sender, text)

    def chat_of(self, user: User, sender: str = "+51900000001") -> Chat:
        """A chat that this user has, in which the contact has written one line."""
        line = self.says(sender, "Hola, ¿me ayudan?")
        give(line.chat.ticket, user)
        return Chat.objects.get(pk=line.chat_id)


def event(sender: str, text: str, **more: Any) -> bytes:
    """A contact's line as the loopback channel delivers it."""
    body = {"type": "message", "id": str(uuid.uuid4()), "from": sender, "text": text, **more}
    return orjson.dumps(body)


def says(identifier: Identifier, sender: str, text: str) -> Message:
    """The contact writes, and the line is processed."""
    inbox_accept(identifier.channel, identifier.pk, event(sender, text))
    inbox_process()
    return Message.objects.filter(identifier=identifier).latest("pk")


def give(ticket: Ticket, user: User) -> None:
    """The user takes a waiting ticket."""
    from workspace.services.tickets import ticket_assign

    assert ticket_assign(ticket.pk, user.pk, expected=None)


def profile(role: str, *modules: Module, name: str = "") -> Profile:
    """A profile with these modules active."""
    made = Profile.objects.create(name=name or f"{role} {next(_numbers)}", role=role)
    ProfileModule.objects.bulk_create(
        ProfileModule(profile=made, module=module, access=ModuleAccess.ACTIVE) for module in modules
    )
    return made


def arrive(user: User, *, status: str = "available", at: datetime | None = None) -> None:
    """A tab of his is open, and he is in this status."""
    moment = at or clock.now()
    process, _ = WebProcess.objects.get_or_create(
        name="tests", defaults={"seen_at": moment, "eternal": True}
    )
    Presence.objects.create(
        tab=uuid.uuid4(),
        user=user,
        process=process,
        module=Module.WORKSPACE,
        opened_at=moment,
        focused_at=moment,
    )
    status_change(user.pk, status)


def leave(user: User, at: datetime | None = None) -> None:
    """His last tab is closed."""
    Presence.objects.filter(user=user, closed_at=None).update(closed_at=at or clock.now())


def cast() -> Cast:
    """Everybody registered and off the platform; nothing waits."""
    campaign = CampaignFactory.create(acw_limit=0)
    other = CampaignFactory.create()
    queue = Queue.objects.create(code=f"queue-{next(_numbers)}", name="Atención", campaign=campaign)
    agent = profile(Role.AGENT, Module.WORKSPACE)
    admin = profile(Role.ADMIN, Module.WORKSPACE, Module.SUPERVISION)
    foreign = profile(Role.ADMIN, Module.WORKSPACE, Module.SUPERVISION)
    foreign.scope = Scope.COMPANIES
    foreign.save()
    foreign.companies.set([other.company])

    def person(given: str, extension: str, role: str, held: Profile, where: Campaign) -> User:
        fields = {"first_names": given, "last_names": "De Prueba", "role": role, "profile": held}
        user: User = UserFactory.create(extension=extension, campaigns=[where.pk], **fields)
        return user

    made = Cast(
        campaign=campaign,
        queue=queue,
        whatsapp=IdentifierFactory.create(campaign=campaign, channel=Channel.WHATSAPP, queue=queue),
        webchat=IdentifierFactory.create(campaign=campaign, channel=Channel.WEBCHAT, queue=queue),
        ana=person("Ana", "1001", Role.AGENT, agent, campaign),
        beto=person("Beto", "1002", Role.AGENT, agent, campaign),
        carlos=person("Carlos", "1101", Role.ADMIN, admin, campaign),
        lorena=person("Lorena", "1102", Role.ADMIN, admin, campaign),
        ivan=person("Iván", "1105", Role.ADMIN, foreign, other),
    )
    for user in (made.ana, made.beto):
        QueueMember.objects.create(queue=queue, user=user)
    return made
