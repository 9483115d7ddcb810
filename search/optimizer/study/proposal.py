"""What a study hands out."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Proposal:
    """A training to do.

    Attributes:
        number: Of its trial.
        architecture: What the space described.
        seed: Of the training.
        milestones: Epochs, in all, at which the training settles; the last is the rung that it is to reach.
        resume_from: Epochs that this search has already trained.
    """

    number: int
    architecture: Any
    seed: int
    milestones: tuple[int, ...]
    resume_from: int = 0
