"""Which workers a search wants on a Ray cluster, and how many of them there is room for."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ROUNDING = 1e-9  # four quarters of a GPU are one


@dataclass(frozen=True)
class Cluster:
    """What a person has asked for.

    Attributes:
        address: `HOST:PORT` of the cluster's head, or "auto" for the cluster that this machine is a node of.
        workers: How many at the most; None is as many as there is room for.
        cpus: Processors of each.
        gpus: GPUs of each, or a share of one; None is one where the cluster has any.
    """

    address: str = "auto"
    workers: int | None = None
    cpus: float = 1
    gpus: float | None = None

    @property
    def threads(self) -> int:
        """Of each worker."""
        return max(1, int(self.cpus))


@dataclass(frozen=True)
class Capacity:
    """What a cluster holds.

    Attributes:
        nodes: Machines.
        workers: That fit in, if nobody else is there.
        cpus: Of each worker.
        gpus: Likewise.
    """

    nodes: int
    workers: int
    cpus: float
    gpus: float

    def words(self) -> str:
        """The room in a few words."""
        each = f"{self.cpus:g} CPU" + "s" * (self.cpus > 1) + (f" and {self.gpus:g} GPU" if self.gpus else "")
        nodes = "1 node" if self.nodes == 1 else f"{self.nodes} nodes"
        workers = "1 worker" if self.workers == 1 else f"{self.workers} workers"
        return f"a Ray cluster of {nodes}, which now has room for {workers} of {each}"


def room(cluster: Cluster, nodes: Sequence[Mapping[str, Any]]) -> Capacity:
    """How many workers fit into a cluster.

    Args:
        cluster: What they need.
        nodes: As `ray.nodes()` lists them.
    """
    alive = [node["Resources"] for node in nodes if node["Alive"]]
    any_gpu = any(resources.get("GPU", 0) for resources in alive)
    gpus = float(any_gpu) if cluster.gpus is None else cluster.gpus
    needs = {"CPU": cluster.cpus, "GPU": gpus}
    return Capacity(len(alive), sum(_fitting(resources, needs) for resources in alive), cluster.cpus, gpus)


def _fitting(resources: Mapping[str, float], needs: Mapping[str, float]) -> int:
    return min(math.floor(resources.get(name, 0) / need + ROUNDING) for name, need in needs.items() if need)
