"""The closed sets of this app. Labels are keys of ``locale/strings.tsv``."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SupervisionKind(TextChoices):
    LISTEN = "listen", _("supervision.listen")
    CAPTURE = "capture", _("supervision.capture")
    SCREEN = "screen", _("supervision.screen")


class SupervisionMode(TextChoices):
    """How a listen session stands at this moment (R55)."""

    LISTEN = "listen", _("supervision.listen")
    WHISPER = "whisper", _("supervision.whisper")
    BARGE = "barge", _("supervision.barge")


class SupervisionState(TextChoices):
    REQUESTED = "requested", _("supervision.requested")
    RINGING = "ringing", _("supervision.ringing")
    ACTIVE = "active", _("supervision.active")
    ENDED = "ended", _("supervision.ended")
    FAILED = "failed", _("supervision.failed")


OVER = (SupervisionState.ENDED, SupervisionState.FAILED)
