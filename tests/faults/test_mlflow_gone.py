"""An MLflow server that dies, hangs and comes back: trainings go on, and MLflow gets what it missed, once."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.faults.outcome import check_agrees, environment, outcome
from tests.faults.real_search import LONGEST_WAIT, STUDY, RealSearch, make_images

pytestmark = pytest.mark.faults


class Server:
    """A real MLflow server on loopback, always on the same port."""

    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.uri = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        store = ["--backend-store-uri", f"sqlite:///{self.folder}/mlflow.db"]
        store += ["--artifacts-destination", str(self.folder / "artifacts")]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mlflow", "server", "--port", str(self.port), "--workers", "1", *store],
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + LONGEST_WAIT
        while not self.answers():
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def answers(self):
        try:
            with urllib.request.urlopen(f"{self.uri}/health", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    def send(self, number):
        os.killpg(self.process.pid, number)


@pytest.fixture
def server(tmp_path):
    running = Server(tmp_path)
    yield running
    running.send(signal.SIGCONT)
    running.send(signal.SIGKILL)


def sync(folder, uri):
    command = [sys.executable, "-m", "search.sync", STUDY, "--tracking-uri", uri]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=LONGEST_WAIT)


@pytest.mark.long
def test_a_server_that_is_killed_and_comes_back(server, tmp_path, report_fault):
    make_images(tmp_path)
    search = RealSearch(tmp_path, "--trials", "5", "--tracking-uri", server.uri)
    search.wait_for_progress(0)
    server.send(signal.SIGKILL)
    server.process.wait()
    before = len(search.reported())
    recovery = search.wait_for_progress(before)
    assert search.wait() == 0, search.output()
    assert "MLflow is behind" in search.output()
    assert f"-m search.sync --tracking-uri {server.uri} {STUDY}" in search.output()
    server.start()
    caught_up = sync(tmp_path, server.uri)
    assert caught_up.returncode == 0, caught_up.stdout + caught_up.stderr
    check_agrees(tmp_path, STUDY, "--tracking-uri", server.uri)
    result = outcome(tmp_path, STUDY, reported=search.reported())
    report_fault("an MLflow server killed in mid-search, and started again", 1, result.lost, result.doubled, recovery)
    assert (result.counted, result.lost, result.doubled, result.running) == (5, 0, 0, 0)


@pytest.mark.long
def test_a_server_that_hangs(server, tmp_path, report_fault):
    """It accepts requests and answers none: trainings go on, and the search can be stopped at once."""
    make_images(tmp_path)
    search = RealSearch(tmp_path, "--trials", "50", "--tracking-uri", server.uri)
    search.wait_for_progress(0)
    server.send(signal.SIGSTOP)
    before = len(search.reported())
    recovery = search.wait_for_progress(before + 1)
    started = time.monotonic()
    search.process.send_signal(signal.SIGTERM)
    assert search.wait() == 128 + signal.SIGTERM
    assert time.monotonic() - started < 10
    server.send(signal.SIGCONT)
    time.sleep(2)  # It now does what it was asked before it hung.
    assert sync(tmp_path, server.uri).returncode == 0
    check_agrees(tmp_path, STUDY, "--tracking-uri", server.uri)
    result = outcome(tmp_path, STUDY, reported=search.reported())
    report_fault("an MLflow server that hangs", 1, result.lost, result.doubled, recovery)
    assert (result.lost, result.doubled, result.running) == (0, 0, 0)
