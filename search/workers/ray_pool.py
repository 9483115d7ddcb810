"""Workers on a Ray cluster."""

import contextlib
import math
import multiprocessing
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from search.errors import SearchError
from search.training.datasets import Dataset
from search.training.datasets.sharing import save
from search.workers import scratch
from search.workers.cluster import Capacity, Cluster
from search.workers.local_pool import signals_ignored
from search.workers.messages import Event, Job
from search.workers.ray_process import PoolStatus, Refused, no_cluster, report_capacity, serve

SECONDS_TO_ANSWER = 60.0
"""How long a cluster that can be reached may take to answer."""

SECONDS_TO_END = 1.0
"""How long Ray may take to send the workers home; a cluster whose search has been killed does it by itself."""


def find_capacity(cluster: Cluster) -> Capacity:
    """What the cluster holds now.

    Raises:
        SearchError: If there is no cluster, or no room for a worker in it.
    """
    _require_ray()
    with _Process(report_capacity, cluster, os.devnull) as process:
        answer = process.receive(SECONDS_TO_ANSWER)
    if answer is None:
        raise SearchError(no_cluster(cluster.address, f"no answer for {SECONDS_TO_ANSWER:.0f} seconds"))
    if isinstance(answer, Refused):
        raise SearchError(answer.reason)
    if not answer.workers and cluster.workers is None:
        raise SearchError(f"this is {answer.words()}. Give less with --worker-cpus and --worker-gpus, or add nodes.")
    return answer


class RayPool:
    """Workers on the nodes of a cluster, as many as there is room for at the time.

    Use it as a context manager: leaving it ends the workers at once. Ray itself is spoken with in another process.

    Args:
        dataset: Put into Ray's object store, from which each node takes it once.
        cluster: Where, and by how many workers.
        weights: Where weights are kept from job to job, on this machine: they come with a job's end and go with the
            next job of the network, to whatever node. Of a node that is gone only the epochs since the last rung are.
        patience: Seconds without a sign after which a worker hangs, and is ended.
    Raises:
        SearchError: On entering, if there is no room for the images; later, if the cluster is lost.
    """

    def __init__(self, dataset: Dataset, cluster: Cluster, *, weights: Path, worker_timeout: float = math.inf) -> None:
        self._dataset, self._cluster, self._weights, self._worker_timeout = dataset, cluster, weights, worker_timeout
        self._pool_status = PoolStatus(idle=0, taken=0)
        self._given = 0

    def __enter__(self) -> "RayPool":
        self._folder = scratch.own_folder()
        try:
            with scratch.one_sentence():
                save(self._dataset, self._folder)
            self._process = _Process(serve, self._cluster, self._folder, self._weights, self._worker_timeout)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        return self

    def __exit__(self, *exception) -> None:
        self._process.end()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def free(self) -> int:
        """How many more jobs can be started now."""
        return self._pool_status.idle - (self._given - self._pool_status.taken)

    def start(self, job: Job) -> None:
        """Hand a job to a free worker; only where `free` is positive."""
        self._process.send(job)
        self._given += 1

    def events(self, *, timeout: float) -> Iterator[Event]:
        """What has happened, waiting up to `timeout` seconds for the first thing."""
        while (message := self._process.receive(timeout)) is not None:
            timeout = 0.0
            if isinstance(message, Refused):
                raise SearchError(f"{message.reason} What was finished is kept; the same command continues.")
            if isinstance(message, PoolStatus):
                self._pool_status = message
            else:
                yield message


class _Process:
    """A process that does something with Ray, and the pipe to it. As a context manager it is ended in the end.

    Args:
        target: What it does: called with its end of the pipe, and the arguments.
    """

    def __init__(self, target, cluster: Cluster, *arguments) -> None:
        self._address = cluster.address
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=target, args=(theirs, cluster, *arguments), daemon=True)
        with signals_ignored():
            self._process.start()
        theirs.close()

    def __enter__(self) -> "_Process":
        return self

    def __exit__(self, *exception) -> None:
        self.end()

    def send(self, job: Job) -> None:
        with contextlib.suppress(OSError):  # Of an end one hears when listening.
            self._connection.send(job)

    def receive(self, timeout: float):
        """The next message; None if there is none in time.

        Raises:
            SearchError: If the process has ended: it does when Ray no longer finds the cluster.
        """
        try:
            return self._connection.recv() if self._connection.poll(timeout) else None
        except (EOFError, OSError):
            where = "" if self._address == "auto" else f" at {self._address}"
            raise SearchError(
                f"the Ray cluster{where} is gone or can no longer be reached. Start it again (ray start --head); "
                "what was finished is kept, and the same command continues."
            ) from None

    def end(self) -> None:
        self._connection.close()
        self._process.join(SECONDS_TO_END)
        self._process.kill()
        self._process.join()


def _require_ray() -> None:
    from importlib.util import find_spec

    if find_spec("ray") is None:
        raise SearchError("--cluster needs Ray. Install the extra: pip install '.[cluster]'.")
