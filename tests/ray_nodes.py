"""A Ray cluster of several nodes on this machine, each with processes of its own, to be killed."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MEMORY = 100_000_000  # bytes of each node's object store


@contextlib.contextmanager
def cluster(*, nodes: int) -> Iterator["Nodes"]:
    """A head that trains nothing, and nodes with one processor each; skips the test where there is no Ray."""
    pytest.importorskip("ray", reason="the extra cluster is not installed")
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder, _environment(folder):
        from ray.cluster_utils import Cluster

        head = {"num_cpus": 0, "include_dashboard": False, "object_store_memory": MEMORY}
        started = Cluster(initialize_head=True, head_node_args=head)
        try:
            found = Nodes(started)
            for _ in range(nodes):
                found.add()
            yield found
        finally:
            started.shutdown()


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
        self._nodes.append(self._cluster.add_node(num_cpus=1, num_gpus=0, object_store_memory=MEMORY))

    def kill(self) -> None:
        """SIGKILL to all of the oldest's."""
        self._cluster.remove_node(self._nodes.pop(0), allow_graceful=False)

    def kill_head(self) -> None:
        """The whole cluster is gone with it."""
        self._cluster.head_node.kill_all_processes(check_alive=False, allow_graceful=False)
