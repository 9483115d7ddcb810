"""Ctrl-C and SIGTERM as a request that the search looks at, so that nothing is cut in the middle of a write."""

import signal


class StopRequest:
    """Remembers the first signal to stop; the second Ctrl-C interrupts at once. A context manager.

    Attributes:
        signal: The signal's number; None while nobody has asked.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self._before: dict[int, object] = {}

    def __enter__(self) -> "StopRequest":
        for number in (signal.SIGINT, signal.SIGTERM):
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
