"""Where a search trains: on this machine, or on a Ray cluster."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from search.errors import UsageError
from search.workers.cluster import Cluster
from search.workers.local_pool import LocalPool
from search.workers.machine import plan

ONE_CPU = 1.0


@dataclass(frozen=True)
class Workplace:
    """A place with workers.

    Attributes:
        words: What it is, for a person.
        is_this_cpu: Whether networks are trained on the processor of this machine.
        pool: Makes a pool of its workers, a context manager: called with the data set, `weights` and `patience`.
    """

    words: str
    is_this_cpu: bool
    pool: Callable[..., Any]


def workplace(options) -> Workplace:
    """The one that `search.run` was asked for.

    Raises:
        SearchError: If it is a cluster that there isn't.
    """
    if options.cluster is not None:
        return _on_a_cluster(options)
    if options.worker_cpus is not None or options.worker_gpus is not None:
        raise UsageError("--worker-cpus and --worker-gpus are for workers on a Ray cluster. Give --cluster auto, too")
    here = plan(options.workers)
    return Workplace(here.words(), not here.gpus, lambda dataset, **kept: LocalPool(dataset, here, **kept))


def _on_a_cluster(options) -> Workplace:
    from search.workers.ray_pool import RayPool, find_capacity

    cluster = Cluster(options.cluster, options.workers, options.worker_cpus or ONE_CPU, options.worker_gpus)
    room = find_capacity(cluster)
    most = f"up to {options.workers} workers on " if options.workers else ""
    return Workplace(most + room.words(), False, lambda dataset, **kept: RayPool(dataset, cluster, **kept))
