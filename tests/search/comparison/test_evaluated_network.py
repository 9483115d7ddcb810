"""The figures of a network, compared to those of another."""

from pathlib import Path

import numpy as np
import pytest

from search.comparison.evaluated_network import EvaluatedNetwork, cross_entropy
from search.comparison.networks import NamedNetwork
from search.comparison.tables import cells
from search.exporting.final_training import FinalTraining, TrainingResult
from search.training.recipe import ONE_CYCLE
from search.training.trainer import EpochResult
from spaces.cost import Cost, LayerCost
from spaces.reference import resnet8, separable_cnn

EPOCH = EpochResult(1, 0.5, 1.0, 0.1, 2.0, 100.0, 1.0, 0.5)


def evaluated(*test_accuracies, architecture=None):
    architecture = architecture or resnet8()
    trainings = [
        TrainingResult(FinalTraining("ResNet-8", architecture, ONE_CYCLE, 1, seed), [EPOCH], Path("model.keras"))
        for seed, _ in enumerate(test_accuracies)
    ]
    return EvaluatedNetwork(
        NamedNetwork("ResNet-8", architecture),
        "one-cycle",
        trainings,
        test_accuracies,
        test_losses=[0.7] * len(trainings),
        int8_accuracies=(),
        latency_ms=None,
    )


@pytest.mark.parametrize("accuracies", [(0.7901, 0.7963, 0.7918), (0.1, 0.2, 0.3)])
def test_a_network_does_not_differ_from_itself(accuracies):
    row = evaluated(*accuracies).row(evaluated(*accuracies))
    assert row["difference_points"] == 0
    assert "+0.00" in cells(row)


def test_a_difference_is_in_percentage_points():
    assert evaluated(0.82, 0.84).row(evaluated(0.80, 0.81))["difference_points"] == pytest.approx(2.5)


def test_costs_are_compared_to_the_baseline():
    small, large = separable_cnn(), resnet8()
    row = evaluated(0.8, architecture=small).row(evaluated(0.8, architecture=large))
    ratio = small.cost().parameters / large.cost().parameters
    assert row["fewer_parameters_factor"] == pytest.approx(1 / ratio)
    assert row["fewer_parameters_percent"] == pytest.approx(100 * (1 - ratio))
    assert row["test_accuracy_std"] is None and row["int8_accuracy"] is None


def test_multiply_adds_that_are_not_known_are_not_compared():
    class Uncounted:
        def cost(self):
            return Cost((LayerCost("own", "Own", (8, 8, 4), 0, 12, 0),), unknown=("own",))

    row = evaluated(0.8, architecture=Uncounted()).row(evaluated(0.8))
    assert row["fewer_multiply_adds_factor"] is None
    assert row["fewer_parameters_factor"] == pytest.approx(resnet8().cost().parameters / 12)
    assert cells(row)[2:4] == ["at least 0", f"12, {row['fewer_parameters_factor']:,.1f}x fewer"]


def test_cross_entropy_by_hand():
    predictions = np.array([[0.5, 0.5], [1.0, 0.0], [0.9, 0.1]])
    labels = np.array([0, 1, 0])
    assert cross_entropy(predictions, labels) == pytest.approx(-(np.log(0.5) + np.log(1e-7) + np.log(0.9)) / 3)
