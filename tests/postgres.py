"""A private PostgreSQL server for the tests, from Debian's binaries; skipped with a reason where there can be none."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

try:
    # Before anything imports peewee: it looks for its drivers once, when it is imported itself.
    import psycopg
except ImportError:
    psycopg = None  # type: ignore[assignment]

BINARIES = Path("/usr/lib/postgresql")
SYSTEM_USER = "postgres"
"""The server refuses to run as root, so root starts it as this user of Debian's package."""


class Impossible(Exception):
    """No server can be started here; the text says why."""


@dataclass
class Server:
    """A running server on the loopback address, with its data in a folder of its own."""

    folder: Path
    binaries: Path
    port: int
    password: str
    made: int = field(default=0)

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://shuke:{self.password}@127.0.0.1:{self.port}/{name}"

    def fresh_database(self) -> str:
        """The URL of a new, empty database."""
        self.made += 1
        name = f"shop_{self.made}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def stop(self) -> None:
        _as_server_user(
            [str(self.binaries / "pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "stop"],
            check=False,
        )
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> Server:
    """Starts a server in a new temporary folder. Raises Impossible with the reason."""
    binaries = find_binaries()
    if psycopg is None:
        raise Impossible("psycopg is not installed")
    if _is_root() and not (shutil.which("runuser") or shutil.which("su")):
        raise Impossible("root has no way to become the user postgres")
    folder = Path(tempfile.mkdtemp(prefix="shuke-postgres-"))
    server = Server(folder, binaries, _free_port(), secrets.token_hex(12))
    try:
        _set_up(server)
    except (OSError, LookupError, subprocess.SubprocessError) as why:
        server.stop()
        said = getattr(why, "stderr", "") or str(why)
        raise Impossible(f"PostgreSQL did not start: {said.strip()[-400:]}") from why
    return server


def find_binaries() -> Path:
    """The folder of the newest installed server. Raises Impossible."""
    found = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].split(".")[0]))
    if not found:
        raise Impossible("PostgreSQL is not installed (Debian: apt install postgresql)")
    return found[-1].parent


def _set_up(server: Server) -> None:
    secret = server.folder / "password"
    secret.write_text(server.password, "utf-8")
    if _is_root():
        shutil.chown(server.folder, SYSTEM_USER)
        shutil.chown(secret, SYSTEM_USER)
    data = str(server.folder / "data")
    initdb = [str(server.binaries / "initdb"), "-D", data, "-U", "shuke", "--auth=scram-sha-256"]
    initdb += [f"--pwfile={secret}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    _as_server_user(initdb)
    # The data lives for one test run: no need to wait for the disk.
    options = f"-c listen_addresses=127.0.0.1 -p {server.port} -k {server.folder} -c fsync=off -c max_connections=40"
    log = str(server.folder / "log")
    _as_server_user(
        [str(server.binaries / "pg_ctl"), "-D", data, "-l", log, "-w", "-t", "30", "-o", options, "start"]
    )


def _as_server_user(command: list[str], check: bool = True) -> None:
    if _is_root():
        if shutil.which("runuser"):
            command = ["runuser", "-u", SYSTEM_USER, "--", *command]
        else:
            quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in command)
            command = ["su", "-s", "/bin/sh", SYSTEM_USER, "-c", quoted]
    # Files, not pipes: the server that pg_ctl leaves behind would hold a pipe open for ever.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=60
        )
        if check and done.returncode:
            said.seek(0)
            raise subprocess.CalledProcessError(done.returncode, command[0], stderr=said.read())


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One server for the whole test run."""
    try:
        server = start()
    except Impossible as why:
        pytest.skip(str(why))
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: Server) -> str:
    """The URL of an empty database on the private server: `postgresql://…`."""
    return postgres_server.fresh_database()
