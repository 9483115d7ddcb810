"""The first networks of a study, before anything is learnt: even over log cost, and as unlike each other as can be.

The cost alone does not tell networks apart. Of the candidates near the next cost, the one is begun that differs most
from all that were begun before it. So few trainings show as many choices as they can.

References:
    Lee, Perrone, Archambeau, Seeger (2020), arXiv:2003.10870: a cost-effective initial design.
    Johnson, Moore, Ylvisaker (1990), J. Stat. Plan. Inference 26: maximin distance designs.
"""

import math
from collections.abc import Collection, Sequence
from random import Random

import numpy as np
from optuna.trial import FrozenTrial

from search.optimizer.gp.encoding import encode
from search.optimizer.gp.surrogate import squared_distances
from search.optimizer.networks.candidates import Candidate, distributions_of, variations
from search.optimizer.networks.describe import must_build
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.training_time import even_in_time, power_of_cost
from search.optimizer.trials.records import has_cost
from spaces.network import Space

N_STARTUP_TRIALS = 12
"""Trials before anything is learnt."""

STARTUP_TRAININGS = 6
"""They are fewer where they would take more full trainings than this: where there is no rung, or only a high one."""

NEAR = 0.03
"""Share of the range of log costs. Nothing is gained by a network that is nearer to a cost than this."""

CHOSEN_FROM = 500
"""Candidates at most, so that another seed begins with other networks even where a space lists all it has."""

NEAREST = 4
"""Candidates near a cost, of which the one that differs most from the trials is begun."""

APPROACHES = 50
"""Changes of a network that is further away."""


def n_startup_trials(ladder: Ladder) -> int:
    """Trials before anything is learnt."""
    return min(N_STARTUP_TRIALS, max(1, STARTUP_TRAININGS * ladder.top // ladder.rungs[0]))


def next_of_design(
    trials: Sequence[FrozenTrial],
    pool: Sequence[Candidate],
    *,
    problem: Problem,
    known: Collection[str],
    random: Random,
) -> Candidate:
    """The candidate to begin: near the next cost of a sequence that fills the range, evenly in time.

    Args:
        trials: So far.
        pool: One or more candidates.
        problem: What is searched; with bounds.
        known: Function keys of networks that are not to be proposed again.
        random: Generator.
    """
    bounds, pool = problem.rectangle, random.sample(pool, min(len(pool), CHOSEN_FROM))
    position = even_in_time(_van_der_corput(len(known) + 1), power_of_cost(trials) * bounds.width)
    distances = np.abs(bounds.positions([candidate.cost for candidate in pool]) - position)
    nearest = int(np.argmin(distances))
    if distances[nearest] > NEAR and not must_build(problem.space):
        cost = bounds.lowest_cost * math.exp(bounds.width * position)
        return _approach(cost, pool[nearest], problem=problem, known=known, random=random)
    order = np.argsort(distances, kind="stable")[:NEAREST].tolist()
    near = [pool[index] for index in order if distances[index] <= max(NEAR, distances[nearest])]
    return _most_different(near, trials, problem.space)


def _approach(
    cost: float, candidate: Candidate, *, problem: Problem, known: Collection[str], random: Random
) -> Candidate:
    """The candidate, changed a little as long as that brings it nearer to a cost at which no network was drawn."""
    for _ in range(APPROACHES):
        varied = variations(problem, [candidate.params], known=known, random=random, count=1)
        candidate = min([candidate, *varied], key=lambda network: abs(math.log(network.cost / cost)))
    return candidate


def _most_different(near: Sequence[Candidate], trials: Sequence[FrozenTrial], space: Space) -> Candidate:
    """The candidate that is furthest from the nearest trial, by its choices; without trials the first."""
    tried = [trial.params for trial in trials if has_cost(trial)]
    if not tried:
        return near[0]
    distributions = distributions_of([*trials, *near], space)
    features = encode([*tried, *(candidate.params for candidate in near)], distributions).features
    distances = squared_distances(features[len(tried) :], features[: len(tried)]).min(axis=1)
    return near[int(np.argmax(distances))]


def _van_der_corput(index: int) -> float:
    """The `index`-th number, from 1 on, of a sequence that halves every gap in turn: 1/2, 1/4, 3/4, 1/8, ..."""
    value, step = 0.0, 0.5
    while index:
        value += step * (index & 1)
        index, step = index >> 1, step / 2
    return value
