"""A real PostgreSQL server on loopback, in a folder of its own that goes with it."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

USER, PASSWORD, DATABASE = "searcher", "not for the log", "postgres"
PATIENCE = 60  # seconds


@contextlib.contextmanager
def server(**settings: str) -> Iterator["Server"]:
    """A server that runs as long as the block; skips the test, with the reason, where there is none to run.

    Args:
        settings: PostgreSQL's, by name.
    """
    programs, user = _programs(), _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
        _initialise(programs, folder, user)
        with _running(programs, folder, user, settings) as port:
            yield Server(port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """Where it answers.

    Attributes:
        url: As the commands take it, without the password, which `environment` holds.
        url_with_password: With it.
        environment: What a command needs beside `url`.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"postgresql://{USER}@127.0.0.1:{port}/{DATABASE}"
        self.url_with_password = self.url.replace("@", f":{PASSWORD.replace(' ', '%20')}@")
        self.environment = {"PGPASSWORD": PASSWORD}

    def query(self, statement: str) -> list[tuple]:
        """The rows that a statement gives."""
        import psycopg2

        connected = psycopg2.connect(host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, dbname=DATABASE)
        with contextlib.closing(connected) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()


def _programs() -> Path:
    """The newest that the distribution has installed."""
    pytest.importorskip("psycopg2", reason="the extra cluster is not installed")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        pytest.skip("there is no PostgreSQL server on this machine: apt-get install postgresql")
    return found[-1].parent if found else Path(on_path).parent


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses root. None is whoever runs the test."""
    if os.getuid() != 0:
        return None
    return pwd.getpwnam("postgres")


def _as(user: pwd.struct_passwd | None) -> Mapping[str, object]:
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def _initialise(programs: Path, folder: Path, user) -> None:
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if user:
        os.chown(secret, user.pw_uid, user.pw_gid)
    flags = [f"--username={USER}", f"--pwfile={secret}", "--auth=scram-sha-256", "--no-sync", "--encoding=UTF8"]
    command = [programs / "initdb", "--pgdata", folder / "data", *flags]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, **_as(user))


@contextlib.contextmanager
def _running(programs: Path, folder: Path, user, settings: Mapping[str, str]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "port": port, **settings}
    command = [programs / "postgres", "-D", folder / "data", *(f"--{name}={value}" for name, value in options.items())]
    log = folder / "log"
    with open(log, "wb") as told:
        process = subprocess.Popen(command, stdout=told, stderr=told, cwd=folder, **_as(user))
    try:
        _wait_for(port, process, log)
        yield port
    finally:
        process.terminate()  # It lets clients end first; SIGQUIT would be the next.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(2)
        process.send_signal(3) if process.poll() is None else None
        process.wait(PATIENCE)


def _wait_for(port: int, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while b"ready to accept connections" not in log.read_bytes():
        assert process.poll() is None and time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
    assert port
