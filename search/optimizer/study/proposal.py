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
        stages: Numbers of epochs, in all, at which the training settles; the last is the rung it is to reach.
        begun: Epochs already trained, in this search.
    """

    number: int
    architecture: Any
    seed: int
    stages: tuple[int, ...]
    resume_from: int = 0
