"""Typed facts that travel up: a lower app emits, a higher app subscribes in its ``apps.py``.

``emit`` calls the subscribers at once, in the transaction of the service that emits, so what a
subscriber writes is committed or lost together with the fact itself.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact. Fields are ids and values, never model instances.

    ``touched``: ids of the users whose row on the floor this fact can change.
    """

    touched: tuple[int, ...] = ()


E = TypeVar("E", bound="Event")

_subscribers: dict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(kind: type[E], handler: Callable[[E], None]) -> None:
    """Call ``handler`` for every event of this kind and of the kinds derived from it."""
    if handler not in _subscribers[kind]:
        _subscribers[kind].append(handler)


def emit(event: Event) -> None:
    """Tell the subscribers. Only inside a transaction: a fact without its truth is a lie."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{type(event).__name__} emitted outside a transaction")
    for kind in type(event).__mro__:
        for handler in _subscribers.get(kind, ()):
            handler(event)
