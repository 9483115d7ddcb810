"""A process of this machine with a pipe to it: how a search starts it, talks to it and ends it."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


class ChildEndedError(Exception):
    """The process has closed its end of the pipe: no message will come any more."""


class ChildProcess:
    """A spawned process and the pipe to it.

    The process ignores SIGINT, SIGTERM and SIGHUP. A terminal sends them to all processes at once, and only the search
    answers them.

    Args:
        target: What the process runs. It is called with its end of the pipe, then with `arguments`.
        *arguments: Picklable.
    """

    def __init__(self, target: Callable[..., None], *arguments: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, child_end = context.Pipe()
        self._process = context.Process(target=target, args=(child_end, *arguments), daemon=True)
        with _stop_signals_ignored():
            self._process.start()
        child_end.close()

    @property
    def pid(self) -> int | None:
        """Process id."""
        return self._process.pid

    @property
    def waitables(self) -> tuple:
        """For `multiprocessing.connection.wait`: one is ready once a message has come or the process has ended."""
        return (self._connection, self._process.sentinel)

    def send(self, message: Any) -> None:
        """Send a message. Where the process has ended, nothing happens here: `receive` reports it."""
        with contextlib.suppress(OSError):
            self._connection.send(message)

    def receive(self, *, timeout: float = 0.0) -> Any:
        """The next message, or None if none comes within `timeout` seconds.

        Raises:
            ChildEndedError: If the process has closed its end of the pipe, as it does when it ends.
        """
        try:
            return self._connection.recv() if self._connection.poll(timeout) else None
        except (EOFError, OSError):
            raise ChildEndedError from None

    def exit_status(self, *, timeout: float) -> int | None:
        """Exit status, or minus the number of the signal that killed it; None if it runs on after `timeout` seconds."""
        self._process.join(timeout)
        return self._process.exitcode

    def end(self, *, timeout: float = 0.0) -> None:
        """Close the pipe, by which a process may end itself; kill it if it still runs after `timeout` seconds."""
        self._connection.close()
        self._process.join(timeout)
        self._process.kill()
        self._process.join()


def set_up_child(log: Path) -> None:
    """What a process that was started by `ChildProcess` calls first.

    From then on it ends when the search does. Otherwise it could still train beside the next search. All that it and
    its own processes print goes into a file, so that a crash is not printed in the middle of a search.

    Args:
        log: The file.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with open(log, "wb") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)


def _end_with_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)


@contextlib.contextmanager
def _stop_signals_ignored() -> Iterator[None]:
    """A process that is started inside ignores requests to stop."""
    handlers = {
        number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
