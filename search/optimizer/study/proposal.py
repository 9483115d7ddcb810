"""What a study hands out."""

from dataclasses import dataclass

from spaces.network import Network


@dataclass(frozen=True)
class Proposal:
    """A training to do.

    Attributes:
        number: Of its trial.
        architecture: What the space described.
        seed: Of the training.
        milestones: Numbers of epochs, in all, at which the training settles; the last is the rung it is to reach.
        resume_from: Epochs that were trained before, in this search.
    """

    number: int
    architecture: Network
    seed: int
    milestones: tuple[int, ...]
    resume_from: int = 0
