"""Workers as processes of this machine."""

import contextlib
import math
import multiprocessing
import re
import shutil
import signal
import time
from collections.abc import Iterator
from multiprocessing.connection import wait
from pathlib import Path

from search.training.datasets import Dataset
from search.training.datasets.sharing import save
from search.workers import scratch
from search.workers.machine import Plan
from search.workers.messages import Event, Job, JobDone, JobFailed, WorkerDied
from search.workers.worker import last_words_file, serve

_TELLING = re.compile(r"error|alloc|memory|what\(\)", re.IGNORECASE)
"""What a line says that tells why a process has died."""

SECONDS_TO_END = 3.0
"""How long a worker that closed its pipe may take to end."""


SECONDS_OF_A_LOOK = 5.0
"""The most that counts as one look's silence: a machine that slept, or a search that was stopped, heard nothing."""


class LocalPool:
    """A fixed number of worker processes, started when first needed and replaced when they die or hang.

    Use it as a context manager: leaving it ends the workers at once.

    Args:
        dataset: Put on disk once, and mapped into the memory of each worker.
        plan: How many, and what each may use.
        weights: Where weights are kept from job to job; by default as long as the pool.
        patience: Seconds without a sign after which a worker hangs, and is ended.
    Raises:
        SearchError: On entering, if there is no room for the images.
    """

    def __init__(
        self, dataset: Dataset, plan: Plan, *, weights: Path | None = None, worker_timeout: float = math.inf
    ) -> None:
        self._dataset, self._plan, self._weights, self._worker_timeout = dataset, plan, weights, worker_timeout
        self._idle: list[_Worker] = []
        self._busy: list[_Worker] = []
        self._looked = time.monotonic()

    def __enter__(self) -> "LocalPool":
        self._folder = scratch.own_folder()
        try:
            with scratch.one_sentence():
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
        """Hand a job to a free worker; only where `free` is positive."""
        worker = self._idle.pop() if self._idle else self._new_worker()
        worker.start(job)
        self._busy.append(worker)

    def _new_worker(self) -> "_Worker":
        taken = [worker.gpu for worker in self._busy + self._idle]
        gpu = min(self._plan.gpus, key=taken.count, default=None)
        return _Worker(self._folder, self._weights or self._folder, self._plan.threads, gpu)

    def events(self, *, timeout: float) -> Iterator[Event]:
        """What has happened, waiting up to `timeout` seconds for the first thing."""
        waiting = {channel: worker for worker in self._busy for channel in worker.channels}
        for worker in {waiting[channel] for channel in wait(list(waiting), timeout)}:
            yield self._event_of(worker)
        yield from self._hanging()

    def _hanging(self) -> Iterator[Event]:
        now = time.monotonic()
        elapsed, self._looked = min(now - self._looked, SECONDS_OF_A_LOOK), now
        for worker in list(self._busy):
            worker.silence += elapsed
            if worker.silence > self._worker_timeout:
                self._busy.remove(worker)
                yield worker.give_up(f"its worker gave no sign for {self._worker_timeout / 60:.3g} minutes")

    def _event_of(self, worker: "_Worker") -> Event:
        event = worker.receive()
        if isinstance(event, (JobDone, JobFailed, WorkerDied)):
            self._busy.remove(worker)
        if isinstance(event, (JobDone, JobFailed)):
            self._idle.append(worker)
        return event


class _Worker:
    """A process, the pipe to it, and the job it does.

    Attributes:
        silence: Seconds since it was last heard of, while it was listened to.
    """

    def __init__(self, images: Path, weights: Path, threads: int, gpu: str | None) -> None:
        self.gpu = gpu
        self.silence = 0.0
        self._images = images
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, images, weights, threads, gpu), daemon=True)
        with signals_ignored():
            self._process.start()
        theirs.close()
        self._job: Job | None = None

    @property
    def channels(self) -> tuple:
        """What to wait for: a message, or the end of the process."""
        return (self._connection, self._process.sentinel)

    def start(self, job: Job) -> None:
        self._job, self.silence = job, 0.0
        with contextlib.suppress(OSError):  # A worker that has died meanwhile is heard of like any other.
            self._connection.send(job)

    def receive(self) -> Event:
        self.silence = 0.0
        try:
            if self._connection.poll():
                return self._connection.recv()
        except (EOFError, OSError):
            pass
        self._process.join(SECONDS_TO_END)
        return WorkerDied(self._job.trial, _how_it_ended(self._process.exitcode) + self._last_words())

    def give_up(self, reason: str) -> WorkerDied:
        """End it in the middle of its job."""
        self.end()
        return WorkerDied(self._job.trial, reason)

    def _last_words(self) -> str:
        try:
            said = last_words_file(self._images, self._process.pid).read_text(errors="replace")
        except OSError:
            return ""
        telling = [line for line in said.splitlines() if _TELLING.search(line)]
        return f" ({' '.join(telling[-1].split())[:200]})" if telling else ""

    def end(self) -> None:
        self._connection.close()
        self._process.kill()
        self._process.join()


@contextlib.contextmanager
def signals_ignored() -> Iterator[None]:
    """A process started inside ignores requests to stop, which reach all at once: the search alone answers them."""
    before = {
        number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _how_it_ended(status: int | None) -> str:
    if status is not None and status < 0:
        return f"its worker was killed by {signal.Signals(-status).name}"
    return f"its worker ended with status {status}"
