"""Fronts, hypervolumes and knees against brute force and closed forms."""

import numpy as np
import pytest

from search.optimizer.pareto import Bounds, front, hypervolume, knee

BOUNDS = Bounds(reference_loss=0.9, lowest_cost=1.0, highest_cost=100.0)


def random_points(seed, n=40):
    """Points with ties in both objectives."""
    random = np.random.default_rng(seed)
    return random.integers(0, 10, n) / 10, np.exp(random.integers(-2, 12, n) / 2)


def brute_front(losses, costs):
    def beaten(i):
        return any(
            losses[j] <= losses[i] and costs[j] <= costs[i] and (losses[j] < losses[i] or costs[j] < costs[i] or j < i)
            for j in range(len(losses))
            if j != i
        )

    return sorted((i for i in range(len(losses)) if not beaten(i)), key=lambda i: costs[i])


def brute_hypervolume(losses, costs, bounds, steps=20_000):
    """The mean height of the step curve on a grid over log cost."""
    grid = np.linspace(np.log(bounds.lowest_cost), np.log(bounds.highest_cost), steps, endpoint=False)
    best = np.full(steps, bounds.reference_loss)
    for loss, cost in zip(losses, costs, strict=True):
        best = np.where(np.log(cost) <= grid, np.minimum(best, loss), best)
    return np.mean(bounds.reference_loss - np.maximum(best, bounds.best_loss)) / (
        bounds.reference_loss - bounds.best_loss
    )


@pytest.mark.parametrize("seed", range(20))
def test_the_front_is_that_of_brute_force(seed):
    losses, costs = random_points(seed)
    assert front(losses, costs).tolist() == brute_front(losses, costs)


@pytest.mark.parametrize("seed", range(20))
def test_the_hypervolume_is_that_of_a_grid(seed):
    losses, costs = random_points(seed, n=seed)
    assert hypervolume(losses, costs, BOUNDS) == pytest.approx(brute_hypervolume(losses, costs, BOUNDS), abs=2e-3)


def test_one_point_is_one_rectangle():
    found = hypervolume([0.3], [10.0], BOUNDS)
    assert found == pytest.approx((0.9 - 0.3) / 0.9 * 0.5)  # 10 is half of the way from 1 to 100, in logarithms


def test_what_lies_outside_counts_as_far_as_it_reaches_in():
    assert hypervolume([], [], BOUNDS) == 0
    assert hypervolume([0.95, 0.1], [2.0, 100.0], BOUNDS) == 0
    assert hypervolume([0.0], [0.01], BOUNDS) == pytest.approx(1)
    assert hypervolume([-1.0], [0.01], BOUNDS) == pytest.approx(1)
    assert hypervolume([np.nan, 0.3], [2.0, np.nan], BOUNDS) == 0


def test_more_points_never_lessen_it():
    losses, costs = random_points(3, n=60)
    grown = [hypervolume(losses[:n], costs[:n], BOUNDS) for n in range(61)]
    assert np.all(np.diff(grown) >= 0)


def test_odd_sets_have_the_front_they_should():
    assert front([], []).tolist() == []
    assert front([0.5], [1.0]).tolist() == [0]
    assert front([0.5, 0.5, 0.5], [1.0, 1.0, 1.0]).tolist() == [0]
    assert front([np.nan, 0.5], [1.0, 2.0]).tolist() == [1]
    assert front([np.nan], [1.0]).tolist() == []


def test_the_knee_is_where_the_curve_bends():
    costs = np.exp([0.0, 1.0, 2.0, 3.0])
    assert knee([0.9, 0.3, 0.25, 0.2], costs) == 1
    assert knee([0.9, 0.85, 0.3, 0.2], costs) == 2
    assert knee([0.9], costs[:1]) == knee([0.9, 0.5], costs[:2]) == 0
    with pytest.raises(ValueError, match="at least one point"):
        knee([np.nan], [1.0])


def test_inputs_are_not_changed():
    losses, costs = random_points(0)
    kept = losses.copy(), costs.copy()
    front(losses, costs), hypervolume(losses, costs, BOUNDS), knee(losses, costs)
    np.testing.assert_array_equal(losses, kept[0])
    np.testing.assert_array_equal(costs, kept[1])


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="same shape"):
        front([0.1, 0.2], [1.0])
    with pytest.raises(ValueError, match="lowest_cost"):
        Bounds(0.9, 10, 1)
    with pytest.raises(ValueError, match="best_loss"):
        Bounds(0.1, 1, 10, best_loss=0.2)
