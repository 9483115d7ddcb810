"""Candidates: under the caps, at all costs, none twice."""

from random import Random

import numpy as np
import pytest
from optuna.distributions import FloatDistribution, IntDistribution

from search.optimizer.networks.candidates import (
    CheapHyperParameters,
    MutatedHyperParameters,
    RandomCandidates,
    variations,
)
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.hyperparameters import RandomHyperParameters, StoredHyperParameters
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from spaces.hybrid import HybridSpace
from tests.toy_space import ToySpace

SPACE = HybridSpace()


def problem(space=SPACE, **caps):
    return Problem(space, Ladder((1, 3, 9)), Caps(**caps))


@pytest.mark.parametrize(("max_flops", "shares"), [(25e6, [0, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1]), (2e6, [0, 1 / 2, 1])])
def test_random_networks_reach_all_costs_under_the_cap(max_flops, shares):
    drawn = [RandomCandidates(problem(flops=max_flops), seed=seed).at(0) for seed in range(3)]
    costs = np.array([2 * candidate.cost for of_seed in drawn for candidate in of_seed])
    assert costs.max() <= max_flops
    counts, _ = np.histogram(costs, bins=max_flops * np.array(shares))
    assert counts.min() > 0.05 * len(costs)


def test_without_caps_they_are_uniform():
    drawn = RandomCandidates(problem(ToySpace()), seed=0).at(0)
    widths = [width for candidate in drawn for width in candidate.params.values()]
    counts = np.bincount(np.searchsorted(ToySpace().widths, widths))
    assert counts.max() < 1.25 * counts.min()


@pytest.mark.parametrize("tilt", [0.0, 3.0])
def test_the_smallest_number_is_so_many_times_as_likely_as_the_largest(tilt):
    random, counts = Random(0), {width: 0 for width in ToySpace().widths}
    for _ in range(8_000):
        hp = CheapHyperParameters(tilt=tilt, random=random)
        for width in ToySpace().architecture(hp).widths:
            counts[width] += 1
    expected = np.exp(-tilt * np.arange(4) / 3)
    np.testing.assert_allclose(np.array(list(counts.values())) / 24_000, expected / expected.sum(), atol=0.012)


NUMBERS = [
    FloatDistribution(-2.0, 6.0),
    FloatDistribution(1e-4, 1.0, log=True),
    FloatDistribution(0.0, 8.0, step=0.5),
    IntDistribution(1, 4_000, log=True),
    IntDistribution(-10, 90, step=10),
]


def share_of_range(value, distribution):
    scale = np.log if distribution.log else float
    low, high = scale(distribution.low), scale(distribution.high)
    return (scale(value) - low) / (high - low)


def is_in(value, distribution):
    return distribution._contains(distribution.to_internal_repr(value))


@pytest.mark.parametrize("distribution", NUMBERS, ids=str)
@pytest.mark.parametrize("tilt", [0.0, 3.0])
def test_the_low_end_of_a_range_is_so_many_times_as_likely_as_the_high_end(distribution, tilt):
    random = Random(0)
    drawn = [CheapHyperParameters(tilt=tilt, random=random).suggest("x", distribution) for _ in range(4_000)]
    assert all(is_in(value, distribution) for value in drawn)
    in_lower_half = np.mean([share_of_range(value, distribution) < 0.5 for value in drawn])
    expected = 0.5 if tilt == 0 else (1 - np.exp(-tilt / 2)) / (1 - np.exp(-tilt))
    assert abs(in_lower_half - expected) < 0.06


@pytest.mark.parametrize("distribution", NUMBERS, ids=str)
def test_half_of_the_changes_of_a_number_are_small(distribution):
    random, parent = Random(0), {"x": 20 if isinstance(distribution, IntDistribution) else 0.5}
    changed = [MutatedHyperParameters([parent], rate=1, random=random).suggest("x", distribution) for _ in range(4_000)]
    assert all(is_in(value, distribution) for value in changed)
    start = share_of_range(parent["x"], distribution)
    steps = np.array([abs(share_of_range(value, distribution) - start) for value in changed])
    assert 0.5 < np.mean(steps < 0.25) < 0.85
    assert np.mean(steps > 0.35) > 0.1


def test_variations_are_new_within_the_caps_and_near_their_parents():
    random, task = Random(0), problem(flops=5e6)
    parents = [dict(candidate.params) for candidate in RandomCandidates(task, seed=0).at(0)[:5]]
    known = {SPACE.architecture(StoredHyperParameters(params)).function_key for params in parents}
    made = variations(task, parents, known=known, random=random, count=200)
    keys = [candidate.key for candidate in made]
    assert len(set(keys)) == len(keys) > 50 and not set(keys) & known
    for candidate in made:
        cost = SPACE.architecture(StoredHyperParameters(candidate.params)).cost()
        assert task.caps.allow(cost) and candidate.cost == cost.multiply_adds
    other = RandomHyperParameters(random)
    SPACE.architecture(other)

    def shared(params, parent):
        return sum(params.get(name) == value for name, value in parent.items()) / len(parent)

    to_parents = np.mean([max(shared(candidate.params, parent) for parent in parents) for candidate in made])
    assert to_parents > 0.6 > np.mean([shared(other.values, parent) for parent in parents])
