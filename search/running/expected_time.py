"""How long a search will take on this machine: some of its networks are trained for a moment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from search.errors import SearchError
from search.running.problem import Problem
from search.training.datasets import Dataset
from search.training.trainer import EpochResult
from search.workers.local_pool import LocalPool
from search.workers.machine import Plan
from search.workers.messages import EpochDone, Job, JobDone, JobFailed, WorkerDied

IMAGES = 4_000
"""Of an epoch while timing."""

EPOCHS_WITH_RUNGS = 0.46
"""Share of the epochs of full trainings that a search of 100 trials with rungs spends, measured on CIFAR-10."""


@dataclass(frozen=True)
class Speed:
    """What a network takes here, while all workers train.

    Attributes:
        building: Seconds to build and compile it.
        images_per_second: Of training.
        judging: Seconds of validation after each epoch.
    """

    building: float
    images_per_second: float
    judging: float

    def seconds(self, *, images: int, epochs: float) -> float:
        """Of a training."""
        return self.building + epochs * (images / self.images_per_second + self.judging)


def expected_seconds(speeds: Sequence[Speed], problem: Problem, *, trials: int, workers: int) -> float:
    """Of a whole search whose networks are like those that were timed."""
    ladder = problem.ladder
    epochs = ladder.top * (EPOCHS_WITH_RUNGS if len(ladder.rungs) > 1 else 1)
    each = fmean(speed.seconds(images=len(problem.dataset.train_images), epochs=epochs) for speed in speeds)
    return each * trials / min(workers, trials)


def measured(architectures: Sequence[Any], problem: Problem, plan: Plan) -> list[Speed]:
    """Train each for two short epochs, with as many workers as the search will have, and time the second."""
    part = _part_of(problem.dataset)
    waiting = [Job(number, one, 0, problem.recipe, milestones=(2,)) for number, one in enumerate(architectures)]
    last: dict[int, EpochResult] = {}
    speeds = []
    with LocalPool(part, plan) as pool:
        while waiting or pool.free < plan.workers:
            while waiting and pool.free:
                pool.start(waiting.pop(0))
            for event in pool.events(timeout=1.0):
                match event:
                    case EpochDone():
                        last[event.trial] = EpochResult(*event.epoch)
                    case JobDone():
                        speeds.append(_speed(event, last[event.trial], images=len(part.train_images)))
                    case JobFailed() | WorkerDied():
                        raise SearchError(f"a network could not be trained to time it: {event.reason}.")
    return speeds


def _speed(done: JobDone, settled: EpochResult, *, images: int) -> Speed:
    """From the second epoch: the first compiles, too."""
    judging = settled.seconds - images / settled.images_per_second
    return Speed(done.seconds - 2 * settled.seconds, settled.images_per_second, max(0.0, judging))


def _part_of(dataset: Dataset) -> Dataset:
    images, labels = dataset.train_images[:IMAGES], dataset.train_labels[:IMAGES]
    return replace(dataset, train_images=images, train_labels=labels)
