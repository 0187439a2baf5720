"""The facts this app tells. Every event names in ``touched`` whose floor row it can change."""

from dataclasses import dataclass

from beex.lib.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionChanged(Event):
    """A person got, changed or lost his extension (R6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebphoneChanged(Event):
    """The PBX says another thing of a webphone (R20, R21)."""

    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallChanged(Event):
    """A call began, was answered, ended, or its after-call work did (R36)."""

    call_id: int
    state: str
