"""Where networks are trained: on this machine, or on a Ray cluster."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from search.cli.search_config import SearchConfig
from search.workers.cluster import Cluster
from search.workers.local_pool import LocalPool
from search.workers.machine import plan

CPUS_OF_A_WORKER = 1.0
"""Processors of a worker on the cluster, by default."""


@dataclass(frozen=True)
class Backend:
    """Workers that can be started.

    Attributes:
        words: Their description, for a person.
        is_this_cpu: Whether networks are trained on the processor of this machine.
        pool: Starts the workers and returns a context manager. It takes the data set and, by name, `weights` and
            `worker_timeout`.
    """

    words: str
    is_this_cpu: bool
    pool: Callable[..., Any]


def backend_of(config: SearchConfig) -> Backend:
    """The backend that a search asks for.

    Raises:
        SearchError: If it asks for a cluster that can't be reached.
    """
    return _this_machine(config) if config.cluster is None else _ray_cluster(config, config.cluster)


def _this_machine(config: SearchConfig) -> Backend:
    machine = plan(config.workers)
    return Backend(
        words=machine.words(),
        is_this_cpu=not machine.gpus,
        pool=lambda dataset, **options: LocalPool(dataset, machine, **options),
    )


def _ray_cluster(config: SearchConfig, address: str) -> Backend:
    from search.workers.ray_pool import RayPool, find_capacity

    cluster = Cluster(address, config.workers, config.worker_cpus or CPUS_OF_A_WORKER, config.worker_gpus)
    capacity = find_capacity(cluster)
    limit = f"up to {config.workers} workers on " if config.workers else ""
    return Backend(
        words=limit + capacity.words(),
        is_this_cpu=False,
        pool=lambda dataset, **options: RayPool(dataset, cluster, **options),
    )
