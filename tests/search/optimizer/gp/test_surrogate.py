"""The Gaussian process against differences, another library and what it should find in made-up data."""

import numpy as np
import pytest

from search.optimizer.gp.encoding import LINE_ONLY
from search.optimizer.gp.observations import Observations
from search.optimizer.gp.parameters import SOURCE_TASK_MEAN, GPParameters
from search.optimizer.gp.surrogate import NegativeLogPosterior, Surrogate, fit


def made_up(n, *, rungs=1, noise=0.05, seed=0, source_task_mean=False, lines=()):
    random = np.random.default_rng(seed)
    features = random.random((n, 4))
    at = random.integers(0, rungs, n)
    values = np.sin(3 * features[:, 0]) + features[:, 1] ** 2 - 0.3 * at + noise * random.normal(size=n)
    groups = np.array([0, 1, 2, 2 if len(lines) < 2 else LINE_ONLY])
    if source_task_mean:
        features, groups = (
            np.column_stack([features, values + 0.1 * random.normal(size=n)]),
            np.append(groups, SOURCE_TASK_MEAN),
        )
    return Observations(features, at, values), GPParameters(groups, np.array([1.0, 3.0, 9.0][-rungs:]), lines)


@pytest.mark.parametrize(("source_task_mean", "lines"), [(False, [3]), (True, [3]), (True, [1, 3])])
@pytest.mark.parametrize("rungs", [1, 2, 3])
def test_the_gradient_is_that_of_differences(rungs, source_task_mean, lines):
    observations, gp_parameters = made_up(25, rungs=rungs, source_task_mean=source_task_mean, lines=lines)
    random = np.random.default_rng(1)
    objective = NegativeLogPosterior(observations, gp_parameters, gp_parameters.sample_prior_mean(random))
    parameters = gp_parameters.prior[0] + 0.3 * random.normal(size=len(gp_parameters.prior[0]))
    _, gradient = objective(parameters)
    for index, step in enumerate(1e-5 * np.eye(len(parameters))):
        slope = (objective(parameters + step)[0] - objective(parameters - step)[0]) / 2e-5
        assert gradient[index] == pytest.approx(slope, rel=1e-4, abs=1e-5)


def sums_of_products(left, right, **_):
    """A linear kernel of the last column."""
    return left[-1] * right[-1]


def products_of_places(left, right, *, columns, **_):
    """A linear kernel of some columns, from -1 to 1 in each."""
    return (2 * left[columns] - 1) @ (2 * right[columns] - 1)


@pytest.mark.parametrize(("source_task_mean", "lines"), [(False, []), (True, []), (False, [3]), (False, [1, 3])])
def test_predictions_are_those_of_scikit_learn_with_the_same_kernel(source_task_mean, lines):
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, PairwiseKernel, WhiteKernel

    observations, gp_parameters = made_up(40, source_task_mean=source_task_mean, lines=lines)
    parameters = gp_parameters.prior[0] + 0.1
    part, scale = gp_parameters.slices, gp_parameters.scale(observations)
    lengths = np.exp(-parameters[part["weights"]] / 2)[np.maximum(gp_parameters.groups, 0)]
    lengths[gp_parameters.groups < 0] = 1e9
    kernel = Matern(lengths, nu=2.5)
    if source_task_mean:
        kernel += ConstantKernel(np.exp(parameters[part["source_slope"]][0])) * PairwiseKernel(metric=sums_of_products)
    kernel = ConstantKernel(np.exp(parameters[part["amplitude"]][0])) * kernel
    kernel += ConstantKernel(scale.intercepts[0, 0])
    if lines:
        places = PairwiseKernel(metric=products_of_places, pairwise_kernels_kwargs={"columns": lines})
        kernel += ConstantKernel(scale.slopes[0, 0]) * places
    noise = np.exp(parameters[part["noise"]][0])
    other = GaussianProcessRegressor(kernel + WhiteKernel(noise), optimizer=None, alpha=1e-6)
    other.fit(observations.features, (observations.values - scale.offsets[0]) / scale.deviation)
    new = made_up(15, seed=9, source_task_mean=source_task_mean)[0].features
    means, deviations = Surrogate(observations, gp_parameters, parameters).predict(new, 0)
    expected, spread = other.predict(new, return_std=True)
    np.testing.assert_allclose(means, expected * scale.deviation + scale.offsets[0], rtol=1e-5)
    np.testing.assert_allclose(deviations, np.sqrt(spread**2 - noise) * scale.deviation, rtol=1e-3)


def test_it_learns_and_knows_its_noise():
    observations, gp_parameters = made_up(120, noise=0.1)
    surrogate = Surrogate(observations, gp_parameters, fit(observations, gp_parameters))
    new, _ = made_up(200, noise=0.0, seed=5)
    means, deviations = surrogate.predict(new.features, 0)
    assert np.sqrt(np.mean((means - new.values) ** 2)) < 0.1
    assert np.mean(np.abs(means - new.values) < 2 * deviations) > 0.85
    assert surrogate.noise(0) == pytest.approx(0.1, rel=0.4)


def test_fantasies_move_no_mean_and_shrink_deviations_most_where_they_are():
    observations, gp_parameters = made_up(40, rungs=2)
    surrogate = Surrogate(observations, gp_parameters, fit(observations, gp_parameters))
    pending, new = made_up(6, seed=3)[0].features, made_up(50, seed=4)[0].features
    conditioned = surrogate.condition_on_fantasies(pending, np.array([0, 1, 0, 1, 0, 1]))
    for rung in (0, 1):
        (before, unsure), (after, surer) = surrogate.predict(new, rung), conditioned.predict(new, rung)
        np.testing.assert_allclose(after, before, atol=1e-6)
        assert np.all(surer <= unsure + 1e-9)
    nearest = [surrogate.predict(pending, 1)[1][1], conditioned.predict(pending, 1)[1][1]]
    assert nearest[1] < nearest[0]
    assert surrogate.condition_on_fantasies(pending[:0], np.zeros(0, dtype=int)) is surrogate


@pytest.mark.parametrize("sign", [1, -1])
def test_a_source_task_predicts_what_was_never_measured_whichever_way_it_points(sign):
    few, gp_parameters = made_up(7, source_task_mean=True, noise=0.02)
    few.features[:, -1] *= sign
    new, _ = made_up(200, source_task_mean=True, noise=0.0, seed=5)
    new.features[:, -1] *= sign
    bare = GPParameters(gp_parameters.groups[:-1], gp_parameters.epochs)
    without = Observations(few.features[:, :-1], few.rungs, few.values)

    def error(observations, gp_parameters, features):
        means, _ = Surrogate(observations, gp_parameters, fit(observations, gp_parameters)).predict(features, 0)
        return np.sqrt(np.mean((means - new.values) ** 2))

    assert error(few, gp_parameters, new.features) < 0.8 * error(without, bare, new.features[:, :-1])


def test_many_short_trainings_predict_long_ones():
    few, gp_parameters = made_up(60, rungs=2, noise=0.02)
    keep = (few.rungs == 0) | (np.cumsum(few.rungs) <= 5)
    few = few.take(np.flatnonzero(keep))
    new = made_up(100, noise=0.0, seed=7)[0].features
    truth = np.sin(3 * new[:, 0]) + new[:, 1] ** 2
    both = Surrogate(few, gp_parameters, fit(few, gp_parameters)).predict(new, 1)[0]
    assert np.corrcoef(both, truth)[0, 1] > 0.9


@pytest.mark.parametrize(("n", "determined"), [(1, False), (100, True)])
def test_length_scales_that_results_do_not_determine_differ_each_time(n, determined):
    observations, gp_parameters = made_up(n)
    draws = [
        fit(observations, gp_parameters, expected=gp_parameters.sample_prior_mean(np.random.default_rng(seed)))
        for seed in range(40)
    ]
    spread = np.std(draws, axis=0)[gp_parameters.slices["weights"]]
    prior = gp_parameters.prior[1][gp_parameters.slices["weights"]]
    assert np.all(spread < 0.6 * prior) if determined else spread == pytest.approx(prior, rel=0.25)


def test_only_length_scales_are_sampled():
    gp_parameters = GPParameters(np.array([0, 1, 1]), np.array([1.0, 3.0]))
    sampled, (means, _) = gp_parameters.sample_prior_mean(np.random.default_rng(0)), gp_parameters.prior
    changed = np.zeros(len(means), dtype=bool)
    changed[gp_parameters.slices["weights"]] = True
    np.testing.assert_array_equal(sampled != means, changed)


def test_how_much_short_trainings_underrate_dear_networks_is_unknown_until_one_was_trained_for_long():
    """Losses at the lower rung are the same at every cost; the long ones of dear networks are lower by a third."""
    random = np.random.default_rng(0)
    features = random.random((60, 4))

    def posterior(*, dearest, lines=(3,)):
        trained = np.flatnonzero(features[:, 3] < dearest)[:12]
        at = np.repeat([0, 1], [60, len(trained)])
        values = np.append(np.zeros(60), -0.2 - 0.2 * (2 * features[trained, 3] - 1))
        values += 0.02 * random.normal(size=len(at))
        observations = Observations(np.concatenate([features, features[trained]]), at, values)
        gp_parameters = GPParameters(np.array([0, 1, 2, 3]), np.array([3.0, 9.0]), lines)
        means, deviations = Surrogate(observations, gp_parameters, fit(observations, gp_parameters)).predict(dear, 1)
        return means.mean(), deviations.mean()

    dear = np.column_stack([random.random((20, 3)), np.linspace(0.9, 1.0, 20)])
    truth = -0.2 - 0.2 * (2 * dear[:, 3] - 1).mean()
    mean, deviation = posterior(dearest=0.3)
    assert abs(mean - truth) < 2 * deviation
    mean, sure = posterior(dearest=0.3, lines=())
    assert mean - truth > 2 * sure  # without the line: wrong, and sure of it
    mean, sure = posterior(dearest=1.0)
    assert abs(mean - truth) < 0.05 and sure < 0.5 * deviation


def test_dear_networks_are_expected_on_the_line_of_the_cheap_ones():
    """Losses fall with cost. Dear networks gain more by a long training, and few that are cheap have had one yet."""

    def loss(rows, rung):
        place = 2 * rows[:, -1] - 1
        return 0.2 * np.sin(3 * rows[:, 0]) - 0.4 * place - rung * (0.3 + 0.15 * place)

    def error(seed):
        random = np.random.default_rng(seed)
        features = random.random((40, 6))
        trained, dear = features[features[:, -1] < 0.3][:5], features[features[:, -1] > 0.8]
        at = np.repeat([0, 1], [len(features), len(trained)])
        values = np.append(loss(features, 0), loss(trained, 1)) + 0.02 * random.normal(size=len(at))
        observations = Observations(np.concatenate([features, trained]), at, values)
        gp_parameters = GPParameters(np.arange(6), np.array([1.0, 9.0]), (5,))
        surrogate = Surrogate(observations, gp_parameters, fit(observations, gp_parameters))
        return np.sqrt(np.mean((surrogate.predict(dear, 1)[0] - loss(dear, 1)) ** 2))

    assert np.mean([error(seed) for seed in range(8)]) < 0.12


@pytest.mark.parametrize("values", [[0.3], [0.3, 0.3, 0.3], [-9.2, 0.0], [-1.0] * 20])
def test_odd_histories_are_no_error(values):
    n = len(values)
    observations = Observations(np.zeros((n, 4)), np.zeros(n, dtype=int), np.array(values))
    gp_parameters = GPParameters(np.array([0, 1, 2, 2]), np.ones(1))
    means, deviations = Surrogate(observations, gp_parameters, fit(observations, gp_parameters)).predict(
        np.ones((3, 4)), 0
    )
    assert np.all(np.isfinite(means)) and np.all(deviations > 0)
