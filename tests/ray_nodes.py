"""A Ray cluster of several nodes on this machine, each with processes of its own, to be killed."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
TRIES = 4
MEMORY = 100_000_000  # bytes of each node's object store


@contextlib.contextmanager
def cluster(*, nodes: int) -> Iterator["Nodes"]:
    """A head that trains nothing, and nodes with one processor each; skips the test where there is no Ray."""
    pytest.importorskip("ray", reason="the extra cluster is not installed")
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder, _environment(folder):
        found = Nodes(_patiently(_head))
        try:
            for _ in range(nodes):
                found.add()
            yield found
        finally:
            found.end()


def _head():
    from ray.cluster_utils import Cluster

    options = {"num_cpus": 0, "include_dashboard": False, "object_store_memory": MEMORY}
    return Cluster(initialize_head=True, head_node_args=options)


def _patiently(start: Callable[[], Any]) -> Any:
    """Ray gives a node half a minute to begin, which is not enough on a machine that does much else."""
    for _ in range(TRIES - 1):
        with contextlib.suppress(Exception):
            return start()
    return start()


@contextlib.contextmanager
def _environment(folder: str) -> Iterator[None]:
    """Of the nodes, and of what is started beside them: files in a folder, patience, and no word to anybody."""
    values = {
        "PYTHONPATH": str(ROOT),
        "RAY_TMPDIR": folder,
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_worker_niceness": "0",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setenv(name, value)
        yield


class Nodes:
    """The nodes.

    Attributes:
        address: Of the head.
    """

    def __init__(self, started) -> None:
        self._cluster, self._nodes = started, []
        self.address = started.address

    def add(self) -> None:
        """One more."""
        options = {"num_cpus": 1, "num_gpus": 0, "object_store_memory": MEMORY}
        self._nodes.append(_patiently(lambda: self._cluster.add_node(**options)))

    def kill(self) -> None:
        """SIGKILL to all of the oldest's."""
        self._cluster.remove_node(self._nodes.pop(0), allow_graceful=False)

    def end(self) -> None:
        """All of it."""
        self._cluster.shutdown()

    def kill_head(self) -> None:
        """The whole cluster is gone with it."""
        self._cluster.head_node.kill_all_processes(check_alive=False, allow_graceful=False)
