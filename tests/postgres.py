"""A real PostgreSQL server on loopback, in a temporary folder."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

USER, PASSWORD, DATABASE = "searcher", "not for the log", "postgres"
LONGEST_WAIT = 60  # seconds


@contextlib.contextmanager
def server(**settings: str) -> Iterator["Server"]:
    """A server that runs as long as the block. Skips the test if PostgreSQL is not installed.

    Args:
        settings: PostgreSQL's settings, by name.
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
    """A server that runs.

    Attributes:
        url: URL as the commands take it. It has no password: that is in `environment`.
        url_with_password: URL with the password.
        environment: Environment variables that a command needs beside `url`.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"postgresql://{USER}@127.0.0.1:{port}/{DATABASE}"
        self.url_with_password = self.url.replace("@", f":{PASSWORD.replace(' ', '%20')}@")
        self.environment = {"PGPASSWORD": PASSWORD}

    def query(self, statement: str) -> list[tuple]:
        """The rows that a statement returns."""
        import psycopg2

        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, dbname=DATABASE)
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()


def _programs() -> Path:
    """Folder of the newest PostgreSQL that is installed."""
    pytest.importorskip("psycopg2", reason="the extra cluster is not installed")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not installed and not on_path:
        pytest.skip("there is no PostgreSQL server on this machine: apt-get install postgresql")
    return installed[-1].parent if installed else Path(on_path).parent


def _unprivileged() -> pwd.struct_passwd | None:
    """The user that the server runs as, since PostgreSQL refuses root. None is the user that runs the test."""
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
    with open(log, "wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder, **_as(user))
    try:
        _wait_for(port, process, log)
        yield port
    finally:
        process.terminate()  # The server waits for its clients; if that takes long, SIGQUIT follows.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(2)
        process.send_signal(signal.SIGQUIT) if process.poll() is None else None
        process.wait(LONGEST_WAIT)


def _wait_for(port: int, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + LONGEST_WAIT
    while b"ready to accept connections" not in log.read_bytes():
        assert process.poll() is None and time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
    assert port
