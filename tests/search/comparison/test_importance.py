"""Importance of choices in a study: the one that decides comes first, and chance alone names none."""

from search.comparison.importance import importances
from spaces.blocks import StandardConv
from tests.search.comparison.random_trials import network_trials


def test_the_choice_that_decides_is_the_most_important():
    def accuracy(layers):
        return 50 + 20 * isinstance(layers[0], StandardConv)

    result = importances(network_trials(100, accuracy))
    assert max(result, key=lambda choice: choice.accuracy or 0).name == "stem_kind"
    assert {choice.trials for choice in result} == {100}


def test_noise_makes_no_choice_important_for_accuracy():
    """In at most two studies of ten: by chance one in twenty names a choice."""
    studies = [network_trials(40, lambda layers: 50, seed=seed) for seed in range(10)]
    named = [any(choice.accuracy is not None for choice in importances(trials)) for trials in studies]
    assert sum(named) <= 2


def test_a_few_trials_tell_nothing():
    assert importances(network_trials(4, lambda layers: len(layers))) == []
    assert importances([]) == []
