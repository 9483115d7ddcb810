"""A search's workers on a Ray cluster: Ray actors. Ray places them, and restarts them elsewhere when a node is lost."""

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.training.datasets import Dataset
from search.workers.cluster import Capacity, Cluster, capacity
from search.workers.messages import EpochDone, Event, Job, JobFailed, WorkerDied
from search.workers.ray_worker import RayWorker
from search.workers.watchdog import Watchdog
from spaces.error_text import LONGEST, reason

SECONDS_BETWEEN_COUNTS = 2.0
"""How often the cluster's nodes are counted."""

SECONDS_TO_FIND_CAUSE = 60.0
"""How long it may take to find out whether a whole node was lost, or the worker alone."""


class NoWorkersError(Exception):
    """Workers can't start; the message says why."""


@dataclass(frozen=True, eq=False)
class _Task:
    """A job, the actor that does it, and the id of the actor's node."""

    job: Job
    actor: Any
    node: str


class ActorPool:
    """Ray actors, each of which does one job at a time. Ray must be connected.

    Args:
        dataset: Put into Ray's object store once. Each node fetches it once, and the node's workers share that memory.
        cluster: How many workers, and what each needs.
        weights: Folder of this machine in which weights are kept between jobs: any node may do a network's next job.
        worker_timeout: Seconds of silence after which a worker counts as hung and is ended.
    """

    def __init__(self, dataset: Dataset, cluster: Cluster, *, weights: Path, worker_timeout: float) -> None:
        import ray

        self._ray, self._cluster, self._weights = ray, cluster, weights
        self._dataset = ray.put(dataset)
        self._capacity: Capacity | None = None
        self._last_count = -float("inf")
        self._starting: dict[Any, Any] = {}  # actors that start, by the reference to what their `node` will return
        self._idle: list[tuple[Any, str]] = []  # actor and node
        self._running: dict[Any, _Task] = {}  # by the generator that yields the task's events
        self._watchdog = Watchdog(worker_timeout)  # of the running tasks' generators
        self._lost: list[_Task] = []  # tasks whose worker or node is gone, until it is known which of the two
        self._lost_watchdog = Watchdog(SECONDS_TO_FIND_CAUSE)

    @property
    def size(self) -> int:
        """Workers that have started, idle or not."""
        return len(self._idle) + len(self._running)

    @property
    def idle(self) -> int:
        """Workers that wait for a job."""
        return len(self._idle)

    def start(self, job: Job) -> None:
        """Give a job to an idle worker."""
        actor, node = self._idle.pop()
        events = actor.do.options(num_returns="streaming").remote(job, self._load_weights(job))
        self._running[events] = _Task(job, actor, node)
        self._watchdog.heard_from(events)

    def events(self, *, timeout: float) -> Iterator[Event]:
        """What has happened. Waits up to `timeout` seconds for the first event.

        Raises:
            NoWorkersError: If a worker can't start.
        """
        self._match_capacity()
        references = [*self._starting, *self._running]
        if not references:
            time.sleep(timeout)
            return
        if self._ray.wait(references, num_returns=1, timeout=timeout)[0]:
            ready, _ = self._ray.wait(references, num_returns=len(references), timeout=0)
            for reference in ready:
                if reference in self._running:
                    yield from self._next_event(reference)
                else:
                    self._add_idle(reference)
        yield from self._end_hung()
        yield from self._reap_lost()

    def _next_event(self, events) -> Iterator[Event]:
        task = self._running[events]
        self._watchdog.heard_from(events)
        try:
            event, weights = self._ray.get(next(events))
        except self._ray.exceptions.RayTaskError as error:
            self._release(events)
            yield JobFailed(task.job.trial, reason(error.cause))
        except (self._ray.exceptions.RayError, StopIteration):
            self._remove(events)
            self._lost.append(task)
            self._lost_watchdog.heard_from(task)
            self._await_start(task.actor)
        else:
            if not isinstance(event, EpochDone):
                self._store_weights(task.job, weights)
                self._release(events)
            yield event

    def _release(self, events) -> None:
        """The worker is idle again."""
        task = self._remove(events)
        self._idle.append((task.actor, task.node))

    def _remove(self, events) -> _Task:
        self._watchdog.forget(events)
        return self._running.pop(events)

    def _match_capacity(self) -> None:
        """Start or end actors until there are as many as fit, or as were asked for.

        An autoscaler sees those that Ray can't place yet, and adds nodes.
        """
        if time.monotonic() - self._last_count < SECONDS_BETWEEN_COUNTS:
            return
        self._last_count = time.monotonic()
        self._capacity = capacity(self._cluster, self._ray.nodes())
        missing = (self._cluster.workers or self._capacity.workers) - self.size - len(self._starting)
        for _ in range(missing):
            self._await_start(self._new_actor())
        for reference in list(self._starting)[: max(0, -missing)]:
            self._ray.kill(self._starting.pop(reference))

    def _new_actor(self):
        needs = {"num_cpus": self._cluster.cpus, "num_gpus": self._capacity.gpus}
        actor = self._ray.remote(RayWorker).options(**needs, max_restarts=-1, max_task_retries=0)
        return actor.remote(self._dataset, self._cluster.threads)

    def _await_start(self, actor) -> None:
        self._starting[actor.node.options(max_task_retries=-1).remote()] = actor

    def _add_idle(self, reference) -> None:
        actor = self._starting.pop(reference)
        try:
            self._idle.append((actor, self._ray.get(reference)))
        except self._ray.exceptions.ActorUnavailableError:
            self._await_start(actor)
        except self._ray.exceptions.RayError as error:
            raise NoWorkersError(_last_line(getattr(error, "cause", None) or error)) from None

    def _end_hung(self) -> Iterator[Event]:
        for events in self._watchdog.expired():
            task = self._remove(events)
            self._ray.kill(task.actor, no_restart=False)
            self._await_start(task.actor)
            yield WorkerDied(task.job.trial, self._watchdog.reason)

    def _reap_lost(self) -> Iterator[Event]:
        """Report tasks whose worker is gone. The network may be the cause of a worker's death, but not of a node's."""
        undecided = self._lost_watchdog.expired()
        if not self._lost:
            return
        alive = {node["NodeID"] for node in self._ray.nodes() if node["Alive"]}
        starting = list(self._starting.values())
        for task in list(self._lost):
            node_is_gone, has_restarted = task.node not in alive, task.actor not in starting
            if node_is_gone or has_restarted or task in undecided:
                self._lost.remove(task)
                self._lost_watchdog.forget(task)
                reason = "its node is gone" if node_is_gone else "its worker has died"
                yield WorkerDied(task.job.trial, reason, blameless=node_is_gone)

    def _weight_file(self, job: Job) -> Path:
        return self._weights / f"{job.architecture.key}.npz"

    def _load_weights(self, job: Job) -> bytes | None:
        with contextlib.suppress(OSError):
            return self._weight_file(job).read_bytes()
        return None

    def _store_weights(self, job: Job, weights: bytes | None) -> None:
        """Keep the weights for the network's next job. If the disk is full, that job trains it from the start."""
        file = self._weight_file(job)
        with contextlib.suppress(OSError):
            if weights is None:
                file.unlink(missing_ok=True)
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                partial = file.with_suffix(".partial")
                partial.write_bytes(weights)
                os.replace(partial, file)


def _last_line(error: BaseException) -> str:
    """The kind of an error and the last line of its message."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[-1] if lines else ''}"[:LONGEST].rstrip(": ")
