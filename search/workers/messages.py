"""What the search and its workers say to each other: plain, picklable data."""

from dataclasses import dataclass
from typing import Any

from search.training.recipe import Recipe


@dataclass(frozen=True)
class Job:
    """A network to train.

    Attributes:
        trial: Number of the trial.
        architecture: What to build.
        seed: Of the training.
        recipe: How to train.
        stages: Numbers of epochs, in all, at which the training settles; it ends with the last.
        begun: Epochs that an earlier job of the trial has trained; its worker kept the weights.
        last: Whether no job of the trial follows, so that no weights need be kept.
        keep: A path without its ending, for a training that outlives the process: it is saved there after every epoch
            (`.npz`) and goes on from there if it exists, and the trained model is written there in the end (`.keras`).
        sparsity: Share of the weights to prune before training on; 0 prunes nothing.
    """

    trial: int
    architecture: Any
    seed: int
    recipe: Recipe
    milestones: tuple[int, ...]
    resume_from: int = 0
    last: bool = True
    checkpoint_path: str | None = None
    sparsity: float = 0.0


@dataclass(frozen=True)
class EpochDone:
    """One epoch of a job was trained.

    Attributes:
        trial: Number of the trial.
        epoch: The columns of `optimizer.attributes.EPOCHS`.
    """

    trial: int
    epoch: tuple


@dataclass(frozen=True)
class JobDone:
    """A job came to its end.

    Attributes:
        trial: Number of the trial.
        accuracy: Validation accuracy after the last epoch, 0 to 1.
        seconds: Building, compiling, training and validating.
    """

    trial: int
    accuracy: float
    seconds: float


@dataclass(frozen=True)
class JobFailed:
    """A job has no result.

    Attributes:
        trial: Number of the trial.
        reason: Why, for a person.
    """

    trial: int
    reason: str


@dataclass(frozen=True)
class WorkerDied:
    """A worker ended in the middle of a job.

    Attributes:
        trial: Number of the trial.
        reason: How it ended.
        blameless: Whether the network can't be the cause: the whole machine is gone.
    """

    trial: int
    reason: str
    blameless: bool = False


Event = EpochDone | JobDone | JobFailed | WorkerDied
