"""Trainings to the end, several at a time; what an interruption leaves is gone on with."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from search.errors import SearchError
from search.training.datasets import Dataset
from search.training.recipe import Recipe
from search.training.trainer import EpochResult, saved_history
from search.workers.messages import EpochDone, Job, JobDone, JobFailed, WorkerDied
from spaces.network import Network

SECONDS_BETWEEN_LOOKS = 0.5
DEATHS_ALLOWED = 2


@dataclass(frozen=True)
class FinalTraining:
    """A training that is wanted.

    Attributes:
        name: What a person calls the network.
        architecture: What to build.
        recipe: How to train.
        epochs: For how long.
        seed: Of the weights, the order and the augmentation.
        sparsity: Share of the weights to prune after `epochs`; 0 prunes nothing.
        fine_tuning: Epochs after pruning.
    """

    name: str
    architecture: Network
    recipe: Recipe
    epochs: int
    seed: int
    sparsity: float = 0.0
    fine_tuning: int = 0

    @property
    def total_epochs(self) -> int:
        """Before and after pruning."""
        return self.epochs + self.fine_tuning

    def dense(self) -> "FinalTraining":
        """The same without pruning."""
        return FinalTraining(self.name, self.architecture, self.recipe, self.epochs, self.seed)


@dataclass(frozen=True)
class Trained:
    """What came out of a training.

    Attributes:
        training: What was wanted.
        history: What was measured after each epoch.
        model_file: A Keras file: the network without preprocessing.
    """

    training: FinalTraining
    history: list[EpochResult]
    model_file: Path

    @property
    def validation_accuracy(self) -> float:
        """After the last epoch, 0 to 1."""
        return self.history[-1].accuracy

    @property
    def seconds(self) -> float:
        """Of training and validating."""
        return sum(epoch.seconds for epoch in self.history)


class Store:
    """A folder of trainings, finished or not; each has a name made of all that decides its result.

    Args:
        folder: Made when something is written.
        dataset: The images.
    """

    def __init__(self, folder: Path, dataset: Dataset) -> None:
        self._folder, self._dataset = folder, dataset

    def prepare(self, training: FinalTraining) -> str:
        """A path without its ending, as a `Job` keeps things at; pruning starts from the network before it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        checkpoint_path = self._path(training)
        if training.sparsity and not Path(f"{checkpoint_path}.npz").exists():
            partial = f"{checkpoint_path}.copy"
            shutil.copyfile(f"{self._path(training.dense())}.npz", partial)
            Path(partial).replace(f"{checkpoint_path}.npz")
        return checkpoint_path

    def trained(self, training: FinalTraining) -> Trained | None:
        """What came out; None if it is not finished."""
        checkpoint_path = self._path(training)
        if not Path(f"{checkpoint_path}.keras").exists():
            return None
        return Trained(training, saved_history(f"{checkpoint_path}.npz"), Path(f"{checkpoint_path}.keras"))

    def epochs_done(self, training: FinalTraining) -> int:
        """How far it has come."""
        path = Path(f"{self._path(training)}.npz")
        return len(saved_history(path)) if path.exists() else 0

    def clear(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, training: FinalTraining) -> str:
        decides = asdict(training) | {"architecture": training.architecture.key, "images": self._dataset.fingerprint}
        del decides["name"]
        digest = hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:16]
        return str(self._folder / digest)


def train_all(
    wanted: Iterable[FinalTraining],
    store: Store,
    pool,
    *,
    watch: Callable[[FinalTraining, EpochDone], None],
    stop: Callable[[], bool],
) -> Mapping[FinalTraining, Trained]:
    """Do what is wanted and not done yet, in the pool's processes.

    Args:
        wanted: In the order in which they are begun.
        store: Where they are kept.
        pool: As `LocalPool`, with nothing to do.
        watch: Called with each epoch.
        stop: Whether to end now.
    Returns:
        What is finished, by training; not all that was wanted if somebody wanted to stop.
    Raises:
        SearchError: If a network does not train.
    """
    wanted = list(wanted)
    done = {training: found for training in wanted if (found := store.trained(training))}
    waiting = [training for training in wanted if training not in done]
    running: dict[int, FinalTraining] = {}
    deaths: dict[FinalTraining, int] = {}
    number = 0
    while (waiting or running) and not stop():
        while waiting and pool.free:
            training = waiting.pop(0)
            pool.start(_job(number, training, checkpoint_path=store.prepare(training)))
            running[number] = training
            number += 1
        for event in pool.events(timeout=SECONDS_BETWEEN_LOOKS):
            training = running[event.trial]
            match event:
                case EpochDone():
                    watch(training, event)
                    continue
                case JobDone():
                    done[training] = store.trained(training)
                case JobFailed():
                    raise SearchError(f"{training.name} could not be trained: {event.reason}.")
                case WorkerDied():
                    deaths[training] = deaths.get(training, 0) + 1
                    if deaths[training] >= DEATHS_ALLOWED:
                        raise SearchError(f"{training.name} could not be trained: {event.reason}, twice.")
                    waiting.insert(0, training)
            del running[event.trial]
    return done


def _job(number: int, training: FinalTraining, *, checkpoint_path: str) -> Job:
    return Job(
        number,
        training.architecture,
        training.seed,
        training.recipe,
        milestones=(training.total_epochs,),
        checkpoint_path=checkpoint_path,
        sparsity=training.sparsity,
    )
