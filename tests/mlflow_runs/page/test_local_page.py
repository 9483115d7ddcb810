"""MLflow's page as a process: who can see what it was started with, and how it fails."""

import socket
import threading
import time
from contextlib import closing

import pytest

from mlflow_runs.errors import MirrorError
from mlflow_runs.page.local_page import LocalPage, is_free
from tests.mlflow_runs.processes import command_lines, free_port, needs_proc


def never():
    return False


@needs_proc
def test_no_process_of_the_page_shows_a_password():
    """A database's password is in its URL, and every user of the machine may read a process's command line."""
    seen = set()
    with (
        # A driver that nobody has: with a real one MLflow would try to reach the database for two minutes.
        LocalPage("postgresql+none://me:geheim@127.0.0.1:1/none?sslpassword=geheim", port=free_port()) as page,
        pytest.raises(MirrorError, match="MLflow's page ended by itself: ") as caught,
    ):
        watch = threading.Thread(target=lambda: [seen.update(command_lines()) or time.sleep(0.05) for _ in range(40)])
        watch.start()
        page.wait_until_it_answers(never)
    watch.join()
    assert any("mlflow" in line for line in seen)
    assert not [line for line in seen if "geheim" in line]
    assert "geheim" not in str(caught.value)


@needs_proc
def test_a_page_that_is_stopped_before_it_answers_leaves_no_process(uri):
    before = set(command_lines())
    with LocalPage(uri, port=free_port()) as page:
        assert not page.wait_until_it_answers(lambda: True)
    assert set(command_lines()) == before


def test_a_port_is_free_until_somebody_listens():
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.listen()
        assert not is_free(port)
    assert is_free(port)
