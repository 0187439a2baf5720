"""Many at once, each with a connection of his own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections


def together(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all of these at the same moment, a thread each; what they returned or raised."""
    start = Barrier(len(acts))

    def do(act: Callable[[], Any]) -> Any:
        try:
            start.wait(30)
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))
