"""Curves of the hypervolume over time, by hand."""

import numpy as np
import optuna
import pytest
from optuna.trial import TrialState, create_trial

from search.optimizer.pareto import Bounds
from search.optimizer.trials import attributes as attr
from tests.benchmarks import hypervolume_curves as curves_of

QUICK = {"minutes": [1.0, 2.0], "hypervolume": [0.1, 0.3]}
SLOW = {"minutes": [2.0, 4.0], "hypervolume": [0.1, 0.2]}


def test_a_curve_is_a_step_function():
    assert [curves_of.hypervolume_at(QUICK, time) for time in (0.5, 1, 1.5, 2, 9)] == [0, 0.1, 0.1, 0.3, 0.3]
    assert [curves_of.minutes_to(QUICK, target) for target in (0.05, 0.1, 0.2, 0.3)] == [1, 1, 2, 2]
    assert curves_of.minutes_to(QUICK, 0.4) == np.inf


def test_the_mean_of_two_seeds():
    mean = curves_of.mean_curve([QUICK, SLOW])
    assert mean["minutes"] == [1, 2, 4]
    np.testing.assert_allclose(mean["hypervolume"], [0.05, 0.2, 0.25])


def test_how_many_times_as_fast():
    result = curves_of.summary({"quick": [QUICK, QUICK], "mixed": [SLOW, QUICK], "slow": [SLOW, SLOW]}, minutes=4)
    assert result["times_as_fast_to_the_same"] == {"mixed": [2, 2], "slow": [2, 2]}
    assert result["times_as_fast_in_the_mean"] == {"mixed": 2, "slow": 2}  # these reach 0.25 and 0.2 on average
    assert result["hypervolume"]["mixed"]["2"] == [0.1, 0.3]


def test_the_best_within_each_budget():
    front = [(0.5, 0.4e6, "a"), (0.7, 2e6, "b"), (0.8, 9e6, "c")]
    assert curves_of.by_budget({"x": [{"front": front}, {"front": []}]})["x"] == {
        "0.5": [0.5, 0],
        "1": [0.5, 0],
        "2": [0.7, 0],
        "4": [0.7, 0],
        "8": [0.7, 0],
        "16": [0.8, 0],
    }


def test_the_curve_of_a_stored_study(tmp_path):
    study = optuna.create_study(
        storage=f"sqlite:///{tmp_path}/search.db", study_name="study", directions=["maximize", "minimize"]
    )
    for accuracy, flops in ((0.6, 1e6), (0.5, 2e6), (0.8, 4e6)):
        attributes = {attr.WORDS: f"{flops:g}", attr.EPOCHS: [], attr.MACS: flops / 2}
        study.add_trial(create_trial(state=TrialState.COMPLETE, values=(accuracy, flops), user_attrs=attributes))
    begun = study.trials[0].datetime_start.timestamp() - 60
    (tmp_path / curves_of.STARTED).write_text(str(begun))
    bounds = Bounds(0.9, 0.5e6, 5e6)
    curve = curves_of.hypervolume_curve(tmp_path, bounds)
    assert curve["networks_trained"] == 3
    np.testing.assert_allclose(curve["minutes"], 1, atol=0.1)
    area = 0.9 * np.log(10)
    first = 0.5 * np.log(5e6 / 0.5e6) / area
    np.testing.assert_allclose(curve["hypervolume"], [first, first, first + 0.2 * np.log(2.5) / area])
    assert [words for *_, words in curve["front"]] == ["1e+06", "4e+06"]
    with pytest.raises(ValueError):
        curves_of.rectangle([])
