"""One private PostgreSQL server for a test run, and a database of its own for each test.

The server lies in a temporary folder, listens on the loopback alone, is never shared with another
program and is stopped at the end whatever happens. Where Debian's `postgresql` is not installed a test
that needs it says so; in CI it fails.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from message_centre.domain.secrets import Secret
from message_centre.domain.server_address import ServerAddress
from message_centre.store.database import Database, Server

USER = "centre"
_TEMPLATE = "template_record"
_MISSING = (
    "PostgreSQL's server programs are not installed: run packaging/test, which brings them, or"
    " `apt-get install postgresql` (Debian), or put initdb's folder into the PATH"
)
_ROOM = 1 << 30
#: A test server may forget everything at a power cut; durability is what real servers are asked for.
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "log_min_messages": "fatal",
    "listen_addresses": "127.0.0.1",
}


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl, the newest one."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda f: int(f.parts[-3])
    )
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@dataclass(eq=False)
class Cluster:
    """A server with its files below `folder`."""

    folder: Path
    programs: Path
    port: int = 0
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12), repr=False)

    @property
    def data(self) -> Path:
        """The server's own files."""
        return self.folder / "data"

    def make(self) -> None:
        """Make the server's files; passwords are asked for, by SCRAM."""
        _own(self.folder)
        words = self.folder / "password"
        words.write_text(self.password)
        _own(words)
        self._run(
            *("initdb", "-D", self.data, "-U", USER, "--pwfile", words, "-A", "scram-sha-256"),
            *("-E", "UTF8", "--no-locale", "--no-sync"),
        )
        self.port = _free_port()
        with (self.data / "postgresql.conf").open("a") as out:
            out.writelines(f"{key} = '{value}'\n" for key, value in _SETTINGS.items())
            out.write(f"port = {self.port}\nunix_socket_directories = '{self.folder}'\n")

    def take_over(self) -> None:
        """Use the files that an earlier run kept."""
        self.password = (self.folder / "password").read_text()
        self.port = _free_port()
        with (self.data / "postgresql.conf").open("a") as out:
            out.write(f"port = {self.port}\n")

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "-s", "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; `immediate` is what a crash is."""
        if self.pid:
            self._run("pg_ctl", "-D", self.data, "-w", "-s", "-m", mode, "stop")

    def kill(self) -> None:
        """Kill all of it at once: what it had not written yet is gone."""
        processes = self.processes()
        for pid in processes:
            os.kill(pid, signal.SIGKILL)
        while any(Path(f"/proc/{pid}").exists() for pid in processes):
            time.sleep(0.01)

    @property
    def pid(self) -> int:
        """The first process of the server, or 0."""
        try:
            return int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError):
            return 0

    def processes(self) -> list[int]:
        """Every process of the server."""
        first = self.pid
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, children)]

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let the whole server stand still, as in the moment of a fail-over."""
        held = self.processes()
        for pid in held:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in reversed(held):
                os.kill(pid, signal.SIGCONT)

    def url(self, database: str, *, port: int = 0, user: str = USER) -> str:
        """The address of a database, perhaps through a proxy."""
        return f"postgresql://{user}@127.0.0.1:{port or self.port}/{database}"

    def server(self, database: str, *, patience: float = 30.0, port: int = 0) -> Server:
        """What a `Database` is opened with."""
        address = ServerAddress(self.url(database, port=port))
        return Server(address, Secret(self.password), patience)

    def empty(self) -> str:
        """A new database with nothing in it; its name."""
        return self._create("template0")

    def fresh(self) -> str:
        """A new database with the schema of a record."""
        _make_template(self)
        return self._create(_TEMPLATE)

    def drop(self, name: str) -> None:
        """Remove a database, whoever uses it."""
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement as the server's owner."""
        import psycopg  # noqa: PLC0415 - tests that need no server run where it is not installed

        with psycopg.connect(
            self.url(database), password=self.password, autocommit=True
        ) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _create(self, template: str) -> str:
        name = f"record_{secrets.token_hex(6)}"
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def _run(self, program: str, *given: str | Path) -> None:
        # Into a file: the server inherits the stream and would keep a pipe open.
        with (self.folder / "said").open("ab") as said:
            ran = subprocess.run(
                [*_as_ordinary_user(), self.programs / program, *given],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                check=False,
            )
        if ran.returncode:
            words = _text(self.folder / "said") + _text(self.folder / "log")
            raise RuntimeError(f"{program} failed: {words}")


@cache
def _make_template(cluster: "Cluster") -> None:
    cluster.sql(f'CREATE DATABASE "{_TEMPLATE}" TEMPLATE template0')
    Database(cluster.server(_TEMPLATE)).close()


def _text(file: Path) -> str:
    return file.read_text() if file.exists() else ""


def _as_ordinary_user() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    who = _ordinary()
    return ["setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups"]


def _ordinary() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("there is no ordinary user to run PostgreSQL as")


def _own(path: Path) -> None:
    if os.geteuid() == 0:
        who = _ordinary()
        os.chown(path, who.pw_uid, who.pw_gid)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _roomy() -> Path:
    memory = Path("/dev/shm")  # noqa: S108 - the folder in it is made by mkdtemp
    is_there = memory.is_dir() and os.access(memory, os.W_OK)
    has_room = is_there and shutil.disk_usage(memory).free > _ROOM
    return memory if has_room else Path("/tmp")  # noqa: S108 - as above


@contextmanager
def running_cluster(kept: Path | None = None) -> Iterator[Cluster]:
    """A server of one's own, gone at the end; only what lies in `kept` stays for another run."""
    programs = binaries()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail(_MISSING)
        pytest.skip(_MISSING)
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'psycopg[binary]'")
    # Not below pytest's folders, which only their owner may enter; in memory where there is room.
    folder = kept or Path(tempfile.mkdtemp(prefix="mc-pg-", dir=_roomy()))
    cluster = Cluster(folder, programs)
    keeper = _keep(folder, stays=kept is not None)
    try:
        if cluster.data.exists():
            cluster.take_over()
        else:
            cluster.make()
        cluster.start()
        yield cluster
    finally:
        cluster.stop("fast" if kept else "immediate")
        keeper.communicate()


def _keep(folder: Path, *, stays: bool) -> "subprocess.Popen[bytes]":
    """Stop the server even if this process is killed: a child waits for the end of our pipe."""
    words = (
        "import pathlib, shutil, signal, os, sys\n"
        "sys.stdin.buffer.read()\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "try:\n"
        "    first = (folder / 'data/postmaster.pid').read_text().split()[0]\n"
        "    children = pathlib.Path(f'/proc/{first}/task/{first}/children')\n"
        "    # Not a gentler signal: a test may have left it standing still.\n"
        "    for pid in (children.read_text() + first).split(): os.kill(int(pid), signal.SIGKILL)\n"
        "except (OSError, IndexError): pass\n"
        "if sys.argv[2] == 'goes': shutil.rmtree(folder, ignore_errors=True)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", words, folder, "stays" if stays else "goes"],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


__all__ = ["USER", "Cluster", "binaries", "running_cluster"]
