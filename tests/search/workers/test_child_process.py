"""Real child processes: messages, ends, signals, output."""

import os
import signal
import sys

import pytest

from search.workers.child_process import ChildEndedError, ChildProcess, set_up_child

SOON = 60  # seconds; far more than a process takes to start


def echo(connection):
    """Sends back what it receives, doubled, until the pipe is closed."""
    try:
        while True:
            connection.send(2 * connection.recv())
    except EOFError:
        pass


def exit_with(connection, status):
    sys.exit(status)


def never_end(connection):
    connection.send("started")
    signal.pause()


def speak(connection, log):
    set_up_child(log)
    print("from Python", flush=True)
    os.write(2, b"from below Python\n")


@pytest.fixture
def child():
    process = ChildProcess(echo)
    yield process
    process.end()


def test_messages_go_to_the_process_and_back(child):
    assert child.receive() is None
    child.send("ab")
    assert child.receive(timeout=SOON) == "abab"
    child.send([1])
    assert child.receive(timeout=SOON) == [1, 1]


def test_a_request_to_stop_is_ignored(child):
    child.send(1)
    assert child.receive(timeout=SOON) == 2
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(child.pid, number)
    child.send(2)
    assert child.receive(timeout=SOON) == 4


def test_the_handlers_of_this_process_stay_as_they_were():
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    ChildProcess(echo).end()
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == handlers


def test_an_end_is_reported_with_its_status():
    process = ChildProcess(exit_with, 3)
    with pytest.raises(ChildEndedError):
        process.receive(timeout=SOON)
    assert process.exit_status(timeout=SOON) == 3
    process.send("nobody reads this")
    with pytest.raises(ChildEndedError):
        process.receive()
    process.end()


def test_a_kill_is_reported_with_its_signal():
    process = ChildProcess(never_end)
    assert process.receive(timeout=SOON) == "started"
    assert process.exit_status(timeout=0) is None
    os.kill(process.pid, signal.SIGKILL)
    assert process.exit_status(timeout=SOON) == -signal.SIGKILL
    process.end()


def test_ending_kills_a_process_that_does_not_end_by_itself():
    process = ChildProcess(never_end)
    assert process.receive(timeout=SOON) == "started"
    process.end(timeout=0.1)
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_what_a_process_prints_goes_into_its_log(tmp_path, capfd):
    log = tmp_path / "log"
    process = ChildProcess(speak, log)
    assert process.exit_status(timeout=SOON) == 0
    process.end()
    assert log.read_text().splitlines() == ["from Python", "from below Python"]
    assert capfd.readouterr() == ("", "")
