"""The history of the hypervolume, against one computed trial by trial from Optuna's storage."""

import pytest

from search.display.hypervolume_history import BLOCKS, HypervolumeHistory, recent_gain, sparkline
from search.optimizer.pareto import hypervolume
from tests.search.display.simulated import SimulatedPool, opened, searched


@pytest.fixture(scope="module")
def study():
    return searched(opened(rungs=(1, 3)), SimulatedPool(3), total=20)


def test_there_is_a_value_for_each_trial_that_ended(study):
    complete = sorted(study.complete_trials(), key=lambda trial: trial.datetime_complete)
    points = [(1 - trial.values[0], trial.values[1] / 2) for trial in complete]
    expected = [hypervolume(*zip(*points[:number], strict=True), study.bounds) for number in range(1, len(points) + 1)]
    history = HypervolumeHistory()
    history.update(study)
    assert history.values == pytest.approx(expected)
    assert history.values == sorted(history.values)
    assert history.values[-1] == pytest.approx(study.hypervolume())


def test_updating_after_each_event_equals_one_update_at_the_end(study):
    live = HypervolumeHistory()
    again = opened(rungs=(1, 3))
    searched(again, SimulatedPool(3), total=20, watch=lambda event: live.update(again))
    late = HypervolumeHistory()
    late.update(again)
    assert live.values == late.values
    assert len(live.values) > 5


def test_the_gain_is_that_of_the_last_ten():
    assert recent_gain([]) == 0
    assert recent_gain([0.25]) == 0.25
    assert recent_gain([0.5] * 4) == 0.5
    assert recent_gain([0.0, 0.1, *[0.3] * 8, 0.375]) == pytest.approx(0.375)
    assert recent_gain([0.0, 0.1, *[0.3] * 9, 0.375]) == pytest.approx(0.275)


def test_a_sparkline_goes_from_the_lowest_block_to_the_highest():
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7], width=20) == BLOCKS
    assert sparkline([-1.0, 1.0], width=20) == "▁█"


def test_a_sparkline_of_many_values_keeps_its_width_and_its_last_value():
    line = sparkline([*range(500), 50000], width=10)
    assert line == "▁" * 9 + "█"


@pytest.mark.parametrize("values", [[], [0.0], [0.5] * 30])
def test_a_sparkline_of_nothing_or_of_equal_values_is_flat(values):
    assert sparkline(values, width=12) == "▁" * min(12, len(values))
