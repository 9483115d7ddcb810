"""Ctrl-C and SIGTERM as a request that a command looks at, so that nothing is cut in the middle."""

import signal
from collections.abc import Sequence


class StopRequest:
    """Remembers the first signal to stop; the second Ctrl-C interrupts at once. A context manager.

    Args:
        signals: Which are requests.
    Attributes:
        signal: The signal's number; None while nobody has asked.
    """

    def __init__(self, signals: Sequence[int] = (signal.SIGINT, signal.SIGTERM)) -> None:
        self.signal: int | None = None
        self._signals = signals
        self._before: dict[int, object] = {}

    def __enter__(self) -> "StopRequest":
        for number in self._signals:
            self._before[number] = signal.signal(number, self._remember)
        return self

    def __exit__(self, *exception) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def __bool__(self) -> bool:
        return self.signal is not None

    @property
    def exit_status(self) -> int:
        """128 plus the signal, as shells have it; 0 while nobody has asked."""
        return 0 if self.signal is None else 128 + self.signal

    def _remember(self, number: int, frame) -> None:
        if self.signal is not None:
            raise KeyboardInterrupt
        self.signal = number
