"""MLflow's page for this machine only: two processes instead of fifteen, and none of them is left at the end."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from mlflow_runs.errors import MirrorError
from mlflow_runs.safe_text import one_line, redacted, shortened
from mlflow_runs.stored import store

_HOST = "127.0.0.1"  # the page asks nobody for a password
_LIGHT = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
_SECONDS_TO_START = 120.0  # seven as a rule
_SECONDS_TO_STOP = 4.0
_SECONDS_BETWEEN_CHECKS = 0.1
_LINE_LENGTH = 300
_MEANINGLESS = ("Running the mlflow server failed",)  # MLflow ends with this line, whatever was wrong


def is_free(port: int) -> bool:
    """Whether a server of this user can listen at a port of this machine."""
    with socket.socket() as probe:
        if (
            os.name == "posix"
        ):  # so a port that was just closed counts as free; elsewhere the option means another thing
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True


class LocalPage:
    """MLflow's page over a store that is a file or a database. A context manager that leaves no process behind.

    Args:
        tracking_uri: The store, absolute. It is passed in the environment, where other users can't read it.
        port: A free port.
    """

    def __init__(self, tracking_uri: str, *, port: int) -> None:
        self._uri, self._port = tracking_uri, port

    def __enter__(self) -> "LocalPage":
        self._output: Any = tempfile.TemporaryFile()
        command = [sys.executable, "-m", "mlflow", "ui", "--workers", "1", "--host", _HOST, "--port", str(self._port)]
        self._process = subprocess.Popen(
            [*command, "--uvicorn-opts", "--no-access-log"],
            env={**os.environ, **_LIGHT, **_store_variables(self._uri)},
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so Ctrl-C reaches us alone, and the whole group can be ended
        )
        return self

    def __exit__(self, *exception) -> None:
        try:
            self._signal(signal.SIGTERM)
            self._wait_for_the_group(_SECONDS_TO_STOP)
        finally:  # a second Ctrl-C does not wait
            self._signal(signal.SIGKILL)
            self._process.wait()
            self._output.close()

    def wait_until_it_answers(self, stop: Callable[[], bool]) -> bool:
        """True as soon as it does; False if `stop` is true first.

        Raises:
            MirrorError: If the page ended by itself, or does not answer in two minutes.
        """
        deadline = time.monotonic() + _SECONDS_TO_START
        while not stop():
            self._check_alive()
            if self._answers():
                return True
            if time.monotonic() > deadline:
                seconds = f"{_SECONDS_TO_START:.0f} seconds"
                raise MirrorError(f"MLflow's page did not answer in {seconds}: {self._last_line()}")
            time.sleep(_SECONDS_BETWEEN_CHECKS)
        return False

    def wait_until_it_ends(self, stop: Callable[[], bool]) -> None:
        """Returns when `stop` is true.

        Raises:
            MirrorError: If the page ended by itself.
        """
        while not stop():
            self._check_alive()
            time.sleep(_SECONDS_BETWEEN_CHECKS)

    def _answers(self) -> bool:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy reaches this machine
        with contextlib.suppress(OSError), direct.open(f"http://{_HOST}:{self._port}/health", timeout=5) as answer:
            return answer.status == 200
        return False

    def _check_alive(self) -> None:
        if self._process.poll() is not None:
            raise MirrorError(f"MLflow's page ended by itself: {self._last_line()}")

    def _last_line(self) -> str:
        self._output.seek(0)
        lines = map(one_line, self._output.read().decode(errors="replace").splitlines())
        meaningful = [line for line in lines if line and not line.startswith(_MEANINGLESS)]
        return shortened(redacted(meaningful[-1]), length=_LINE_LENGTH) if meaningful else "it printed nothing"

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
            time.sleep(_SECONDS_BETWEEN_CHECKS)


def _store_variables(tracking_uri: str) -> dict[str, str]:
    """Which store, and where artifacts go of an experiment that is made in the page itself."""
    variables = {"MLFLOW_BACKEND_STORE_URI": tracking_uri}
    location = store.default_artifact_location(tracking_uri)
    return variables if location is None else variables | {"MLFLOW_ARTIFACTS_DESTINATION": location}
