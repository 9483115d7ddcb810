"""Workers as processes of this machine."""

import contextlib
import math
import re
import shutil
import signal
from collections.abc import Iterator
from multiprocessing.connection import wait
from pathlib import Path

from search.training.datasets import Dataset
from search.training.datasets.sharing import save
from search.workers import scratch
from search.workers.child_process import ChildEndedError, ChildProcess
from search.workers.machine import Plan
from search.workers.messages import Event, Job, JobDone, JobFailed, WorkerDied
from search.workers.watchdog import Watchdog
from search.workers.worker import log_file, serve

SECONDS_TO_END = 3.0
"""How long a worker may take to end after it has closed its pipe."""

_ERROR_LINE = re.compile(r"error|alloc|memory|unknown flag|what\(\)", re.IGNORECASE)
"""Matches a line of output that says why a process has died."""


class LocalPool:
    """A fixed number of worker processes. Each is started when it is first needed, and replaced if it dies or hangs.

    Use it as a context manager: leaving it ends the workers at once.

    Args:
        dataset: Written to disk once; each worker maps it into its memory.
        plan: How many workers, and what each may use.
        weights: Folder in which weights are kept between jobs. By default they are kept as long as the pool.
        worker_timeout: Seconds of silence after which a worker counts as hung and is ended.
    Raises:
        SearchError: On entering, if there is no room for the images.
    """

    def __init__(
        self, dataset: Dataset, plan: Plan, *, weights: Path | None = None, worker_timeout: float = math.inf
    ) -> None:
        self._dataset, self._plan, self._weights = dataset, plan, weights
        self._idle: list[_Worker] = []
        self._busy: list[_Worker] = []
        self._watchdog = Watchdog(worker_timeout)

    def __enter__(self) -> "LocalPool":
        self._folder = scratch.own_folder()
        try:
            with scratch.disk_errors_explained():
                save(self._dataset, self._folder)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        return self

    def __exit__(self, *exception) -> None:
        for worker in self._busy + self._idle:
            worker.end()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def free(self) -> int:
        """How many more jobs can be started now."""
        return self._plan.workers - len(self._busy)

    def start(self, job: Job) -> None:
        """Give a job to a free worker. Call it only while `free` is positive."""
        worker = self._idle.pop() if self._idle else self._new_worker()
        worker.start(job)
        self._busy.append(worker)
        self._watchdog.heard_from(worker)

    def _new_worker(self) -> "_Worker":
        gpus_in_use = [worker.gpu for worker in self._busy + self._idle]
        gpu = min(self._plan.gpus, key=gpus_in_use.count, default=None)
        return _Worker(self._folder, self._weights or self._folder, self._plan.threads, gpu)

    def events(self, *, timeout: float) -> Iterator[Event]:
        """What has happened. Waits up to `timeout` seconds for the first event."""
        worker_of = {waitable: worker for worker in self._busy for waitable in worker.waitables}
        for worker in {worker_of[ready] for ready in wait(list(worker_of), timeout)}:
            yield self._event_of(worker)
        for worker in self._watchdog.expired():
            self._release(worker)
            yield worker.give_up(self._watchdog.reason)

    def _event_of(self, worker: "_Worker") -> Event:
        self._watchdog.heard_from(worker)
        event = worker.receive()
        if isinstance(event, (JobDone, JobFailed, WorkerDied)):
            self._release(worker)
        if isinstance(event, (JobDone, JobFailed)):
            self._idle.append(worker)
        return event

    def _release(self, worker: "_Worker") -> None:
        self._busy.remove(worker)
        self._watchdog.forget(worker)


class _Worker:
    """A process that runs `worker.serve`, and the job that it does."""

    def __init__(self, images: Path, weights: Path, threads: int, gpu: str | None) -> None:
        self.gpu = gpu
        self._images = images
        self._process = ChildProcess(serve, images, weights, threads, gpu)
        self._job: Job | None = None

    @property
    def waitables(self) -> tuple:
        return self._process.waitables

    def start(self, job: Job) -> None:
        self._job = job
        self._process.send(job)

    def receive(self) -> Event:
        """The next event: its death, if the process has ended and left no message."""
        with contextlib.suppress(ChildEndedError):
            if (event := self._process.receive()) is not None:
                return event
        status = self._process.exit_status(timeout=SECONDS_TO_END)
        return WorkerDied(self._job.trial, _describe_exit(status) + self._last_error())

    def give_up(self, reason: str) -> WorkerDied:
        """End it in the middle of its job."""
        self.end()
        return WorkerDied(self._job.trial, reason)

    def _last_error(self) -> str:
        """The last line of its output that names an error, in brackets; empty if there is none."""
        try:
            output = log_file(self._images, self._process.pid).read_text(errors="replace")
        except OSError:
            return ""
        errors = [line for line in output.splitlines() if _ERROR_LINE.search(line)]
        return f" ({' '.join(errors[-1].split())[:200]})" if errors else ""

    def end(self) -> None:
        self._process.end()


def _describe_exit(status: int | None) -> str:
    if status is not None and status < 0:
        return f"its worker was killed by {signal.Signals(-status).name}"
    return f"its worker ended with status {status}"
