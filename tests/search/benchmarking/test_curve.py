"""A hypervolume that rises in steps."""

import numpy as np
import pytest

from search.benchmarking import FULL_TRAININGS
from tests.search.benchmarking.curves import made_curve


def test_it_is_that_of_the_last_training_within_the_budget():
    curve = made_curve("random", 0)
    spent, hypervolumes = curve.spent[FULL_TRAININGS], curve.hypervolumes
    budgets = [0.1, 1, 2.5, *spent, 100]
    expected = [max([0.0, *(h for s, h in zip(spent, hypervolumes, strict=True) if s <= b)]) for b in budgets]
    assert curve.at(budgets, unit=FULL_TRAININGS) == pytest.approx(expected)


def test_what_an_unfinished_search_will_reach_is_not_known():
    curve = made_curve("random", 0, is_finished=False, total=4.5)
    assert np.isnan(curve.at([1, 4, 4.5, 5, 50], unit=FULL_TRAININGS)).tolist() == [False, False, False, True, True]


def test_before_the_first_full_training_there_is_none():
    curve = made_curve("random", 0, trainings=0, total=3)
    assert curve.at([1, 2, 9], unit=FULL_TRAININGS).tolist() == [0, 0, 0]
