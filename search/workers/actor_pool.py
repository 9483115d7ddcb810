"""The workers that a search has on a Ray cluster: Ray places them, and starts them anew when their node is gone."""

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.training.datasets import Dataset
from search.workers.cluster import Capacity, Cluster, room
from search.workers.messages import EpochDone, Event, Job, JobFailed, WorkerDied
from search.workers.ray_worker import RayWorker

SECONDS_OF_A_LOOK = 5.0
"""The most that counts as one look's silence: a machine that slept heard nothing."""

SECONDS_BETWEEN_COUNTS = 2.0
"""How often the cluster's nodes are counted."""

SECONDS_TO_LEARN = 60.0
"""How long it may take to learn whether a node is gone with its worker, or the worker alone."""


class NoWorkersError(Exception):
    """Workers can't start; the message says why."""


@dataclass
class _Task:
    """A job and who does it.

    Attributes:
        silence: Seconds since it was last heard of; of a lost one, since it was lost.
    """

    job: Job
    actor: Any
    node: str
    silence: float = 0.0


class ActorPool:
    """Actors of Ray's, each of which does one job at a time. Ray must be connected.

    Args:
        dataset: Put into Ray's object store once; a node fetches it once, and its workers share that memory.
        cluster: How many workers, and what each needs.
        weights: Folder of this machine, in which weights are kept between jobs: any node may do the next.
        patience: Seconds without a sign after which a worker hangs, and is ended.
    """

    def __init__(self, dataset: Dataset, cluster: Cluster, *, weights: Path, worker_timeout: float) -> None:
        import ray

        self._ray, self._cluster, self._weights, self._worker_timeout = ray, cluster, weights, worker_timeout
        self._dataset = ray.put(dataset)
        self._capacity: Capacity | None = None
        self._starting: dict[Any, Any] = {}  # who is waited for: the answer of its `node`, and the actor
        self._idle: list[tuple[Any, str]] = []  # actor and node
        self._tasks: dict[Any, _Task] = {}  # by the generator that yields its events
        self._lost: list[_Task] = []  # whose worker or node is gone
        self._looked, self._counted = time.monotonic(), -float("inf")

    @property
    def size(self) -> int:
        """Workers that are there, idle or not."""
        return len(self._idle) + len(self._tasks)

    @property
    def idle(self) -> int:
        """Workers that wait for a job."""
        return len(self._idle)

    def start(self, job: Job) -> None:
        """Hand a job to an idle worker."""
        actor, node = self._idle.pop()
        events = actor.do.options(num_returns="streaming").remote(job, self._kept(job))
        self._tasks[events] = _Task(job, actor, node)

    def events(self, *, timeout: float) -> Iterator[Event]:
        """What has happened, waiting up to `timeout` seconds for the first thing.

        Raises:
            NoWorkers: If a worker can't start.
        """
        self._recruit()
        waiting = [*self._starting, *self._tasks]
        if not waiting:
            time.sleep(timeout)
            return
        if self._ray.wait(waiting, num_returns=1, timeout=timeout)[0]:
            ready, _ = self._ray.wait(waiting, num_returns=len(waiting), timeout=0)
            for one in ready:
                if one in self._tasks:
                    yield from self._hear(one)
                else:
                    self._welcome(one)
        yield from self._silent()

    def _hear(self, events) -> Iterator[Event]:
        task = self._tasks[events]
        task.silence = 0.0
        try:
            event, weights = self._ray.get(next(events))
        except self._ray.exceptions.RayTaskError as error:
            yield self._ended(events, JobFailed(task.job.trial, _first_line(error.cause)))
        except (self._ray.exceptions.RayError, StopIteration):
            del self._tasks[events]
            self._lost.append(task)
            self._await(task.actor)
        else:
            if isinstance(event, EpochDone):
                yield event
            else:
                self._keep(task.job, weights)
                yield self._ended(events, event)

    def _ended(self, events, event: Event) -> Event:
        task = self._tasks.pop(events)
        self._idle.append((task.actor, task.node))
        return event

    def _recruit(self) -> None:
        """Keep as many actors as are wanted: those without a place wait for one, and an autoscaler sees that."""
        if time.monotonic() - self._counted < SECONDS_BETWEEN_COUNTS:
            return
        self._counted = time.monotonic()
        self._capacity = room(self._cluster, self._ray.nodes())
        missing = (self._cluster.workers or self._capacity.workers) - self.size - len(self._starting)
        for _ in range(missing):
            self._await(self._new_actor())
        for answer in list(self._starting)[: max(0, -missing)]:
            self._ray.kill(self._starting.pop(answer))

    def _new_actor(self):
        needs = {"num_cpus": self._cluster.cpus, "num_gpus": self._capacity.gpus}
        actor = self._ray.remote(RayWorker).options(**needs, max_restarts=-1, max_task_retries=0)
        return actor.remote(self._dataset, self._cluster.threads)

    def _await(self, actor) -> None:
        self._starting[actor.node.options(max_task_retries=-1).remote()] = actor

    def _welcome(self, answer) -> None:
        actor = self._starting.pop(answer)
        try:
            self._idle.append((actor, self._ray.get(answer)))
        except self._ray.exceptions.ActorUnavailableError:
            self._await(actor)
        except self._ray.exceptions.RayError as error:
            raise NoWorkersError(_first_line(getattr(error, "cause", None) or error)) from None

    def _silent(self) -> Iterator[Event]:
        now = time.monotonic()
        elapsed, self._looked = min(now - self._looked, SECONDS_OF_A_LOOK), now
        for events, task in list(self._tasks.items()):
            task.silence += elapsed
            if task.silence > self._worker_timeout:
                del self._tasks[events]
                self._ray.kill(task.actor, no_restart=False)
                self._await(task.actor)
                yield WorkerDied(task.job.trial, f"its worker gave no sign for {self._worker_timeout / 60:.3g} minutes")
        if self._lost:
            yield from self._reap_lost(elapsed)

    def _reap_lost(self, elapsed: float) -> Iterator[Event]:
        """A network may be the cause of its worker's death, but not of a node's."""
        alive = {node["NodeID"] for node in self._ray.nodes() if node["Alive"]}
        starting = list(self._starting.values())
        for task in list(self._lost):
            task.silence += elapsed
            node_is_gone, begun_anew = task.node not in alive, task.actor not in starting
            if node_is_gone or begun_anew or task.silence > SECONDS_TO_LEARN:
                self._lost.remove(task)
                reason = "its node is gone" if node_is_gone else "its worker has died"
                yield WorkerDied(task.job.trial, reason, blameless=node_is_gone)

    def _file(self, job: Job) -> Path:
        return self._weights / f"{job.architecture.key}.npz"

    def _kept(self, job: Job) -> bytes | None:
        with contextlib.suppress(OSError):
            return self._file(job).read_bytes()
        return None

    def _keep(self, job: Job, weights: bytes | None) -> None:
        """Where there is no room to keep them, the network is trained again."""
        file = self._file(job)
        with contextlib.suppress(OSError):
            if weights is None:
                file.unlink(missing_ok=True)
            else:
                partial = file.with_suffix(".partial")
                partial.write_bytes(weights)
                os.replace(partial, file)


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[-1] if lines else ''}"[:500].rstrip(": ")
