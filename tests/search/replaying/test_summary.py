"""Figures of a replay, over its repetitions."""

import pytest

from search.replaying.summary import percent_by_budget, shares_in_words


def test_only_budgets_that_every_seed_has_spent_are_scored():
    percent = percent_by_budget([{5: 0.5, 10: 0.75}, {5: 0.7}])
    assert list(percent) == ["5"]
    assert percent["5"] == {"mean": pytest.approx(60), "std": pytest.approx(10), "per_seed": [50.0, pytest.approx(70)]}


def test_shares_in_words():
    assert shares_in_words({5: 0.5, 10: 0.756}) == "5: 50.0 %  10: 75.6 %"
