"""A Ray cluster of several nodes on this machine. Each node has processes of its own and can be killed."""

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
    """A head that trains nothing, and nodes with one processor each. Skips the test if Ray is not installed."""
    pytest.importorskip("ray", reason="the extra cluster is not installed")
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder, _environment(folder):
        started = Nodes(_with_retries(_head))
        try:
            for _ in range(nodes):
                started.add()
            yield started
        finally:
            started.end()


def _head():
    from ray.cluster_utils import Cluster

    options = {"num_cpus": 0, "include_dashboard": False, "object_store_memory": MEMORY}
    return Cluster(initialize_head=True, head_node_args=options)


def _with_retries(start: Callable[[], Any]) -> Any:
    """Ray gives a node half a minute to start, which is too short on a busy machine."""
    for _ in range(TRIES - 1):
        with contextlib.suppress(Exception):
            return start()
    return start()


@contextlib.contextmanager
def _environment(folder: str) -> Iterator[None]:
    """Environment of the nodes and of the search: files go into a folder, and nothing is reported to Ray's makers."""
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
    """The nodes of a cluster.

    Attributes:
        address: Address of the head.
    """

    def __init__(self, ray_cluster) -> None:
        self._cluster, self._nodes = ray_cluster, []
        self.address = ray_cluster.address

    def add(self) -> None:
        """Start one more node."""
        options = {"num_cpus": 1, "num_gpus": 0, "object_store_memory": MEMORY}
        self._nodes.append(_with_retries(lambda: self._cluster.add_node(**options)))

    def kill(self) -> None:
        """Send SIGKILL to all processes of the oldest node."""
        self._cluster.remove_node(self._nodes.pop(0), allow_graceful=False)

    def end(self) -> None:
        """Shut the cluster down."""
        self._cluster.shutdown()

    def kill_head(self) -> None:
        """Kill the head, and the whole cluster with it."""
        self._cluster.head_node.kill_all_processes(check_alive=False, allow_graceful=False)
