"""The result of a search, from Python."""

import optuna
import pytest

from search.errors import UsageError
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials import attributes as attr
from search.results import SearchResult


@pytest.fixture
def empty():
    study = optuna.create_study(directions=["maximize", "minimize"])
    study.set_user_attr(attr.SETTINGS, {})
    study.set_user_attr(attr.BOUNDS, {"reference_loss": 0.9, "lowest_cost": 1.0, "highest_cost": 2.0})
    return SearchResult(StoredStudy(study))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_flops": "4 potatoes"}, "a limit must be a positive number .*; got '4 potatoes'"),
        ({"max_params": -1}, "a limit must be a positive number"),
        ({"max_flops": float("nan")}, "a limit must be a positive number"),
        ({"max_flops": "x" * 10_000}, "a limit must be a positive number"),
        ({"pick": "x" * 10_000}, "pick must be"),
        ({"pick": "knee"}, "front"),
        ({"trial": 7}, "trial"),
    ],
    ids=range(7),
)
def test_a_choice_that_is_not_possible_is_one_sentence(empty, options, message):
    with pytest.raises(UsageError, match=message) as caught:
        empty.pick(**options)
    assert str(caught.value).isprintable() and len(str(caught.value)) < 600
