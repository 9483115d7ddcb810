"""Requests to stop: the first signal is remembered, the second interrupts."""

import os
import signal

import pytest

from search.cli.stopping import StopRequest, signals_to_stop


def send(number):
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_a_request_and_the_second_interrupts(number):
    before = signal.getsignal(number)
    with StopRequest() as stop:
        assert not stop and stop.exit_status == 0
        send(number)
        assert stop and stop.signal == number and stop.exit_status == 128 + number
        with pytest.raises(KeyboardInterrupt):
            send(number)
    assert signal.getsignal(number) == before


def test_nohup_keeps_a_command_running():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert signal.SIGHUP not in signals_to_stop()
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        assert signal.SIGHUP in signals_to_stop()
    finally:
        signal.signal(signal.SIGHUP, before)
