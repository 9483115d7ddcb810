"""Signals to stop, kept as a request: a command stops at the next point where nothing is cut in the middle."""

import signal


class StopRequest:
    """Remembers the first signal to stop; the second raises KeyboardInterrupt. A context manager.

    It is true once somebody has asked to stop.

    Attributes:
        signal: Number of the first signal; None before it.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self._previous_handlers: dict[int, object] = {}

    def __enter__(self) -> "StopRequest":
        for number in signals_to_stop():
            self._previous_handlers[number] = signal.signal(number, self._remember)
        return self

    def __exit__(self, *exception) -> None:
        for number, handler in self._previous_handlers.items():
            signal.signal(number, handler)

    def __bool__(self) -> bool:
        return self.signal is not None

    @property
    def exit_status(self) -> int:
        """128 plus the number of the signal, as shells report it; 0 before a signal."""
        return 0 if self.signal is None else 128 + self.signal

    def _remember(self, number: int, frame) -> None:
        if self.signal is not None:
            raise KeyboardInterrupt
        self.signal = number


def signals_to_stop() -> list[int]:
    """Ctrl-C, SIGTERM, and SIGHUP of a closed terminal unless `nohup` ignores it."""
    hangup = [] if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [signal.SIGHUP]
    return [signal.SIGINT, signal.SIGTERM, *hangup]
