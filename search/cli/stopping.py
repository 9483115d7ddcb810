"""Signals to end as a request that a command looks at, so that nothing is cut in the middle."""

import signal


class StopRequest:
    """Remembers the first signal to stop; the second interrupts at once. A context manager.

    Attributes:
        signal: The signal's number; None while nobody has asked.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self._before: dict[int, object] = {}

    def __enter__(self) -> "StopRequest":
        for number in signals_to_stop():
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


def signals_to_stop() -> list[int]:
    """Ctrl-C, SIGTERM, and a terminal that is closed, unless `nohup` has it otherwise."""
    hangup = [] if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [signal.SIGHUP]
    return [signal.SIGINT, signal.SIGTERM, *hangup]
