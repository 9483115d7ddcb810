"""The trials that a decision learns from: all of them while they are few, later a subset of fixed size.

So the time of a decision has a bound, whatever the length of the search. Little is given up: a Gaussian process of a
well chosen subset is hard to beat for its price. For optimisation the subset should be dense near the optimum, and thin
elsewhere. These are chosen, in this order:

- trials that are being trained now,
- trials that wait at a rung and are nearest to the front there, since they may have to be trained further,
- trials that are nearest to the front of any rung,
- the most recent trials,
- the rest, evenly over log cost.

Each choice is a function of the trials alone: it is the same when a search is continued.

References:
    Chalupka, Williams, Murray (2013), JMLR 14: subsets of data against approximations of the whole.
    Moss, Ober, Picheny (2023), AISTATS: in optimisation, points chosen for their quality and their diversity at once.
"""

from collections.abc import Sequence

import numpy as np
from optuna.trial import FrozenTrial

from search.optimizer.arrays import FloatArray, IntArray
from search.optimizer.rungs import distance_to_front
from search.optimizer.trials.history import History

SUBSET_SIZE = 1_000
"""The most trials with a result that a decision learns from."""

WAITING, NEAREST, RECENT = 0.25, 0.4, 0.1
"""Shares of them: that wait at a rung, that are chosen for being near the front, and for being recent."""

CELLS = 64
"""Equal parts of the range of log costs, over which the rest is spread."""


def training_subset(
    trials: Sequence[FrozenTrial], history: History, waiting: Sequence[int]
) -> tuple[Sequence[FrozenTrial], list[FrozenTrial]]:
    """The trials to learn from, by number, and those of them that may be trained further.

    Args:
        trials: All of the study, by number.
        history: Of these trials.
        waiting: Numbers of those that may be trained further.
    """
    losses = history.losses()
    if len(trials) <= SUBSET_SIZE or np.count_nonzero(~np.isnan(losses).all(axis=1)) <= SUBSET_SIZE:
        return trials, [trials[number] for number in waiting]
    chosen = choose(losses, np.array(history.costs), waiting=np.array(waiting, dtype=int))
    subset = {*chosen.tolist(), *history.training}
    return [trials[number] for number in sorted(subset)], [trials[number] for number in waiting if number in subset]


def choose(losses: FloatArray, costs: FloatArray, *, waiting: IntArray) -> IntArray:
    """Rows of `SUBSET_SIZE` trials with a result, or of all where they are fewer, in order of precedence.

    Args:
        losses: Array of shape (n, n_rungs), log losses; NaN where there is none.
        costs: Array of shape (n,).
        waiting: Rows of trials that wait at their last rung.
    """
    measured = np.flatnonzero(~np.isnan(losses).all(axis=1))
    lowest_ranks = np.nanmin(_ranks(losses, costs)[measured], axis=1)
    parts = (
        (WAITING, nearest(losses, costs, waiting=waiting)),
        (NEAREST, measured[np.argsort(lowest_ranks, kind="stable")]),
        (RECENT, measured[::-1]),
        (1, measured[_spread(costs[measured])]),
    )
    chosen: dict[int, None] = {}
    for share, part in parts:
        most = min(int(share * SUBSET_SIZE), SUBSET_SIZE - len(chosen))
        new = [row for row in part[: most + len(chosen)].tolist() if row not in chosen]
        chosen |= dict.fromkeys(new[:most])
    return np.array(list(chosen), dtype=int)


def nearest(losses: FloatArray, costs: FloatArray, *, waiting: IntArray) -> IntArray:
    """The rows of `waiting`, in order of their distance from the front of their last rung; arguments as of `choose`."""
    last = losses.shape[1] - 1 - np.argmax(~np.isnan(losses[:, ::-1]), axis=1)
    at_last = _ranks(losses, costs)[waiting, last[waiting]]
    return waiting[np.argsort(at_last, kind="stable")]


def _ranks(losses: FloatArray, costs: FloatArray) -> FloatArray:
    """Place of each result by its distance from the front of its rung, 0 is nearest; NaN where there is none.

    Distances of different rungs are not compared: their noise differs.
    """
    ranks = np.full(losses.shape, np.nan)
    for rung in range(losses.shape[1]):
        at_rung = np.flatnonzero(~np.isnan(losses[:, rung]))
        order = np.argsort(distance_to_front(losses[at_rung, rung], costs[at_rung]), kind="stable")
        ranks[at_rung[order], rung] = np.arange(len(at_rung))
    return ranks


def _spread(costs: FloatArray) -> IntArray:
    """An order in which each beginning is spread evenly over log cost: one of each cell, a second of each, ..."""
    logs = np.log(costs)
    width = max(float(np.ptp(logs)), 1e-12) / CELLS
    cells = np.minimum(((logs - logs.min()) / width).astype(int), CELLS - 1)
    # Within a cell by chance, which is the same whenever it is drawn.
    chance = np.random.default_rng(0).random(len(costs))
    order = np.lexsort((chance, cells))
    starts = np.searchsorted(cells[order], cells[order], side="left")
    return order[np.argsort(np.arange(len(order)) - starts, kind="stable")]
