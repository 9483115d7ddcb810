"""The one question that every sampler answers: which training is next?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial

from search.optimizer.sampler.posterior import Posterior


@dataclass(frozen=True)
class StudyState:
    """What a sampler decides from.

    Attributes:
        trials: Those to learn from, by number.
        waiting: Those of them that may be trained further.
        known: Function keys of networks that are not to be proposed again.
    """

    trials: Sequence[FrozenTrial]
    waiting: Sequence[FrozenTrial]
    known: Collection[str]


@dataclass(frozen=True)
class NewTrial:
    """Begin a new trial, up to the lowest rung.

    Attributes:
        params: That describe its network; empty where `sampler` suggests them one by one.
        sampler: Optuna's, which the trial asks for its params.
        posterior: What the decision was made from, if anything was learnt for it.
    """

    params: Mapping[str, Any]
    sampler: BaseSampler
    posterior: Posterior | None = None


@dataclass(frozen=True)
class Promotion:
    """Train a waiting trial up to its next rung.

    Attributes:
        trial: Which.
        posterior: What the decision was made from, if anything was learnt for it.
    """

    trial: FrozenTrial
    posterior: Posterior | None = None


class Sampler(Protocol):
    """Decides which training is next. It is made anew for each batch of decisions, seeded by the number of trials."""

    def decide(self, state: StudyState) -> NewTrial | Promotion:
        """The next training."""

    def decide_again(self, *, known: Collection[str], waiting: Collection[int]) -> NewTrial | Promotion | None:
        """The next training of the batch, without learning from what is new; None where the batch has ended.

        Args:
            known: As in `StudyState`.
            waiting: Numbers of the trials that may be trained further.
        """

    def decide_promotion(self, state: StudyState) -> Promotion | None:
        """The next training when no new trial is begun any more: of a trial that must be promoted; None without one."""

    def decide_promotion_again(self, *, waiting: Collection[int]) -> Promotion | None:
        """As `decide_again`, after `decide_promotion`."""
