"""The nouns of this app, a family a file."""

from .chats import Chat, ChatFocus
from .contacts import Contact
from .organization import Campaign, Company, Identifier, Strategy
from .people import CampaignMember, Profile, ProfileModule, User
from .presence import Presence, WebProcess
from .statuses import Status, StatusInterval
from .strategies import StrategySession
from .tickets import Ticket

__all__ = [
    "Campaign",
    "CampaignMember",
    "Chat",
    "ChatFocus",
    "Company",
    "Contact",
    "Identifier",
    "Presence",
    "Profile",
    "ProfileModule",
    "Status",
    "StatusInterval",
    "Strategy",
    "StrategySession",
    "Ticket",
    "User",
    "WebProcess",
]
