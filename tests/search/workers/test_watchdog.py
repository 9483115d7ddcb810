"""The watchdog with a clock that the tests set."""

import math

import pytest

from search.workers.watchdog import SECONDS_PER_CHECK, Watchdog


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def check_every(seconds, clock, watchdog, *, times):
    """Who has expired after so many checks, at this distance."""
    for _ in range(times):
        clock.now += seconds
        expired = watchdog.expired()
    return expired


def test_a_worker_that_stays_silent_expires_after_the_timeout(clock):
    watchdog = Watchdog(10, clock=clock)
    watchdog.heard_from("a")
    assert check_every(1, clock, watchdog, times=10) == []
    assert check_every(1, clock, watchdog, times=1) == ["a"]


def test_a_sign_of_life_starts_the_count_again(clock):
    watchdog = Watchdog(10, clock=clock)
    for worker in ("a", "b"):
        watchdog.heard_from(worker)
    check_every(1, clock, watchdog, times=8)
    watchdog.heard_from("b")
    assert check_every(1, clock, watchdog, times=5) == ["a"]
    assert check_every(1, clock, watchdog, times=6) == ["a", "b"]


def test_a_forgotten_worker_never_expires(clock):
    watchdog = Watchdog(10, clock=clock)
    watchdog.heard_from("a")
    watchdog.forget("a")
    watchdog.forget("never heard of")
    assert check_every(1, clock, watchdog, times=100) == []


def test_a_search_that_slept_takes_no_worker_for_hung(clock):
    watchdog = Watchdog(60, clock=clock)
    watchdog.heard_from("a")
    assert check_every(3_600, clock, watchdog, times=1) == []
    checks = 60 / SECONDS_PER_CHECK
    assert checks == int(checks)
    assert check_every(3_600, clock, watchdog, times=int(checks) - 1) == []
    assert check_every(3_600, clock, watchdog, times=1) == ["a"]


def test_without_a_timeout_nobody_expires(clock):
    watchdog = Watchdog(math.inf, clock=clock)
    watchdog.heard_from("a")
    assert check_every(5, clock, watchdog, times=1_000) == []


@pytest.mark.parametrize(("seconds", "minutes"), [(3, "0.05"), (72, "1.2"), (600, "10")])
def test_the_reason_names_the_timeout(seconds, minutes):
    assert Watchdog(seconds).reason == f"its worker gave no sign for {minutes} minutes"
