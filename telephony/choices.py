"""The closed sets of this app. Labels are keys of ``locale/strings.tsv``."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class WebphoneStatus(TextChoices):
    """R20, R21."""

    CONNECTED = "connected", _("webphone.connected")
    CONNECTING = "connecting", _("webphone.connecting")
    DISCONNECTED = "disconnected", _("webphone.disconnected")


class CallState(TextChoices):
    """A call's own states. A user's *waiting* and *none* are states without a call (R37)."""

    RINGING = "ringing", _("call.ringing")
    TALKING = "talking", _("call.talking")
    ACW = "acw", _("call.acw")
    ENDED = "ended", _("call.finished")


LIVE_STATES = (CallState.RINGING, CallState.TALKING, CallState.ACW)
