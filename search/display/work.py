"""What the workers have done since the search began and what they do now, by the clock of this process."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from search.optimizer.study.proposal import Proposal
from search.training.trainer import SECONDS_COLUMN
from search.workers.messages import EpochDone, Event, JobDone, JobFailed, WorkerDied

RECENT_EPOCHS = 30
"""Number of epochs over which the training speed is measured."""


@dataclass
class Running:
    """A job that is running.

    Attributes:
        resume_from: Epochs that the network was trained before.
        milestone: Epochs, in all, after which the job ends.
        started: Time of its start.
        epoch: Epochs trained so far, in all.
        last_message: Time of the end of the last epoch; before the first one, of the start.
        training: Seconds that the job's epochs took.
    """

    resume_from: int
    milestone: int
    started: float
    epoch: int
    last_message: float
    training: float = 0.0

    @property
    def seconds_per_epoch(self) -> float | None:
        """Mean over the job's epochs; None before the first has ended."""
        return self.training / (self.epoch - self.resume_from) if self.epoch > self.resume_from else None


class Work:
    """Keeps account of the jobs of a search from their events.

    Args:
        clock: Seconds, from any origin.

    Attributes:
        running: Jobs by the number of their trial.
        done: Number of jobs that have ended with a result.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._busy = 0.0  # seconds of all jobs that have ended, of all workers together
        self._preparing = 0.0  # seconds in which jobs with a result were not training
        self._epochs: deque[tuple[float, float]] = deque(maxlen=RECENT_EPOCHS)  # start and end of each
        self.running: dict[int, Running] = {}
        self.done = 0

    def note(self, event: Event | Proposal | None) -> None:
        """Take account of what has just happened; None means that only time has passed."""
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
        job.epoch, job.last_message, job.training = event.epoch[0], now, job.training + seconds
        self._epochs.append((now - seconds, now))

    @property
    def now(self) -> float:
        """The time of the clock."""
        return self._clock()

    @property
    def workers_busy(self) -> float:
        """Mean number of workers that were training since the search began."""
        now = self._clock()
        busy = self._busy + sum(now - job.started for job in self.running.values())
        return busy / (now - self._began) if busy else 0.0

    @property
    def preparing(self) -> float:
        """Mean seconds of a job that are not training: mostly building and compiling the network."""
        return self._preparing / self.done if self.done else 0.0

    def images_per_second(self, images: int) -> float | None:
        """Training speed of all workers together over the last epochs; None before an epoch has ended.

        Args:
            images: Training images of an epoch.
        """
        if not self._epochs:
            return None
        span = self._epochs[-1][1] - min(start for start, _ in self._epochs)
        return len(self._epochs) * images / span if span > 0 else None
