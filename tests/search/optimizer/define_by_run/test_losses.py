"""From measured values of any sign and size to losses."""

import numpy as np
import pytest

from search.optimizer.define_by_run.losses import LossScale

ACCURACIES = [0.62, 0.71, 0.80, 0.83, 0.9]


def losses(values):
    scale = LossScale.of(values)
    return np.array([scale.loss(value) for value in values])


def test_an_accuracy_to_maximise_has_the_losses_of_the_error_to_minimise():
    of_accuracy = losses([-accuracy for accuracy in ACCURACIES])
    of_error = losses([1 - accuracy for accuracy in ACCURACIES])
    np.testing.assert_allclose(of_accuracy, of_error)
    np.testing.assert_allclose(of_error, (1 - np.array(ACCURACIES)) / (1 - ACCURACIES[0]))


def test_an_error_that_is_never_negative_keeps_its_ratios():
    np.testing.assert_allclose(losses([3.0, 6.0, 12.0])[1:] / losses([3.0, 6.0, 12.0])[0], [2, 4])


@pytest.mark.parametrize("shift", [0.0, 1e3, -1e6])
@pytest.mark.parametrize("factor", [1e-3, 1.0, 1e4])
def test_unbounded_values_have_the_same_losses_wherever_they_lie(shift, factor):
    rewards = np.array([-7.0, -3.0, -2.5, 1.0, 4.0])
    np.testing.assert_allclose(losses(shift - factor * rewards), losses(1e9 - rewards), rtol=1e-4)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [0.0],
        [5.0],
        [-5.0],
        [0.3] * 9,
        [np.nan, 1.0],
        [np.inf, -np.inf],
        [0.0, 0.0, 1.0],
        [1e-300, 1e300],
        [-1.0] * 3,
    ],
)
def test_odd_values_have_finite_losses_in_order(values):
    of_values = losses(values)
    assert np.all(np.isfinite(of_values))
    assert np.all(of_values >= 0)
    finite = [(value, loss) for value, loss in zip(values, of_values, strict=True) if np.isfinite(value)]
    assert [loss for _, loss in sorted(finite)] == sorted(loss for _, loss in finite)


def test_one_diverged_trial_does_not_hide_the_others():
    usual = losses([0.1, 0.2, 0.3, 0.4, 0.5])
    with_outlier = losses([0.1, 0.2, 0.3, 0.4, 0.5, 1e12])[:5]
    assert np.ptp(np.log(with_outlier)) == pytest.approx(np.ptp(np.log(usual)))


def test_a_value_that_is_not_finite_is_as_bad_as_no_result():
    scale = LossScale.of([1.0, 2.0, 3.0])
    assert scale.loss(np.nan) == scale.loss(np.inf) == 1.0
