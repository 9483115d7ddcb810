"""A network of a comparison, with all that was measured of it."""

import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from search.comparison.networks import NamedNetwork
from search.devices.formats import is_installed, write_and_load
from search.exporting.evaluation import predict, trained_model
from search.exporting.exported_format import accuracy, probabilities
from search.exporting.final_training import TrainingResult
from spaces.cost import Cost

INT8 = "litert-int8"
LEAST_PROBABILITY = 1e-7
"""Probabilities below are raised to it before a logarithm is taken, as in Keras's losses."""


@dataclass(frozen=True)
class EvaluatedNetwork:
    """A network, trained with a recipe and tested.

    Attributes:
        network: The network.
        recipe: The recipe's name.
        trainings: One for each seed.
        test_accuracies: Of each training, 0 to 1.
        test_losses: Mean cross-entropy of each training.
        int8_accuracies: Of each training after quantisation, 0 to 1; empty if LiteRT is not installed or can't run it.
        latency_ms: Of one image on one thread in LiteRT; None if it is not installed.
    """

    network: NamedNetwork
    recipe: str
    trainings: Sequence[TrainingResult]
    test_accuracies: Sequence[float]
    test_losses: Sequence[float]
    int8_accuracies: Sequence[float]
    latency_ms: float | None

    @property
    def name(self) -> str:
        """The network and its recipe."""
        return f"{self.network.name}, {self.recipe}"

    @property
    def history(self) -> list[dict[str, Any]]:
        """The epochs of the first training; each has the fields of `EpochResult`."""
        return [asdict(epoch) for epoch in self.trainings[0].history]

    def row(self, baseline: "EvaluatedNetwork") -> dict[str, Any]:
        """The figures, also relative to a baseline. Accuracies are in percent, differences in percentage points."""
        cost, baseline_cost = self.network.architecture.cost(), baseline.network.architecture.cost()
        tests = [100 * accuracy for accuracy in self.test_accuracies]
        baseline_tests = [100 * accuracy for accuracy in baseline.test_accuracies]
        return {
            "network": self.network.name,
            "recipe": self.recipe,
            "epochs": self.trainings[0].training.epochs,
            "seeds": len(self.trainings),
            "parameters": cost.parameters,
            "fewer_parameters_percent": 100 * (1 - cost.parameters / baseline_cost.parameters),
            "fewer_parameters_factor": baseline_cost.parameters / cost.parameters,
            "multiply_adds": cost.multiply_adds,
            "uncounted_layers": len(cost.unknown),
            "fewer_multiply_adds_factor": _multiply_adds_ratio(baseline_cost, cost),
            "training_seconds": statistics.fmean(training.seconds for training in self.trainings),
            "validation_accuracy": statistics.fmean(100 * training.validation_accuracy for training in self.trainings),
            "test_accuracy": statistics.fmean(tests),
            "test_accuracy_std": statistics.stdev(tests) if len(tests) > 1 else None,
            "test_loss": statistics.fmean(self.test_losses),
            "difference_points": statistics.fmean(tests) - statistics.fmean(baseline_tests),
            "int8_accuracy": 100 * statistics.fmean(self.int8_accuracies) if self.int8_accuracies else None,
            "latency_ms": self.latency_ms,
        }


def _multiply_adds_ratio(one: Cost, other: Cost) -> float | None:
    """None if those of a network are not known."""
    is_known = not (one.unknown or other.unknown) and other.multiply_adds
    return one.multiply_adds / other.multiply_adds if is_known else None


def evaluate(
    network: NamedNetwork,
    recipe: str,
    trainings: Sequence[TrainingResult],
    *,
    test: tuple[np.ndarray, np.ndarray],
    calibration: np.ndarray,
    latency_ms: float | None,
) -> EvaluatedNetwork:
    """Test the trainings of one network on the test split.

    Args:
        network: The network.
        recipe: The recipe's name.
        trainings: One for each seed.
        test: Images and labels.
        calibration: uint8 training images of shape (n, height, width, channels), for quantisation.
        latency_ms: As measured.
    """
    images, labels = test
    predictions = [predict(training, images) for training in trainings]
    return EvaluatedNetwork(
        network,
        recipe,
        trainings,
        test_accuracies=[accuracy(prediction, labels) for prediction in predictions],
        test_losses=[cross_entropy(prediction, labels) for prediction in predictions],
        int8_accuracies=_int8_accuracies(trainings, images, labels, calibration) if is_installed(INT8) else [],
        latency_ms=latency_ms,
    )


def cross_entropy(predictions: np.ndarray, labels: np.ndarray) -> float:
    """Mean negative logarithm of the labels' probabilities.

    Args:
        predictions: Probabilities, array of shape (n, classes).
        labels: Integer array of shape (n,).
    """
    of_labels = predictions[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(of_labels, LEAST_PROBABILITY)).mean())


def _int8_accuracies(
    trainings: Sequence[TrainingResult], images: np.ndarray, labels: np.ndarray, calibration: np.ndarray
) -> list[float]:
    """Of each training; of none if the network can't be quantised."""
    accuracies = []
    for training in trainings:
        with tempfile.TemporaryDirectory(prefix="search-int8-") as folder:
            try:
                _, run = write_and_load(INT8, trained_model(training), Path(folder), calibration=calibration)
            except Exception:  # Converters raise nearly anything.
                return []
            accuracies.append(accuracy(probabilities(run, images), labels))
    return accuracies
