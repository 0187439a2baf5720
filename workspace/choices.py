"""The closed sets of this app. Labels are keys of ``locale/strings.tsv``."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    OWNER = "owner", _("role.owner")
    ADMIN = "admin", _("role.admin")
    AGENT = "agent", _("role.agent")


class Module(TextChoices):
    """Where in the platform a person can be (R24, R90)."""

    TEAM = "team", _("nav.miniMenu")
    OPERATIONS = "operations", _("nav.operations")
    CRM = "crm", _("nav.crm")
    SUPERVISION = "supervision", _("nav.supervision")
    AGENDA = "agenda", _("nav.agenda")
    WORKSPACE = "workspace", _("nav.workspace")
    CONNECTIONS = "connections", _("nav.connections")
    SETTINGS = "settings", _("nav.settings")
    FLOWS = "flows", _("nav.flows")
    PBX = "pbx", _("nav.pbx")
    BILLING = "billing", _("nav.billing")
    REPORTS = "reports", _("nav.reports")
    OTHER = "other", _("nav.other")


class ModuleAccess(TextChoices):
    """In the menu and usable, in the menu with a padlock, absent (R91)."""

    ACTIVE = "active", _("team.active")
    INACTIVE = "inactive", _("team.inactive")
    HIDDEN = "hidden", _("team.hidden")


class Scope(TextChoices):
    """Whom a profile lets see (D2)."""

    ALL = "all", _("scope.all")
    COMPANIES = "companies", _("scope.companies")


class StrategyKind(TextChoices):
    """The four types, in the order their chips are shown (R31, R32)."""

    PROGRESSIVE = "progressive", _("strategy.progressive")
    PREDICTIVE = "predictive", _("strategy.predictive")
    IVR = "ivr", _("strategy.ivr")
    WHATSAPP = "whatsapp", _("strategy.whatsapp")


VOICE_KINDS = (StrategyKind.PROGRESSIVE, StrategyKind.PREDICTIVE, StrategyKind.IVR)


class Channel(TextChoices):
    VOICE = "voice", _("channel.voice")
    WHATSAPP = "whatsapp", _("channel.whatsapp")
    MESSENGER = "messenger", _("channel.messenger")
    INSTAGRAM = "instagram", _("channel.instagram")
    WEBCHAT = "webchat", _("channel.webchat")
    SMS = "sms", _("channel.sms")
    EMAIL = "email", _("channel.email")


class Direction(TextChoices):
    INBOUND = "inbound", _("direction.inbound")
    OUTBOUND = "outbound", _("direction.outbound")


class TicketState(TextChoices):
    QUEUED = "queued", _("ticket.queued")
    ASSIGNED = "assigned", _("ticket.assigned")
    RESOLVED = "resolved", _("ticket.resolved")


class Theme(TextChoices):
    SYSTEM = "system", _("theme.system")
    LIGHT = "light", _("theme.light")
    DARK = "dark", _("theme.dark")


class TableView(TextChoices):
    """The two views of the monitoring table (R66)."""

    NORMAL = "normal", _("view.normal")
    COMPACT = "compact", _("view.compact")


class Held(TextChoices):
    """How somebody came to have a ticket."""

    ASSIGNED = "assigned", _("held.assigned")
    TRANSFERRED = "transferred", _("held.transferred")
    CAPTURED = "captured", _("held.captured")
    GIVEN_BACK = "given_back", _("held.given_back")
    REOPENED = "reopened", _("held.reopened")


class WaitOutcome(TextChoices):
    """How a wait in a queue ended."""

    ANSWERED = "answered", _("wait.answered")
    MOVED = "moved", _("wait.moved")
    CLOSED = "closed", _("wait.closed")


class MessageOrigin(TextChoices):
    """Who speaks in a line. Notes and events never reach the contact."""

    CONTACT = "contact", _("origin.contact")
    AGENT = "agent", _("origin.agent")
    NOTE = "note", _("origin.note")
    EVENT = "event", _("origin.event")


class MessageState(TextChoices):
    """Where a line is on its way; an agent's moves only forward, or fails."""

    RECEIVED = "received", _("message.received")
    WAITING = "waiting", _("message.waiting")
    SENT = "sent", _("message.sent")
    DELIVERED = "delivered", _("message.delivered")
    READ = "read", _("message.read")
    FAILED = "failed", _("message.failed")


class InboxState(TextChoices):
    NEW = "new", _("inbox.new")
    DONE = "done", _("inbox.done")
    DEAD = "dead", _("inbox.dead")


class OutboxState(TextChoices):
    WAITING = "waiting", _("message.waiting")
    SENT = "sent", _("message.sent")
    FAILED = "failed", _("message.failed")


class NoticeKind(TextChoices):
    """What a desk notice tells."""

    CAPTURED = "captured", _("notice.captured")
    GIVEN_BACK = "given_back", _("notice.given_back")
    TRANSFERRED = "transferred", _("notice.transferred")
