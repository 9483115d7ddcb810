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


def knee_of(*networks):
    """The knee of networks, each an accuracy and how far its cost is between the rectangle's edges."""
    accuracies, positions = np.array(networks, dtype=float).reshape(-1, 2).T
    return knee(1 - accuracies, 100.0**positions, BOUNDS)


def test_the_knee_is_where_the_curve_bends():
    assert knee_of((0.50, 0.1), (0.70, 0.2), (0.75, 0.5), (0.80, 0.9)) == 1
    assert knee_of((0.50, 0.1), (0.52, 0.2), (0.75, 0.5), (0.80, 0.9)) == 2


@pytest.mark.parametrize("seed", range(20))
def test_the_knee_is_the_furthest_from_the_line_of_the_ends(seed):
    """By Das's construction: the distance to the line through the first and the last."""
    random = np.random.default_rng(seed)
    positions, accuracies = np.sort(random.uniform(0, 1, 8)), np.sort(random.uniform(0.6, 0.9, 8))
    positions = positions / 2 + 0.5 * np.arange(8) / 7  # so wide that the line is no steeper than the diagonal
    first, last = np.array([positions[0], accuracies[0]]), np.array([positions[-1], accuracies[-1]])
    along, beside = last - first, np.column_stack((positions, accuracies)) - first
    above = along[0] * beside[:, 1] - along[1] * beside[:, 0]
    assert knee_of(*zip(accuracies, positions, strict=True)) == np.argmax(above)


def test_of_two_the_knee_is_the_cheaper_unless_the_other_is_worth_its_cost():
    assert knee_of((0.80, 0.1), (0.85, 0.9)) == 0
    assert knee_of((0.50, 0.49), (0.88, 0.50)) == 1
    assert knee_of((0.50, 0.49), (0.51, 0.495), (0.88, 0.50)) == 2
    # A tenth of the rectangle's width is worth a tenth of its height, which is 0.09 of accuracy.
    assert knee_of((0.70, 0.4), (0.78, 0.5)) == 0
    assert knee_of((0.70, 0.4), (0.80, 0.5)) == 1


def test_a_knee_is_worth_taking():
    assert knee_of((0.101, 0.0), (0.639, 0.9)) == 1
    assert knee_of((0.30, 0.0), (0.639, 1.0)) == 1  # less than half as far above chance
    assert knee_of((0.38, 0.0), (0.639, 1.0)) == 0
    assert knee_of((0.10, 0.0), (0.11, 0.1), (0.12, 0.5), (0.60, 0.9)) == 3
    assert knee_of((0.10, 0.0), (0.60, 0.1), (0.62, 0.5), (0.64, 0.9)) == 1
    assert knee_of((0.70, 0.5)) == 0


def test_without_a_network_above_chance_there_is_no_knee():
    assert knee_of((0.10, 0.0), (0.12, 0.5)) is None
    assert knee_of((0.14, 0.2)) is None
    assert knee_of((0.15, 0.2)) == 0  # 5 % of the way from 0.1 to 1 is 0.145
    assert knee_of() is None
    assert knee([np.nan], [1.0], BOUNDS) is None
    half = Bounds(reference_loss=0.5, lowest_cost=1.0, highest_cost=100.0)
    assert [knee([1 - accuracy], [2.0], half) for accuracy in (0.52, 0.53)] == [None, 0]


def test_the_knee_does_not_depend_on_the_unit_of_the_costs_nor_on_the_order_of_the_points():
    losses, costs = random_points(4)
    scaled = Bounds(0.9, BOUNDS.lowest_cost * 1e6, BOUNDS.highest_cost * 1e6)
    index = knee(losses, costs, BOUNDS)
    assert index is not None
    assert knee(losses, 1e6 * costs, scaled) == index
    turned = knee(losses[::-1], costs[::-1], BOUNDS)
    assert (losses[::-1][turned], costs[::-1][turned]) == (losses[index], costs[index])


def test_inputs_are_not_changed():
    losses, costs = random_points(0)
    kept = losses.copy(), costs.copy()
    front(losses, costs), hypervolume(losses, costs, BOUNDS), knee(losses, costs, BOUNDS)
    np.testing.assert_array_equal(losses, kept[0])
    np.testing.assert_array_equal(costs, kept[1])


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="same shape"):
        front([0.1, 0.2], [1.0])
    with pytest.raises(ValueError, match="lowest_cost"):
        Bounds(0.9, 10, 1)
    with pytest.raises(ValueError, match="best_loss"):
        Bounds(0.1, 1, 10, best_loss=0.2)
