"""What a network of a comparison is worth, beside others."""

from pathlib import Path

import pytest
from search.comparison.measured import Measured
from search.comparison.outputs import cells

from search.comparison.networks import Network
from search.exporting.final_training import FinalTraining, Trained
from search.training.recipe import ONE_CYCLE
from search.training.trainer import EpochResult
from spaces.reference import resnet8

EPOCH = EpochResult(1, 0.5, 1.0, 0.1, 2.0, 100.0, 1.0, 0.5)


def measured(*test_accuracies):
    trained = [
        Trained(FinalTraining("ResNet-8", resnet8(), ONE_CYCLE, 1, seed), [EPOCH], Path("model.keras"))
        for seed, _ in enumerate(test_accuracies)
    ]
    losses = [0.7] * len(trained)
    return Measured(Network("ResNet-8", resnet8()), "one-cycle", trained, test_accuracies, losses, (), None)


@pytest.mark.parametrize("accuracies", [(0.7901, 0.7963, 0.7918), (0.1, 0.2, 0.3)])
def test_beside_itself_a_network_differs_by_nothing(accuracies):
    row = measured(*accuracies).row(measured(*accuracies))
    assert row["difference_points"] == 0
    assert "+0.00" in cells(row)


def test_a_difference_is_in_points():
    assert measured(0.82, 0.84).row(measured(0.80, 0.81))["difference_points"] == pytest.approx(2.5)
