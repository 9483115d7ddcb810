"""The expected gain against a Monte-Carlo estimate, and at its limits."""

import numpy as np
import pytest
from scipy.optimize import brentq

from search.optimizer.gp.acquisition import expected_hypervolume_improvement, reservation_price
from search.optimizer.pareto import Bounds, hypervolume

BOUNDS = Bounds(reference_loss=0.9, lowest_cost=1.0, highest_cost=1_000.0)


def gain_of(loss, cost, losses, costs):
    before = hypervolume(losses, costs, BOUNDS)
    return hypervolume([*losses, loss], [*costs, cost], BOUNDS) - before


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 6))])
def test_it_is_the_mean_of_many_draws(seed):
    random = np.random.default_rng(seed)
    losses, costs = random.uniform(0.2, 0.8, seed), np.exp(random.uniform(0, 7, seed))
    mean, deviation, cost = np.log(0.4), 0.3, float(np.exp(random.uniform(0.5, 6)))
    drawn = [gain_of(loss, cost, losses, costs) for loss in np.exp(random.normal(mean, deviation, 20_000))]
    found = expected_hypervolume_improvement(
        np.array([mean]), np.array([deviation]), np.array([cost]), front_losses=losses, front_costs=costs, bounds=BOUNDS
    )
    assert found[0] == pytest.approx(np.mean(drawn), abs=5 * np.std(drawn) / 20_000**0.5 + 1e-6)


def test_without_doubt_it_is_the_gain_itself():
    losses, costs = np.array([0.6, 0.3]), np.array([5.0, 50.0])
    wanted = [(0.5, 2.0), (0.2, 100.0), (0.7, 200.0), (0.95, 3.0)]
    found = expected_hypervolume_improvement(
        np.log([loss for loss, _ in wanted]), np.zeros(4), np.array([cost for _, cost in wanted]),
        front_losses=losses, front_costs=costs, bounds=BOUNDS,
    )  # fmt: skip
    np.testing.assert_allclose(found, [gain_of(loss, cost, losses, costs) for loss, cost in wanted], atol=1e-9)


def test_nothing_is_gained_beyond_the_highest_cost():
    found = expected_hypervolume_improvement(
        np.log([0.1]), np.array([0.5]), np.array([2_000.0]), front_losses=[], front_costs=[], bounds=BOUNDS
    )
    assert found[0] == 0


@pytest.mark.parametrize("seed", range(20))
def test_a_look_is_worth_the_price_at_which_it_gains_nothing(seed):
    random = np.random.default_rng(seed)
    rewards = random.choice([0.0, 1.0], size=7) * random.exponential(size=7)
    weights = random.dirichlet(np.ones(7))
    look, rest = random.uniform(0.1, 3, 2)
    found = reservation_price(rewards[None], weights, look=look, rest=rest)[0]
    if rewards.max() == 0:
        assert found == 0
        return
    expected = brentq(lambda g: np.sum(weights * np.maximum(rewards - g * rest, 0)) - g * look, 0, rewards.max() / look)
    assert found == pytest.approx(expected, rel=1e-9)


def test_a_look_that_costs_next_to_nothing_is_worth_more_than_going_all_the_way():
    rewards, weights = np.array([[0.0, 0.0, 3.0]]), np.full(3, 1 / 3)
    all_the_way = (rewards[0] @ weights) / 10
    assert reservation_price(rewards, weights, look=1, rest=9)[0] > all_the_way
    certain = np.array([[1.0, 1.0, 1.0]])
    assert reservation_price(certain, weights, look=1, rest=9)[0] == pytest.approx(0.1)
