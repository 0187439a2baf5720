"""How much happens in the invented contact centre. Lengths are seconds, rates are per hour.

No benchmark of its country was found; these are design values inside published ranges: lengths
are lognormal, arrivals a Poisson process with a rate that follows the hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

HOUR, DAY = 3600.0, 86400.0
OPENS, CLOSES = 8, 21
#: hourly shapes from 08 h, mean 1
VOICE_SHAPE = (0.62, 1.05, 1.38, 1.42, 1.16, 0.92, 1.00, 1.12, 1.20, 1.10, 0.86, 0.66, 0.51)
CHAT_SHAPE = (0.45, 0.80, 1.05, 1.18, 1.20, 1.10, 0.98, 1.00, 1.05, 1.08, 1.12, 1.08, 0.91)
#: Monday to Sunday
WEEKDAY = (1.25, 1.05, 1.00, 0.98, 1.05, 0.60, 0.0)
#: calls bunch in the first minutes of an hour
BUNCHED_MINUTES, BUNCHED, SPREAD = 10, 1.15, 0.97


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a call goes: its share, how long they talk (mean, coefficient of variation), and
    the mean of the after-call work."""

    share: float
    talk: float
    cv: float
    acw: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """The calls of a campaign. ``kind`` is a strategy's, or ``queue`` for inbound.

    Dialed ones have the share of ``live`` answers and, in predictive, the first ``pacing``
    (lines per free agent); the others the ``arrivals`` an hour that reach the agents, where
    they wait for a mean of ``patience``.
    """

    kind: str
    outcomes: tuple[Outcome, ...]
    live: float = 0.0
    pacing: float = 1.0
    arrivals: float = 0.0
    patience: float = 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chats:
    """The conversations of a campaign. ``channels``: channel → share."""

    arrivals: float
    channels: Mapping[str, float]
    direction: str


VOICE: Mapping[str, Voice] = MappingProxyType(
    {
        "tel-port": Voice(
            kind="predictive",
            live=0.24,
            pacing=1.8,
            outcomes=(
                Outcome(0.55, 25, 0.7, 12),
                Outcome(0.35, 150, 0.7, 30),
                Outcome(0.10, 420, 0.5, 75),
            ),
        ),
        "qor-temp": Voice(
            kind="predictive",
            live=0.30,
            pacing=1.5,
            outcomes=(
                Outcome(0.35, 35, 0.7, 15),
                Outcome(0.45, 110, 0.7, 28),
                Outcome(0.20, 210, 0.5, 45),
            ),
        ),
        "tel-ret": Voice(
            kind="progressive",
            live=0.46,
            outcomes=(
                Outcome(0.30, 70, 0.7, 25),
                Outcome(0.45, 280, 0.7, 60),
                Outcome(0.25, 520, 0.5, 90),
            ),
        ),
        "qor-tard": Voice(
            kind="progressive",
            live=0.29,
            outcomes=(
                Outcome(0.40, 40, 0.7, 18),
                Outcome(0.40, 150, 0.7, 35),
                Outcome(0.20, 300, 0.5, 60),
            ),
        ),
        "tel-corte": Voice(kind="ivr", arrivals=24, outcomes=(Outcome(1, 240, 0.9, 40),)),
        "luc-entr": Voice(kind="ivr", arrivals=16, outcomes=(Outcome(1, 120, 0.9, 25),)),
        # A mean patience of 150 s was meant; with these people 17 % would abandon, not 12 to 15.
        "luc-aten": Voice(
            kind="queue", arrivals=22, patience=200, outcomes=(Outcome(1, 260, 0.9, 45),)
        ),
    }
)
CHATS: Mapping[str, Chats] = MappingProxyType(
    {
        "qor-rec": Chats(arrivals=22, channels={"whatsapp": 0.9, "sms": 0.1}, direction="outbound"),
        "luc-aten": Chats(
            arrivals=18,
            channels={"whatsapp": 0.55, "webchat": 0.20, "messenger": 0.15, "instagram": 0.10},
            direction="inbound",
        ),
    }
)
#: agents for whom the arrivals above are meant; more agents, more arrivals
TEAM: Mapping[str, int] = MappingProxyType(
    {"tel-corte": 5, "luc-entr": 3, "luc-aten": 5, "qor-rec": 5, "luc-aten chats": 4}
)

# --- dialing --------------------------------------------------------------------------------------
RING, RING_CV, RING_MOST = 13.0, 0.5, 26.0
NO_ANSWER, BUSY, VOICEMAIL = 26.0, 2.5, 8.0
BUSY_SHARE, VOICEMAIL_SHARE = 0.15, 0.25
GAP = 2.5
PACING_LEAST, PACING_MOST = 0.55, 2.6
ABANDONED_GOAL, GRACE = 0.03, 2.0
#: how long the agent's own phone rings for a contact who already waits
AT_AGENT, AT_AGENT_CV = 4.5, 0.3
ACW_CV = 0.5

# --- chats ----------------------------------------------------------------------------------------
CHAT_LIMIT = 4
CHAT_PATIENCE = 25 * 60.0
CHAT, CHAT_CV = 15 * 60.0, 0.8
DWELL, DWELL_CV = 45.0, 0.8
REPLY = (8.0, 40.0)
ANSWER, ANSWER_CV = 70.0, 1.2

# --- tickets --------------------------------------------------------------------------------------
FOLLOW_UP_SHARE = 0.12
CARRIED_MOST = 4
FOLLOW_UP, FOLLOW_UP_CV = 45 * 60.0, 0.6

# --- people ---------------------------------------------------------------------------------------
#: from and to, in hours
SHIFTS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"M": (8, 16.75), "T": (11.25, 20), "N": (12.25, 21), "P": (9, 14), "A": (8.5, 18)}
)
#: the meal, and when the first of four waves goes, in hours; the next waves follow every 33 min
MEALS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {"M": ("lunch", 11.75), "T": ("lunch", 14.5), "N": ("dinner", 18.25), "A": ("lunch", 13)}
)
WAVES, WAVE = 4, 33 * 60.0
MEAL, MEAL_CV, MEAL_LEAST = 50 * 60.0, 0.08, 45 * 60.0
RESTROOM, RESTROOM_CV, RESTROOM_MOST, RESTROOMS = 5.5 * 60.0, 0.4, 15 * 60.0, 2
BUSY_SHIFTS, BUSY_FOR, BUSY_CV = 0.55, 10 * 60.0, 0.4
TRAINING_SHIFTS, TRAINING = 0.10, (30 * 60.0, 60 * 60.0)
ARRIVAL = (20.0, 90.0)
#: a call in course goes on when its agent chooses another status; most wait for its end
AT_ONCE_SHARE = 0.3
LOSSES = 0.02
LOST_FOR, GONE_SHARE, GONE_FOR = (3.0, 30.0), 0.2, (60.0, 240.0)
AWAY = (20.0, 120.0)
AWAY_SHARE, AGENDA_SHARE = 0.08, 3 / 8


def shape(hours: tuple[float, ...], moment: float) -> float:
    """The hour's share of the mean; nothing outside opening hours. ``moment``: seconds of the
    day."""
    hour = int(moment // HOUR) - OPENS
    return hours[hour] if 0 <= hour < len(hours) else 0.0


def bunching(moment: float) -> float:
    """More in the first minutes of the hour."""
    return BUNCHED if moment % HOUR < BUNCHED_MINUTES * 60 else SPREAD
