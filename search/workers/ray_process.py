"""The process that talks to Ray for a search.

Ray writes to the terminal, installs signal handlers, and ends the process when the cluster is lost. All of that stays
in this process. The search hears of it through a pipe.
"""

import contextlib
import logging
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from search.training.datasets import Dataset
from search.training.datasets.sharing import ARRAYS, open_saved
from search.workers.actor_pool import ActorPool, NoWorkersError
from search.workers.child_process import set_up_child
from search.workers.cluster import Cluster, capacity

SECONDS_PER_WAIT = 0.05
"""How long a job may stay in the pipe while nothing happens on the cluster."""

SECONDS_TO_REACH = 5.0
"""How long a cluster's head may take to accept a connection."""

SAME_PROGRAM = "Install this program and the same versions of Python and Ray on every node"


@dataclass(frozen=True)
class PoolStatus:
    """How many workers there are.

    Attributes:
        idle: Workers that wait for a job.
        received: Jobs received from the pipe so far. For a job that is still in the pipe, one idle worker is reserved.
    """

    idle: int
    received: int


@dataclass(frozen=True)
class PoolFailed:
    """The pool can't go on.

    Attributes:
        reason: Why, and what to do, for a person.
    """

    reason: str


class ClusterNotFoundError(Exception):
    """There is no cluster. The message is for a person."""


def report_capacity(connection, cluster: Cluster, log: str) -> None:
    """Send the cluster's `Capacity`, or a `PoolFailed`."""
    set_up_child(Path(log))
    with _errors_reported(connection):
        connect(cluster.address)
        connection.send(capacity(cluster, _ray().nodes()))


def serve(connection, cluster: Cluster, images: Path, weights: Path, worker_timeout: float) -> None:
    """Pass jobs to the cluster's workers until the other end of the pipe is closed.

    Args:
        connection: A `multiprocessing` connection that receives `Job`s and sends `Event`s, each new `PoolStatus`, or a
            `PoolFailed`.
        cluster: The cluster, and how many workers on it.
        images: Folder into which `datasets.sharing.save` has written the images.
        weights: Folder in which weights are kept between jobs.
        worker_timeout: Seconds of silence after which a worker counts as hung.
    """
    set_up_child(images / "ray.log")
    with _errors_reported(connection):
        connect(cluster.address)
        _do_jobs(connection, ActorPool(_in_memory(images), cluster, weights=weights, worker_timeout=worker_timeout))


def _do_jobs(connection, pool: ActorPool) -> None:
    received, reported = 0, None
    while True:
        while connection.poll():
            pool.start(connection.recv())
            received += 1
        for event in pool.events(timeout=SECONDS_PER_WAIT):
            connection.send(event)
        status = PoolStatus(pool.idle, received)
        if status != reported:
            connection.send(status)
            reported = status


@contextlib.contextmanager
def _errors_reported(connection) -> Iterator[None]:
    """Report to the search whatever goes wrong inside. The search ends the process by closing the pipe."""
    try:
        yield
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # The search has ended.
    except NoWorkersError as error:
        connection.send(PoolFailed(f"the cluster's workers can't start ({error}). {SAME_PROGRAM}."))
    except ClusterNotFoundError as error:
        connection.send(PoolFailed(str(error)))
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        connection.send(PoolFailed(f"the Ray cluster could not be used ({reason}). Check that it runs: ray status."))
    finally:
        with contextlib.suppress(Exception):
            _ray().shutdown()


def connect(address: str) -> None:
    """Connect to a cluster that runs.

    Raises:
        ClusterNotFoundError: If there is none.
    """
    try:
        if address != "auto":  # Ray itself would try for 80 seconds.
            host, _, port = address.rpartition(":")
            socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS_TO_REACH).close()
        _ray().init(address=address, log_to_driver=False, logging_level=logging.CRITICAL)
    except Exception as error:
        raise ClusterNotFoundError(no_cluster(address, " ".join(str(error).split())[:200])) from None


def no_cluster(address: str, reason: str) -> str:
    """What to tell a person when there is no cluster, or this machine is not one of its nodes."""
    where = "no Ray cluster was found" if address == "auto" else f"there is no Ray cluster at {address}"
    return (
        f"{where} ({reason}). Start one with ray start --head. Join it on every other machine, and on this one, with "
        "ray start --address=HOST:6379; add --num-cpus=0 on a machine that should not train."
    )


def _ray():
    """The module `ray`. Its usage reports are turned off before it is imported."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray

    return ray


def _in_memory(images: Path) -> Dataset:
    """The saved data set as plain arrays, which Ray copies into its store."""
    dataset = open_saved(images)
    return replace(dataset, **{name: np.asarray(getattr(dataset, name)) for name in ARRAYS})
