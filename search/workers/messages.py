"""The messages between the search and its workers: plain, picklable data."""

from dataclasses import dataclass
from typing import Any

from search.training.distillation import Distillation
from search.training.recipe import Recipe

WEIGHTS = ".weights.h5"
"""Ending of the file of a finished training. A network need not be one that Keras can save as a whole."""


@dataclass(frozen=True)
class Job:
    """A network to train.

    Attributes:
        trial: Number of the trial.
        architecture: The network to build.
        seed: Seed of the training.
        recipe: How to train.
        milestones: Numbers of epochs in all, ascending. At each the learning rate falls to zero; the last ends the job.
        resume_from: Epochs that earlier jobs of the trial have trained; their weights were kept.
        last: Whether this is the trial's last job: then its weights are not kept.
        checkpoint_path: A path without a suffix, for a training that outlives the process. It is saved to `.npz` after
            every epoch, and resumes from that file if it exists. In the end the weights alone are written to `WEIGHTS`.
        sparsity: Share of the weights to prune before training further; 0 prunes nothing.
        distillation: The teacher to learn from; None learns from the labels alone.
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
    distillation: Distillation | None = None


@dataclass(frozen=True)
class EpochDone:
    """One epoch of a job was trained.

    Attributes:
        trial: Number of the trial.
        epoch: The columns of `optimizer.trials.attributes.EPOCHS`.
    """

    trial: int
    epoch: tuple


@dataclass(frozen=True)
class JobDone:
    """A job has ended well.

    Attributes:
        trial: Number of the trial.
        accuracy: Validation accuracy after the last epoch, 0 to 1.
        seconds: Time for building, compiling, training and validating.
    """

    trial: int
    accuracy: float
    seconds: float


@dataclass(frozen=True)
class JobFailed:
    """A job has ended without a result.

    Attributes:
        trial: Number of the trial.
        reason: Why, for a person.
    """

    trial: int
    reason: str


@dataclass(frozen=True)
class WorkerDied:
    """A worker has ended in the middle of a job.

    Attributes:
        trial: Number of the trial.
        reason: How it ended.
        blameless: Whether the network can't be the cause, since the whole machine is gone.
    """

    trial: int
    reason: str
    blameless: bool = False


Event = EpochDone | JobDone | JobFailed | WorkerDied
