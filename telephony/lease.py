"""Who of several telephony processes works: the one that holds a lock of the database session.
The lock goes with the session, so a process that dies leaves it to the next."""

import logging
import threading
from types import TracebackType

from django.db import DatabaseError, connection

log = logging.getLogger(__name__)

#: names the lock; any number nobody else uses
KEY = 7_265_001
RETRY_EVERY = 1.0


class Lease:
    """Entering waits until the lock is ours or ``stop`` is set. PostgreSQL only."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop

    def __enter__(self) -> "Lease":
        while not self.stop.is_set() and not self._taken():
            self.stop.wait(RETRY_EVERY)
        if not self.stop.is_set():
            log.info("this process talks to the PBX")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        connection.close()

    def _taken(self) -> bool:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [KEY])
                return bool(cursor.fetchone()[0])
        except DatabaseError as error:
            log.warning("no lease: %s", error)
            connection.close()
            return False
