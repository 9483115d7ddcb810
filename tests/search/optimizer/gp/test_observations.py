"""What the Gaussian process is fitted to: rows by rung, and outliers that are warped."""

import numpy as np
import pytest

from search.optimizer.gp.observations import Observations, observe, warp_outliers
from search.optimizer.gp.parameters import GPParameters
from search.optimizer.gp.surrogate import Surrogate, fit


def test_each_loss_at_a_rung_is_an_observation_of_its_network():
    features, costs = np.array([[0.0], [1.0], [2.0]]), np.array([10.0, 20.0, 30.0])
    losses = [{1: -1.0, 9: -2.0}, {}, {3: -1.5, 4: 0.0}]
    observations, observed = observe(features, losses, costs, epochs=(1, 3, 9))
    np.testing.assert_array_equal(observations.features[:, 0], [0, 0, 2])
    np.testing.assert_array_equal(observations.rungs, [0, 2, 1])
    np.testing.assert_allclose(observations.values, [-1.0, -2.0, -1.5])  # alone at their rungs: on its front
    np.testing.assert_array_equal(observed, [10, 10, 30])


@pytest.mark.parametrize("number, least, most", [(20, 0.85, 0.95), (200, 0.4, 0.6)])
def test_an_outlier_is_warped_where_results_are_many_and_the_order_kept(number, least, most):
    values, costs = np.append(np.linspace(-2.0, -1.6, number - 1), 0.0), np.ones(number)
    warped = warp_outliers(Observations(np.zeros((number, 1)), np.zeros(number, dtype=int), values), costs).values
    assert warped[0] == values[0] and np.all(np.diff(warped) > 0)
    shrunk = (warped[1:] - warped[0]) / (values[1:] - values[0])
    assert np.all(np.diff(shrunk) < 0) and shrunk[0] > 0.99
    assert least < shrunk[-1] < most


def test_a_cheap_network_is_no_outlier_for_being_worse_than_dear_ones():
    random = np.random.default_rng(0)
    costs = np.exp(random.random(40))
    on_the_front = Observations(np.zeros((40, 1)), random.integers(0, 2, 40), -np.log(costs))
    np.testing.assert_allclose(warp_outliers(on_the_front, costs).values, on_the_front.values)


@pytest.mark.parametrize("seed", range(4))
def test_good_networks_are_distinguished_although_bad_ones_differ_far_more(seed):
    random = np.random.default_rng(seed)
    features = random.random((240, 3))
    quality = 0.2 * np.sin(5 * features[:, 0]) + 0.2 * features[:, 1]  # What good networks differ by.
    bad = features[:, 2] > 0.6
    values = quality + 4 * bad * (1 + np.prod(np.sin(9 * features[:, :2]), axis=1)) + 0.02 * random.normal(size=240)
    seen = Observations(features, np.zeros(240, dtype=int), values).take(np.arange(120))
    new = np.arange(120, 240)[~bad[120:]]
    gp_parameters, errors = GPParameters(np.arange(3), np.ones(1)), []
    for observations in (seen, warp_outliers(seen, np.ones(120))):
        means, _ = Surrogate(observations, gp_parameters, fit(observations, gp_parameters)).predict(features[new], 0)
        errors.append(np.std(means - quality[new]))
    assert errors[1] < 0.7 * errors[0]
