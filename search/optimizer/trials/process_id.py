"""Which process runs a trial, and whether it still does."""

import os
import socket

NOBODY = f"{socket.gethostname()}:0:"
"""A process that is gone."""


def this_process() -> str:
    """Host, process number and start time. Numbers are used again; the start time tells two processes apart."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def _started(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def is_dead(process: str) -> bool:
    """Whether a process of this machine is gone; of another machine nothing is known here."""
    if process == NOBODY:  # 0 would mean every process of this group.
        return True
    host, pid, started = process.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return _started(int(pid)) != started
