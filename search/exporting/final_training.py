"""Trainings to the end, several at a time. An interrupted training is resumed."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NoReturn

from search.errors import SearchError
from search.training.datasets import Dataset
from search.training.distillation import Distillation
from search.training.recipe import Recipe
from search.training.trainer import EpochResult, saved_history
from search.workers.messages import WEIGHTS, EpochDone, Job, JobDone, JobFailed, WorkerDied
from spaces.network import Network

SECONDS_BETWEEN_CHECKS = 0.5
"""Longest time to wait for a message before looking whether somebody wants to stop."""

DEATHS_ALLOWED = 2
"""A training whose worker died this often fails: its network is the likely cause."""


@dataclass(frozen=True)
class FinalTraining:
    """A training that is to be done.

    Attributes:
        name: The network's name for a person.
        architecture: What to build.
        recipe: How to train.
        epochs: For how long.
        seed: Of the weights, the order of images and the augmentation.
        sparsity: Share of the weights to prune after `epochs`; 0 prunes nothing.
        fine_tuning: Epochs after pruning.
        distillation: The teacher that it learns from; None learns from the labels alone.
    """

    name: str
    architecture: Network
    recipe: Recipe
    epochs: int
    seed: int
    sparsity: float = 0.0
    fine_tuning: int = 0
    distillation: Distillation | None = None

    @property
    def total_epochs(self) -> int:
        """Before and after pruning."""
        return self.epochs + self.fine_tuning

    def dense(self) -> "FinalTraining":
        """The same training without pruning."""
        return replace(self, sparsity=0.0, fine_tuning=0)


@dataclass(frozen=True)
class TrainingResult:
    """The result of a training.

    Attributes:
        training: The training.
        history: Measurements after each epoch.
        weights_file: The weights of the trained network, as a file of Keras.
    """

    training: FinalTraining
    history: list[EpochResult]
    weights_file: Path

    @property
    def validation_accuracy(self) -> float:
        """After the last epoch, 0 to 1."""
        return self.history[-1].accuracy

    @property
    def seconds(self) -> float:
        """Of training and validation."""
        return sum(epoch.seconds for epoch in self.history)


class TrainingStore:
    """A folder of trainings, finished or not. The name of each is a hash of all that decides its result.

    Args:
        folder: Created when something is written.
        dataset: The images.
    """

    def __init__(self, folder: Path, dataset: Dataset) -> None:
        self._folder, self._dataset = folder, dataset

    def prepare(self, training: FinalTraining) -> str:
        """The checkpoint path of a training, for its `Job`. Pruning starts from a copy of the dense checkpoint."""
        self._folder.mkdir(parents=True, exist_ok=True)
        checkpoint_path = self._checkpoint_path(training)
        if training.sparsity and not Path(f"{checkpoint_path}.npz").exists():
            partial = f"{checkpoint_path}.copy"
            shutil.copyfile(f"{self._checkpoint_path(training.dense())}.npz", partial)
            Path(partial).replace(f"{checkpoint_path}.npz")
        return checkpoint_path

    def result(self, training: FinalTraining) -> TrainingResult | None:
        """The result of a training; None if it is not finished."""
        checkpoint_path = self._checkpoint_path(training)
        weights_file = Path(f"{checkpoint_path}{WEIGHTS}")
        if not weights_file.exists():
            return None
        return TrainingResult(training, saved_history(f"{checkpoint_path}.npz"), weights_file)

    def epochs_done(self, training: FinalTraining) -> int:
        """Number of epochs that are stored."""
        path = Path(f"{self._checkpoint_path(training)}.npz")
        return len(saved_history(path)) if path.exists() else 0

    def digest(self, training: FinalTraining) -> str:
        """A hash of all that decides the result of a training."""
        identity = asdict(training) | {"architecture": training.architecture.key, "images": self._dataset.fingerprint}
        del identity["name"]
        if training.distillation:
            del identity["distillation"]["file"]
        return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:16]

    def model_file(self, training: FinalTraining) -> Path:
        """The file for the whole trained model, of those that are teachers."""
        return Path(f"{self._checkpoint_path(training)}.keras")

    def clear(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _checkpoint_path(self, training: FinalTraining) -> str:
        """Path without its ending."""
        return str(self._folder / self.digest(training))


def refuse(training: FinalTraining, reason: str) -> NoReturn:
    """End all trainings because one has failed.

    Raises:
        SearchError: Always.
    """
    raise SearchError(f"{training.name} could not be trained: {reason.rstrip('.')}.")


def train_all(
    trainings: Iterable[FinalTraining],
    store: TrainingStore,
    pool,
    *,
    watch: Callable[[FinalTraining, EpochDone], None],
    stop: Callable[[], bool],
    on_failure: Callable[[FinalTraining, str], None] = refuse,
) -> Mapping[FinalTraining, TrainingResult]:
    """Do the trainings that are not finished yet, in the worker processes of a pool.

    Args:
        trainings: In the order in which they are started.
        store: Where they are stored.
        pool: As `LocalPool`, without any job.
        watch: Called after each epoch.
        stop: Whether to stop now.
        on_failure: Called with the reason if a network can't be trained. If it returns, the others go on.
    Returns:
        Results by training; only those of the finished trainings if `stop` ended the work.
    Raises:
        SearchError: By default, if a network can't be trained.
    """
    trainings = list(trainings)
    results = {training: result for training in trainings if (result := store.result(training))}
    waiting = [training for training in trainings if training not in results]
    running: dict[int, FinalTraining] = {}
    deaths: dict[FinalTraining, int] = {}
    number = 0
    while (waiting or running) and not stop():
        while waiting and pool.free:
            training = waiting.pop(0)
            pool.start(_job(number, training, checkpoint_path=store.prepare(training)))
            running[number] = training
            number += 1
        for event in pool.events(timeout=SECONDS_BETWEEN_CHECKS):
            training = running[event.trial]
            match event:
                case EpochDone():
                    watch(training, event)
                    continue
                case JobDone():
                    results[training] = store.result(training)
                case JobFailed():
                    on_failure(training, event.reason)
                case WorkerDied():
                    deaths[training] = deaths.get(training, 0) + 1
                    if deaths[training] >= DEATHS_ALLOWED:
                        on_failure(training, f"{event.reason}, twice")
                    else:
                        waiting.insert(0, training)
            del running[event.trial]
    return results


def _job(number: int, training: FinalTraining, *, checkpoint_path: str) -> Job:
    return Job(
        number,
        training.architecture,
        training.seed,
        training.recipe,
        milestones=(training.total_epochs,),
        checkpoint_path=checkpoint_path,
        sparsity=training.sparsity,
        distillation=training.distillation,
    )
