"""Trials on the front of a rung."""

from collections.abc import Sequence

import numpy as np
from optuna.trial import FrozenTrial

from search.optimizer.pareto import front
from search.optimizer.trials.records import costs_of, log_losses


def fronts_by_rung(trials: Sequence[FrozenTrial]) -> dict[int, list[FrozenTrial]]:
    """The trials that are non-dominated at each rung, cheapest first; the lowest rung first.

    Args:
        trials: Any; those without a loss at a rung are passed over there.
    """
    losses = [(trial, log_losses(trial)) for trial in trials]
    fronts = {}
    for rung in sorted({rung for _, by_rung in losses for rung in by_rung}):
        at_rung = [(trial, by_rung[rung]) for trial, by_rung in losses if rung in by_rung]
        members = front(np.array([loss for _, loss in at_rung]), costs_of([trial for trial, _ in at_rung]))
        fronts[rung] = [at_rung[index][0] for index in members]
    return fronts
