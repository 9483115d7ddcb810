"""Which workers a search wants on a Ray cluster, and how many of them fit."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ROUNDING = 1e-9  # Four quarters of a GPU are one GPU.


@dataclass(frozen=True)
class Cluster:
    """What a person has asked for.

    Attributes:
        address: `HOST:PORT` of the cluster's head, or "auto" for the cluster to which this machine belongs.
        workers: How many workers at the most; None is as many as fit.
        cpus: Processors of each worker.
        gpus: GPUs of each worker, or a share of one; None is one GPU if the cluster has any.
    """

    address: str = "auto"
    workers: int | None = None
    cpus: float = 1
    gpus: float | None = None

    @property
    def threads(self) -> int:
        """Threads of each worker."""
        return max(1, int(self.cpus))


@dataclass(frozen=True)
class Capacity:
    """How many workers a cluster can hold.

    Attributes:
        nodes: Number of machines.
        workers: How many workers fit if nobody else uses the cluster.
        cpus: Processors of each worker.
        gpus: GPUs of each worker.
    """

    nodes: int
    workers: int
    cpus: float
    gpus: float

    def words(self) -> str:
        """The capacity in a few words."""
        each = f"{self.cpus:g} CPU" + "s" * (self.cpus > 1) + (f" and {self.gpus:g} GPU" if self.gpus else "")
        nodes = "1 node" if self.nodes == 1 else f"{self.nodes} nodes"
        workers = "1 worker" if self.workers == 1 else f"{self.workers} workers"
        return f"a Ray cluster of {nodes}, which now has room for {workers} of {each}"


def capacity(cluster: Cluster, nodes: Sequence[Mapping[str, Any]]) -> Capacity:
    """How many workers fit into a cluster. Each worker must fit into one node.

    Args:
        cluster: What each worker needs.
        nodes: As `ray.nodes()` lists them.
    """
    alive = [node["Resources"] for node in nodes if node["Alive"]]
    any_gpu = any(resources.get("GPU", 0) for resources in alive)
    gpus = float(any_gpu) if cluster.gpus is None else cluster.gpus
    needs = {"CPU": cluster.cpus, "GPU": gpus}
    return Capacity(len(alive), sum(_workers_on_node(resources, needs) for resources in alive), cluster.cpus, gpus)


def _workers_on_node(resources: Mapping[str, float], needs: Mapping[str, float]) -> int:
    return min(math.floor(resources.get(name, 0) / need + ROUNDING) for name, need in needs.items() if need)
