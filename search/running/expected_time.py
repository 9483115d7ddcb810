"""How long a search will take on this machine, estimated by training a few networks for a moment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from search.errors import SearchError
from search.running.search_task import SearchTask
from search.training.datasets import Dataset
from search.training.trainer import EpochResult
from search.workers.local_pool import LocalPool
from search.workers.machine import Plan
from search.workers.messages import EpochDone, Job, JobDone, JobFailed, WorkerDied

IMAGES = 4_000
"""Training images of an epoch that is timed."""

EPOCHS_WITH_RUNGS = 0.46
"""Share of the epochs of full trainings that a search of 100 trials with rungs spends, measured on CIFAR-10."""


@dataclass(frozen=True)
class Speed:
    """How fast a network trains on this machine while all workers train.

    Attributes:
        building: Seconds to build and compile it.
        images_per_second: Of training.
        judging: Seconds of validation after each epoch.
    """

    building: float
    images_per_second: float
    judging: float

    def seconds(self, *, images: int, epochs: float) -> float:
        """Seconds of a training on so many images, for so many epochs."""
        return self.building + epochs * (images / self.images_per_second + self.judging)


def expected_seconds(speeds: Sequence[Speed], task: SearchTask, *, trials: int, workers: int) -> float:
    """Seconds of a whole search, if its networks are like the measured ones.

    Args:
        speeds: One or more.
        task: What is searched.
        trials: Networks to train.
        workers: Networks trained at a time.
    """
    epochs = task.problem.ladder.top * (EPOCHS_WITH_RUNGS if len(task.problem.ladder.rungs) > 1 else 1)
    images = len(task.dataset.train_images)
    seconds_per_network = fmean(speed.seconds(images=images, epochs=epochs) for speed in speeds)
    return seconds_per_network * trials / min(workers, trials)


def measure_speeds(architectures: Sequence[Any], task: SearchTask, machine: Plan) -> list[Speed]:
    """Train each network for two short epochs, with as many workers as the search will have. The second is timed.

    Raises:
        SearchError: If a network can't be trained.
    """
    dataset = _first_images(task.dataset)
    waiting = [
        Job(number, architecture, 0, task.recipe, milestones=(2,)) for number, architecture in enumerate(architectures)
    ]
    last_epochs: dict[int, EpochResult] = {}
    speeds = []
    with LocalPool(dataset, machine) as pool:
        while waiting or pool.free < machine.workers:
            while waiting and pool.free:
                pool.start(waiting.pop(0))
            for event in pool.events(timeout=1.0):
                match event:
                    case EpochDone():
                        last_epochs[event.trial] = EpochResult(*event.epoch)
                    case JobDone():
                        speeds.append(_speed(event, last_epochs[event.trial], images=len(dataset.train_images)))
                    case JobFailed() | WorkerDied():
                        raise SearchError(f"a network could not be trained to measure its speed: {event.reason}.")
    return speeds


def _speed(done: JobDone, second_epoch: EpochResult, *, images: int) -> Speed:
    """The speed of a network, from its second epoch: the first also compiles it."""
    judging = second_epoch.seconds - images / second_epoch.images_per_second
    building = done.seconds - 2 * second_epoch.seconds
    return Speed(building, second_epoch.images_per_second, max(0.0, judging))


def _first_images(dataset: Dataset) -> Dataset:
    images, labels = dataset.train_images[:IMAGES], dataset.train_labels[:IMAGES]
    return replace(dataset, train_images=images, train_labels=labels)
