"""Successive halving: the rounds by hand, and that the network which is best in the end is found."""

from types import SimpleNamespace

import pytest

from search.exporting.final_training import FinalTraining
from search.exporting.successive_halving import Round, best_of, rounds
from search.results import TrainedNetwork
from search.training.recipe import ONE_CYCLE
from spaces.reference import hybrid_cnn_xs


@pytest.mark.parametrize(
    ("networks", "expected"),
    [
        (1, []),
        (2, [Round(2, 18)]),
        (3, [Round(3, 9), Round(2, 18)]),
        (4, [Round(4, 9), Round(2, 18)]),
        (5, [Round(5, 4), Round(3, 9), Round(2, 18)]),
        (8, [Round(8, 4), Round(4, 9), Round(2, 18)]),
    ],
)
def test_rounds_by_hand(networks, expected):
    assert rounds(networks, epochs=36) == expected


def test_a_round_takes_an_epoch_at_least():
    assert rounds(8, epochs=1) == [Round(8, 1), Round(4, 1), Round(2, 1)]


def networks(count):
    return [TrainedNetwork(number, hybrid_cnn_xs(), 0.5) for number in range(count)]


def training_of(network, epochs):
    return FinalTraining(network.name, network.architecture, ONE_CYCLE, epochs, 0)


def trained_by(accuracies, *, done=None):
    """Trains by reading accuracies, by name and epochs; notes in `done` what was trained."""

    def train(trainings):
        if done is not None:
            done.extend((one.name, one.epochs) for one in trainings)
        return {one: SimpleNamespace(validation_accuracy=accuracies[one.name](one.epochs)) for one in trainings}

    return train


def test_the_network_that_is_best_after_long_trainings_is_found():
    accuracies = {
        "trial 0": lambda epochs: 0.70,
        "trial 1": lambda epochs: 0.71 + 0.002 * epochs,  # second at first
        "trial 2": lambda epochs: 0.75 - 0.001 * epochs,
        "trial 3": lambda epochs: 0.60,
    }
    done = []
    best, measured = best_of(
        networks(4), rounds(4, epochs=36), training_of=training_of, train=trained_by(accuracies, done=done)
    )
    assert best.trial == 1
    assert done == [*((f"trial {number}", 9) for number in range(4)), ("trial 1", 18), ("trial 2", 18)]
    assert [set(each) for each in measured] == [{9}, {9, 18}, {9, 18}, {9}]


def test_the_cheaper_of_equals_goes_on():
    accuracies = {f"trial {number}": lambda epochs: 0.5 for number in range(4)}
    best, _ = best_of(networks(4), rounds(4, epochs=36), training_of=training_of, train=trained_by(accuracies))
    assert best.trial == 0


def test_a_person_may_stop_it():
    best, measured = best_of(networks(2), rounds(2, epochs=4), training_of=training_of, train=lambda trainings: {})
    assert best is None and measured == [{}, {}]
