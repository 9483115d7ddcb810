"""Several decisions from one posterior, where very many trainings run at a time.

To learn anew takes longer than everything else in a decision, and with 64 workers it would take longer than their
trainings. A few results more hardly change what a long study has learnt. So the decisions of a batch share a posterior.
Each knows those before it: their trainings are fantasies, as all that runs.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from optuna.trial import FrozenTrial

from search.optimizer.networks.candidates import Candidate
from search.optimizer.sampler.promotion_acquisition import PromotionAcquisition
from search.optimizer.trials.records import n_with_result
from search.optimizer.trials.status import is_training

FEWEST_RESULTS = 150
"""Results of a study up to which every decision learns anew."""

TRAININGS_PER_DECISION = 16
"""A batch has one more decision for each so many trainings that run. With fewer, every decision learns anew."""

SHORTLIST = 100
"""The most candidates that are carried from one decision of a batch to the next, the best of them."""


@dataclass(frozen=True)
class Options:
    """What a decision chooses from.

    Attributes:
        acquisition: Of trainings.
        candidates: New networks.
        values: Their acquisition, the largest first.
        waiting: Trials that may be trained further.
        drawn: Random networks, one of which may be begun to explore.
    """

    acquisition: PromotionAcquisition
    candidates: Sequence[Candidate]
    values: Sequence[float]
    waiting: Sequence[FrozenTrial]
    drawn: Sequence[Candidate]

    def after(self, chosen: Candidate | FrozenTrial, *, known: Collection[str], waiting: Collection[int]) -> "Options":
        """What is left, with what was chosen in training.

        Args:
            chosen: By the last decision.
            known: Function keys of networks that are not to be proposed again.
            waiting: Numbers of trials that may be trained further.
        """
        acquisition = self.acquisition.given_training(chosen)
        candidates = [candidate for candidate in self.candidates if candidate.key not in known][:SHORTLIST]
        values = acquisition.of_candidates(candidates)
        order = np.argsort(-values, kind="stable")
        return Options(
            acquisition,
            [candidates[position] for position in order],
            values[order].tolist(),
            [trial for trial in self.waiting if trial.number in waiting],
            [candidate for candidate in self.drawn if candidate.key not in known],
        )


def batch_size(trials: Sequence[FrozenTrial]) -> int:
    """Decisions that share what is learnt from these trials."""
    training = sum(map(is_training, trials))
    return 1 if n_with_result(trials) <= FEWEST_RESULTS else 1 + training // TRAININGS_PER_DECISION
