"""The nouns of this app, a family a file."""

from .channels import ContactAddress, InboxEvent, OutboundMessage, Visitor
from .chats import Chat, ChatFocus
from .contacts import Contact
from .dispositions import Disposition, DispositionCode, DispositionTree
from .messages import Attachment, Draft, Message, MessageTemplate, QuickAnswer
from .notices import Notice
from .organization import Campaign, Company, Identifier, Strategy
from .people import CampaignMember, Profile, ProfileModule, User
from .presence import Presence, WebProcess
from .queues import Queue, QueueMember, QueueWait
from .statuses import Status, StatusInterval
from .strategies import StrategySession
from .tickets import Ticket, TicketHolding

__all__ = [
    "Attachment",
    "Campaign",
    "CampaignMember",
    "Chat",
    "ChatFocus",
    "Company",
    "Contact",
    "ContactAddress",
    "Disposition",
    "DispositionCode",
    "DispositionTree",
    "Draft",
    "Identifier",
    "InboxEvent",
    "Message",
    "MessageTemplate",
    "Notice",
    "OutboundMessage",
    "Presence",
    "Profile",
    "ProfileModule",
    "Queue",
    "QueueMember",
    "QueueWait",
    "QuickAnswer",
    "Status",
    "StatusInterval",
    "Strategy",
    "StrategySession",
    "Ticket",
    "TicketHolding",
    "User",
    "Visitor",
    "WebProcess",
]
