"""The processes of this machine and the ports that they listen at, read from Linux's /proc."""

import contextlib
import os
import socket
from pathlib import Path

import pytest

needs_proc = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's /proc")


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes():
    """Id and parent of every process, zombies left out."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(path.parent.name)] = int(parent)
    return parents


def descendants(process):
    """Ids of all processes that stem from one."""
    parents, family = processes(), {process}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return family - {process}


def command_lines(process=None):
    """What the processes that stem from one, by default this one, were called with."""
    for pid in descendants(process or os.getpid()):
        with contextlib.suppress(OSError):
            yield Path("/proc", str(pid), "cmdline").read_bytes().decode()


def listeners(port):
    """The local addresses that listen at a port, in the kernel's hexadecimal."""
    lines = [line.split() for name in ("tcp", "tcp6") for line in Path("/proc/net", name).read_text().splitlines()[1:]]
    return {line[1].split(":")[0] for line in lines if line[3] == "0A" and int(line[1].split(":")[1], 16) == port}
