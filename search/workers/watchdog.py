"""The rule by which a silent worker is given up."""

import time
from collections.abc import Callable, Hashable

SECONDS_PER_CHECK = 5.0
"""The most silence that one check counts: while a machine sleeps, or a search is stopped, no worker is heard."""


class Watchdog:
    """Counts for how long each worker has been silent while somebody listened.

    Args:
        timeout: Seconds of silence after which a worker has expired.
        clock: Seconds, from any origin.
    """

    def __init__(self, timeout: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._timeout, self._clock = timeout, clock
        self._silence: dict[Hashable, float] = {}  # seconds, by worker
        self._checked = clock()

    @property
    def reason(self) -> str:
        """Why a worker that has expired was given up, for a person."""
        return f"its worker gave no sign for {self._timeout / 60:.3g} minutes"

    def heard_from(self, worker: Hashable) -> None:
        """Begin to watch a worker, or note that it has sent something: its silence starts again from zero."""
        self._silence[worker] = 0.0

    def forget(self, worker: Hashable) -> None:
        """Watch a worker no longer."""
        self._silence.pop(worker, None)

    def expired(self) -> list:
        """Workers that have been silent for longer than the timeout. Each call counts the time since the last one."""
        now = self._clock()
        elapsed, self._checked = min(now - self._checked, SECONDS_PER_CHECK), now
        for worker in self._silence:
            self._silence[worker] += elapsed
        return [worker for worker, seconds in self._silence.items() if seconds > self._timeout]
