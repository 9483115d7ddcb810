"""Workers on a Ray cluster, as the search sees them."""

import math
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from search.errors import SearchError
from search.interpreter import install_command
from search.training.datasets import Dataset
from search.training.datasets.sharing import save
from search.workers import scratch
from search.workers.child_process import ChildEndedError, ChildProcess
from search.workers.cluster import Capacity, Cluster
from search.workers.messages import Event, Job
from search.workers.ray_process import PoolFailed, PoolStatus, no_cluster, report_capacity, serve

SECONDS_TO_ANSWER = 60.0
"""How long a cluster that can be reached may take to answer."""

SECONDS_TO_END = 1.0
"""How long Ray may take to end the workers. A cluster ends them by itself when the search was killed."""


def find_capacity(cluster: Cluster) -> Capacity:
    """How many workers the cluster can hold now.

    Raises:
        SearchError: If there is no cluster, or not a single worker fits into it.
    """
    _require_ray()
    process = ChildProcess(report_capacity, cluster, os.devnull)
    try:
        answer = _receive(process, cluster, timeout=SECONDS_TO_ANSWER)
    finally:
        process.end(timeout=SECONDS_TO_END)
    if answer is None:
        raise SearchError(no_cluster(cluster.address, f"no answer for {SECONDS_TO_ANSWER:.0f} seconds"))
    if isinstance(answer, PoolFailed):
        raise SearchError(answer.reason)
    if not answer.workers and cluster.workers is None:
        raise SearchError(
            f"this is {answer.words()}. Ask for less with --worker-cpus and --worker-gpus, or add nodes to the cluster."
        )
    return answer


class RayPool:
    """Workers on the nodes of a cluster, as many as fit at the time. Another process of this machine talks to Ray.

    Use it as a context manager: leaving it ends the workers at once.

    Args:
        dataset: Put into Ray's object store, from which each node fetches it once.
        cluster: The cluster, and how many workers on it.
        weights: Folder of this machine in which weights are kept between jobs. They arrive with the end of a job and
            leave with the next job of the network, for any node. When a node dies, its epochs since the last rung are
            lost.
        worker_timeout: Seconds of silence after which a worker counts as hung and is ended.
    Raises:
        SearchError: On entering, if there is no room for the images; later, if the cluster is lost.
    """

    def __init__(self, dataset: Dataset, cluster: Cluster, *, weights: Path, worker_timeout: float = math.inf) -> None:
        self._dataset, self._cluster, self._weights, self._worker_timeout = dataset, cluster, weights, worker_timeout
        self._status = PoolStatus(idle=0, received=0)
        self._sent = 0  # jobs

    def __enter__(self) -> "RayPool":
        self._folder = scratch.own_folder()
        try:
            with scratch.disk_errors_explained():
                save(self._dataset, self._folder)
            self._process = ChildProcess(serve, self._cluster, self._folder, self._weights, self._worker_timeout)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        return self

    def __exit__(self, *exception) -> None:
        self._process.end(timeout=SECONDS_TO_END)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def free(self) -> int:
        """How many more jobs can be started now."""
        return self._status.idle - (self._sent - self._status.received)

    def start(self, job: Job) -> None:
        """Give a job to a free worker. Call it only while `free` is positive."""
        self._process.send(job)
        self._sent += 1

    def events(self, *, timeout: float) -> Iterator[Event]:
        """What has happened. Waits up to `timeout` seconds for the first event."""
        while (message := _receive(self._process, self._cluster, timeout=timeout)) is not None:
            timeout = 0.0
            if isinstance(message, PoolFailed):
                raise SearchError(f"{message.reason} Finished trainings are kept. The same command continues.")
            if isinstance(message, PoolStatus):
                self._status = message
            else:
                yield message


def _receive(process: ChildProcess, cluster: Cluster, *, timeout: float) -> Any:
    """The next message; None if none comes in time.

    Raises:
        SearchError: If the process has ended, as it does when Ray no longer finds the cluster.
    """
    try:
        return process.receive(timeout=timeout)
    except ChildEndedError:
        where = "" if cluster.address == "auto" else f" at {cluster.address}"
        raise SearchError(
            f"the Ray cluster{where} is gone or can no longer be reached. Start it again (ray start --head). "
            "Finished trainings are kept, and the same command continues."
        ) from None


def _require_ray() -> None:
    from importlib.util import find_spec

    if find_spec("ray") is None:
        raise SearchError(f"--cluster needs Ray. Install the extra: {install_command('cluster')}.")
