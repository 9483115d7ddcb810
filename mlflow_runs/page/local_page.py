"""MLflow's page as a process of its own: two processes instead of fifteen, for this machine only, gone in the end."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from typing import Any

from mlflow_runs.errors import MirrorError
from mlflow_runs.safe_text import one_line, redacted, shortened
from mlflow_runs.stored import store
from search.cli.stopping import StopRequest

_HOST = "127.0.0.1"  # the page asks nobody for a password
_LIGHT = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
_SECONDS_TO_START = 120.0  # seven as a rule
_SECONDS_TO_END = 4.0
_SECONDS_BETWEEN_LOOKS = 0.1
_LINE_LENGTH = 300
_SAYS_NOTHING = ("Running the mlflow server failed",)  # MLflow's last words, whatever was wrong


def is_free(port: int) -> bool:
    """Whether a server of this user's can listen at a port of this machine."""
    with socket.socket() as tried:
        if os.name == "posix":  # a port just left can be used again; elsewhere the option means something else
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((_HOST, port))
        except OSError:
            return False
    return True


class LocalPage:
    """MLflow's page over a store that is a file or a database. A context manager: at its end no process is left.

    Args:
        tracking_uri: The store; absolute. It reaches MLflow through the environment, where other users do not see it.
        port: A free port.
    """

    def __init__(self, tracking_uri: str, *, port: int) -> None:
        self._uri, self._port = tracking_uri, port

    def __enter__(self) -> "LocalPage":
        self._said: Any = tempfile.TemporaryFile()
        command = [sys.executable, "-m", "mlflow", "ui", "--workers", "1", "--host", _HOST, "--port", str(self._port)]
        self._process = subprocess.Popen(
            [*command, "--uvicorn-opts", "--no-access-log"],
            env={**os.environ, **_LIGHT, **_store_variables(self._uri)},
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is ours to pass on; and its whole group can be ended
        )
        return self

    def __exit__(self, *exception) -> None:
        try:
            self._signal(signal.SIGTERM)
            self._wait_for_the_group(_SECONDS_TO_END)
        finally:  # a second Ctrl-C does not wait
            self._signal(signal.SIGKILL)
            self._process.wait()
            self._said.close()

    def wait_until_it_answers(self, stop: StopRequest) -> bool:
        """True as soon as it does, False if `stop` was asked for first.

        Raises:
            MirrorError: If the page ended by itself, or does not answer in two minutes.
        """
        deadline = time.monotonic() + _SECONDS_TO_START
        while not stop:
            self._check_alive()
            if self._answers():
                return True
            if time.monotonic() > deadline:
                raise MirrorError(f"MLflow's page did not answer in {_SECONDS_TO_START:.0f} seconds: {self._last_line()}")
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        return False

    def wait_until_it_ends(self, stop: StopRequest) -> None:
        """Returns when `stop` is asked for.

        Raises:
            MirrorError: If the page ended by itself.
        """
        while not stop:
            self._check_alive()
            time.sleep(_SECONDS_BETWEEN_LOOKS)

    def _answers(self) -> bool:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy knows nothing of this machine
        with contextlib.suppress(OSError), direct.open(f"http://{_HOST}:{self._port}/health", timeout=5) as answer:
            return answer.status == 200
        return False

    def _check_alive(self) -> None:
        if self._process.poll() is not None:
            raise MirrorError(f"MLflow's page ended by itself: {self._last_line()}")

    def _last_line(self) -> str:
        self._said.seek(0)
        lines = map(one_line, self._said.read().decode(errors="replace").splitlines())
        telling = [line for line in lines if line and not line.startswith(_SAYS_NOTHING)]
        return shortened(redacted(telling[-1]), length=_LINE_LENGTH) if telling else "it said nothing"

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _wait_for_the_group(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._process.poll()
            try:
                os.killpg(self._process.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(_SECONDS_BETWEEN_LOOKS)


def _store_variables(tracking_uri: str) -> dict[str, str]:
    """Which store, and where the artifacts of an experiment go that is made in the page itself."""
    found = {"MLFLOW_BACKEND_STORE_URI": tracking_uri}
    where = store.default_artifact_location(tracking_uri)
    return found if where is None else found | {"MLFLOW_ARTIFACTS_DESTINATION": where}
