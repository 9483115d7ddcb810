"""Importance of choices: the one that decides is the most important, and shares sum to 1."""

import pytest

from search.comparison.importance import importances
from spaces.blocks import StandardConv
from tests.search.comparison.random_trials import network_trials


def test_the_choice_that_decides_is_the_most_important(recwarn):
    def accuracy(layers):
        return 50 + 20 * isinstance(layers[0], StandardConv)

    result = importances(network_trials(200, accuracy))
    accuracies = {name: values[0] for name, values in result.items()}
    assert max(accuracies, key=accuracies.get) == "stem_kind"
    assert sum(accuracies.values()) == pytest.approx(1)
    assert sum(values[1] for values in result.values()) == pytest.approx(1)
    assert importances(network_trials(10, accuracy)) == {}
    assert not [warning for warning in recwarn if "importance" in str(warning.message)]
