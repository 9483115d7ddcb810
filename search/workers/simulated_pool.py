"""Simulated workers: nothing is trained, and time passes only in the simulation."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from search.workers.messages import Event, Job, JobDone


@dataclass(order=True)
class SimulatedJob:
    """A job that was started.

    Attributes:
        end: Simulated seconds at which it ends.
        order: How many jobs were started before it.
        spent: Seconds of training of all jobs up to this one, itself included.
        job: The job.
        seconds: How long it takes.
    """

    end: float
    order: int
    spent: float = field(compare=False)
    job: Job = field(compare=False)
    seconds: float = field(compare=False)


class SimulatedPool:
    """Simulated workers. Their clock jumps from the end of one job to the end of the next.

    Args:
        accuracy: Validation accuracy, 0 to 1, that a job ends with.
        workers: How many jobs run at a time.
        seconds: How long a job takes; by default one second an epoch for every network. A job to E epochs trains all E,
            whatever an earlier job has trained.

    Attributes:
        now: Simulated seconds since the beginning.
        started: Every job, in the order in which they were started.
        finished: The jobs that have ended, in the order of their ends.
    """

    def __init__(
        self,
        accuracy: Callable[[Job], float],
        *,
        workers: int = 1,
        seconds: Callable[[Job], float] = lambda job: float(job.milestones[-1]),
    ) -> None:
        self._accuracy, self._workers, self._seconds = accuracy, workers, seconds
        self._running: list[SimulatedJob] = []  # a heap: the first to end comes first
        self.now = 0.0
        self.started: list[SimulatedJob] = []
        self.finished: list[Job] = []

    @property
    def free(self) -> int:
        """How many more jobs can be started now."""
        return self._workers - len(self._running)

    @property
    def spent(self) -> float:
        """Seconds of training of all jobs that were started, summed over the workers."""
        return self.started[-1].spent if self.started else 0.0

    def start(self, job: Job) -> None:
        """Start a job."""
        seconds = self._seconds(job)
        simulated = SimulatedJob(self.now + seconds, len(self.started), self.spent + seconds, job, seconds)
        self.started.append(simulated)
        heapq.heappush(self._running, simulated)

    def events(self, *, timeout: float) -> Iterator[Event]:
        """The end of the job that ends next."""
        simulated = heapq.heappop(self._running)
        self.now, job = simulated.end, simulated.job
        self.finished.append(job)
        yield JobDone(job.trial, self._accuracy(job), seconds=simulated.seconds)
