"""A pool that looks results up in a table instead of training: the replay's stand-in for workers."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from search.workers.messages import Event, Job, JobDone


@dataclass(order=True)
class Looked:
    """A job that was begun.

    Attributes:
        ends: When it does, in simulated seconds.
        order: In which jobs were begun, from 0 on.
        spent: Seconds of training of all jobs up to this one, itself included.
        job: What was asked for.
        seconds: That it takes.
    """

    ends: float
    order: int
    spent: float = field(compare=False)
    job: Job = field(compare=False)
    seconds: float = field(compare=False)


class LookupPool:
    """Simulated workers: time stands still but for the next end of a job.

    Args:
        validation: Validation accuracy, 0 to 1, by number of epochs, each an array of shape (n_networks,).
        workers: How many jobs run at a time.
        seconds: How long a job takes; by default one for each epoch, whatever the network. A job to E epochs trains E,
            whatever was trained before it.

    Attributes:
        now: Simulated seconds since the beginning.
        begun: Every job, in the order of their beginnings.
        done: Those that have ended, likewise in order.
    """

    def __init__(
        self, validation, *, workers: int = 1, seconds: Callable[[Job], float] = lambda job: float(job.milestones[-1])
    ) -> None:
        self._validation, self._workers, self._seconds = validation, workers, seconds
        self._waiting: list[Looked] = []  # a heap: the first to end comes first
        self.now = 0.0
        self.begun: list[Looked] = []
        self.done: list[Job] = []

    @property
    def free(self) -> int:
        """How many more jobs can be started now."""
        return self._workers - len(self._waiting)

    @property
    def spent(self) -> float:
        """Seconds of training of all jobs that were begun, over all workers."""
        return self.begun[-1].spent if self.begun else 0.0

    def start(self, job: Job) -> None:
        """Begin a job."""
        seconds = self._seconds(job)
        looked = Looked(self.now + seconds, len(self.begun), self.spent + seconds, job, seconds)
        self.begun.append(looked)
        heapq.heappush(self._waiting, looked)

    def events(self, *, timeout: float) -> Iterator[Event]:
        """The next end of a job."""
        looked = heapq.heappop(self._waiting)
        self.now, job = looked.ends, looked.job
        self.done.append(job)
        accuracy = float(self._validation[job.milestones[-1]][job.architecture.row])
        yield JobDone(job.trial, accuracy, seconds=looked.seconds)
