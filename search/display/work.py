"""What the workers have done since the search began, and what they do now, by the clock of whoever watches."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, fields

from search.optimizer.study.proposal import Proposal
from search.training.trainer import EpochResult
from search.workers.messages import EpochDone, Event, JobDone, JobFailed, WorkerDied

SECONDS_COLUMN = [field.name for field in fields(EpochResult)].index("seconds")
"""Of what is stored of an epoch."""

RECENT = 30
"""Epochs that "the last while" holds."""


@dataclass
class Running:
    """A job that is being done.

    Attributes:
        begun: Epochs trained before it.
        until: Epochs, in all, with which it ends.
        started: When, by the clock.
        epoch: Epochs trained, in all.
        heard: When the last of them ended; before the first, when the job started.
        training: Seconds that the job's epochs took.
    """

    resume_from: int
    milestone: int
    started: float
    epoch: int
    heard: float
    training: float = 0.0

    @property
    def seconds_per_epoch(self) -> float | None:
        """Mean; None before the first has ended."""
        return self.training / (self.epoch - self.resume_from) if self.epoch > self.resume_from else None


class Work:
    """Jobs, from their events.

    Args:
        clock: Seconds, from any origin.

    Attributes:
        running: By the number of the trial.
        done: How many jobs have come to a result.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._busy = 0.0  # seconds of all workers together, in jobs that ended
        self._preparing = 0.0  # those of them in which jobs with a result were not training
        self._epochs: deque[tuple[float, float]] = deque(maxlen=RECENT)  # when they began and ended
        self.running: dict[int, Running] = {}
        self.done = 0

    def note(self, event: Event | Proposal | None) -> None:
        """Take in what has just happened."""
        now = self._clock()
        match event:
            case Proposal():
                self.running[event.number] = Running(
                    event.resume_from, event.milestones[-1], now, event.resume_from, now
                )
            case EpochDone():
                self._note_epoch(self.running[event.trial], event, now)
            case JobDone() | JobFailed() | WorkerDied():
                job = self.running.pop(event.trial)
                self._busy += now - job.started
                if isinstance(event, JobDone):
                    self.done += 1
                    self._preparing += max(0.0, event.seconds - job.training)

    def _note_epoch(self, job: Running, event: EpochDone, now: float) -> None:
        seconds = float(event.epoch[SECONDS_COLUMN])
        job.epoch, job.heard, job.training = event.epoch[0], now, job.training + seconds
        self._epochs.append((now - seconds, now))

    @property
    def now(self) -> float:
        """The clock's time."""
        return self._clock()

    @property
    def workers_busy(self) -> float:
        """How many workers were at work, on average, since the search began."""
        now = self._clock()
        busy = self._busy + sum(now - job.started for job in self.running.values())
        return busy / (now - self._began) if busy else 0.0

    @property
    def preparing(self) -> float:
        """Seconds of a job that are not training, on average: building and compiling the network, above all."""
        return self._preparing / self.done if self.done else 0.0

    def images_per_second(self, images: int) -> float | None:
        """Of all workers together over the last while; None before an epoch has ended.

        Args:
            images: That an epoch sees.
        """
        if not self._epochs:
            return None
        span = self._epochs[-1][1] - min(begin for begin, _ in self._epochs)
        return len(self._epochs) * images / span if span > 0 else None
