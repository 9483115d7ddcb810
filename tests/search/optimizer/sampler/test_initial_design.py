"""The first networks of a study: how many there are, how even in cost, and how unlike each other."""

import itertools
import operator
from random import Random

import numpy as np
import pytest
from optuna.distributions import CategoricalDistribution
from optuna.trial import TrialState, create_trial

from search.optimizer.networks.candidates import Candidate
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.initial_design import NEAREST, n_startup_trials, next_of_design
from search.optimizer.trials import attributes as attr
from tests.toy_space import ToySpace

WORDS = CategoricalDistribution(("a", "b", "c"))
SPACE = {f"layer{number}": WORDS for number in range(4)}


def candidate(words, cost):
    params = dict(zip(SPACE, words, strict=True))
    return Candidate(params, SPACE, key="".join(words), cost=cost, parameters=0.0, mutated=False)


def trial(words):
    params = dict(zip(SPACE, words, strict=True))
    return create_trial(
        state=TrialState.RUNNING, params=params, distributions=SPACE, user_attrs={attr.MACS: 100}, values=None
    )


def chosen(pool, trials, *, known=0, seed=0):
    problem = Problem(ToySpace(), Ladder((9,)), bounds=Bounds(0.9, 10.0, 1_000.0))
    known = [str(number) for number in range(known)]
    return next_of_design(trials, pool, problem=problem, known=known, random=Random(seed))


@pytest.mark.parametrize(
    ("rungs", "trials"), [((1, 3, 9), 12), ((1, 3), 12), ((200, 600), 12), ((5, 9), 10), ((9,), 6), ((200,), 6)]
)
def test_they_take_six_full_trainings_at_most(rungs, trials):
    assert n_startup_trials(Ladder(rungs)) == trials


def test_of_networks_that_cost_the_same_the_most_different_comes_next():
    tried = ("aaaa", "abbb", "aabb")
    pool = [
        candidate(words, cost=100.0) for words in itertools.islice(itertools.product("abc", repeat=4), 60, 60 + NEAREST)
    ]

    def differences(network):
        words = network.params.values()
        return min(sum(map(operator.ne, words, other)) for other in tried)

    assert differences(chosen(pool, list(map(trial, tried)))) == max(map(differences, pool))


def test_costs_halve_the_gaps_that_are_left():
    costs = np.geomspace(10.0, 1_000.0, 200)
    pool = [candidate(("a", "b", "c", "a"), cost=float(cost)) for cost in costs]
    places = [np.log(chosen(pool, [], known=known).cost / 10) / np.log(100) for known in range(7)]
    np.testing.assert_allclose(places, [1 / 2, 1 / 4, 3 / 4, 1 / 8, 5 / 8, 3 / 8, 7 / 8], atol=0.03)


def test_another_seed_begins_with_another_network_of_a_large_pool():
    pool = [candidate(words, cost=cost) for words in itertools.product("abc", repeat=4) for cost in range(95, 105)]
    assert len({chosen(pool, [], seed=seed).key for seed in range(10)}) > 1
