"""The process that speaks with Ray for a search.

Ray writes to the terminal, installs handlers of signals, and ends the process when the cluster is lost: all of that
stays in here. The search hears of it through a pipe.
"""

import contextlib
import logging
import os
import socket
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from search.training.datasets import Dataset
from search.training.datasets.sharing import ARRAYS, open_saved
from search.workers.actor_pool import ActorPool, NoWorkersError
from search.workers.cluster import Cluster, room
from search.workers.worker import end_with_the_search, speak_into

SECONDS_OF_A_WAIT = 0.05
"""How long a job may lie in the pipe while nothing happens on the cluster."""

SECONDS_TO_REACH = 5.0
"""How long a cluster's head may take to accept a connection."""


@dataclass(frozen=True)
class PoolStatus:
    """How many workers there are.

    Attributes:
        idle: That wait for a job.
        taken: Jobs that were taken from the pipe so far: what is still in it is not idle's.
    """

    idle: int
    taken: int


@dataclass(frozen=True)
class Refused:
    """It can't go on.

    Attributes:
        reason: Why and what to do, for a person.
    """

    reason: str


def report_capacity(connection, cluster: Cluster, log: str) -> None:
    """Send the cluster's `Room`, or a `Refused`."""
    with _importances(connection, log) as ray:
        connect(cluster.address)
        connection.send(room(cluster, ray().nodes()))


def serve(connection, cluster: Cluster, images: Path, weights: Path, worker_timeout: float) -> None:
    """Have jobs done until the other end of the pipe closes.

    Args:
        connection: A `multiprocessing` connection that receives `Job`s and sends `Event`s, `Standing`s or a `Refused`.
        cluster: Where, and by how many workers.
        images: Where `datasets.sharing.save` put the images.
        weights: Where weights are kept between jobs.
        patience: Seconds without a sign after which a worker hangs.
    """
    with _importances(connection, images / "ray.log"):
        connect(cluster.address)
        _work(connection, ActorPool(_in_memory(images), cluster, weights=weights, worker_timeout=worker_timeout))


def _work(connection, crew: ActorPool) -> None:
    taken, told = 0, None
    while True:
        while connection.poll():
            crew.start(connection.recv())
            taken += 1
        for event in crew.events(timeout=SECONDS_OF_A_WAIT):
            connection.send(event)
        if told != (told := PoolStatus(crew.idle, taken)):
            connection.send(told)


@contextlib.contextmanager
def _importances(connection, log: str | Path):
    """Whatever goes wrong inside is told to the search, which ends it by closing the pipe."""
    threading.Thread(target=end_with_the_search, daemon=True).start()
    speak_into(Path(log))
    try:
        yield _ray
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # The search has ended.
    except NoWorkersError as error:
        connection.send(Refused(f"the cluster's workers can't start ({error}). {SAME_PROGRAM}."))
    except CannotConnect as error:
        connection.send(Refused(str(error)))
    except Exception as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        connection.send(Refused(f"the Ray cluster could not be used ({said}). See that it runs: ray status."))
    finally:
        with contextlib.suppress(Exception):
            _ray().shutdown()


SAME_PROGRAM = "Install this program and the same versions of Python and Ray on every node"


class CannotConnect(Exception):
    """There is no cluster; the message is for a person."""


def connect(address: str) -> None:
    """Connect to a cluster that runs.

    Raises:
        CannotConnect: If there is none.
    """
    try:
        if address != "auto":  # Ray would try for 80 seconds.
            host, _, port = address.rpartition(":")
            socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS_TO_REACH).close()
        _ray().init(address=address, log_to_driver=False, logging_level=logging.CRITICAL)
    except Exception as error:
        raise CannotConnect(no_cluster(address, " ".join(str(error).split())[:200])) from None


def no_cluster(address: str, said: str) -> str:
    """The sentence for a cluster that there isn't, or that this machine is no node of."""
    where = "no Ray cluster was found" if address == "auto" else f"there is no Ray cluster at {address}"
    return (
        f"{where} ({said}). Start one with ray start --head, or join one with ray start --address=HOST:6379, "
        "also on this machine, with --num-cpus=0 if it is to train nothing."
    )


def _ray():
    """Ray, told to report to nobody before it is imported."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray

    return ray


def _in_memory(images: Path) -> Dataset:
    """The saved data set as plain arrays, which Ray copies into its store."""
    dataset = open_saved(images)
    return replace(dataset, **{name: np.asarray(getattr(dataset, name)) for name in ARRAYS})
