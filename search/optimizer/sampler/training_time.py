"""How long networks are expected to train: the time of an epoch grows as a power of the cost, which is learnt."""

from collections.abc import Sequence

import numpy as np
from optuna.trial import FrozenTrial

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import costs_of, last_rung

FEWEST_TIMED = 3
"""Trials whose times tell how time grows with cost."""


def power_of_cost(trials: Sequence[FrozenTrial]) -> float:
    """How the time of an epoch grows with the cost: a power of it, fitted to the trials that have a time.

    Returns:
        From 0 to 1; 0 where too little is known.
    """
    timed = [trial for trial in trials if trial.user_attrs.get(attr.SECONDS) and last_rung(trial)]
    seconds = np.array([trial.user_attrs[attr.SECONDS] / last_rung(trial) for trial in timed])
    logs = np.log(np.column_stack([costs_of(timed), seconds]))
    if len(logs) < FEWEST_TIMED or np.ptp(logs[:, 0]) == 0:
        return 0.0
    return float(np.clip(np.polyfit(logs[:, 0], logs[:, 1], 1)[0], 0, 1))


def even_in_time(share: float, growth: float) -> float:
    """Where a share of the networks lies below, if any two equal parts of the costs are to take the same time in all.

    Args:
        share: From 0 to 1.
        growth: Logarithm of how many times as long the dearest network trains as the cheapest, 0 or more.
    Returns:
        Place between the cheapest network, 0, and the dearest, 1, by log cost. A network at x takes a time of
        exp(growth x), so they lie with a density of exp(-growth x), of whose integral this is the inverse.
    References:
        Lee, Perrone, Archambeau, Seeger (2020), arXiv:2003.10870: a cost-effective initial design.
    """
    return float(-np.log1p(share * np.expm1(-growth)) / growth) if growth > 1e-6 else share
