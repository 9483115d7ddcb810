"""What a network of the comparison is worth."""

import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from search.comparison.networks import Network
from search.devices.formats import FORMATS, is_installed, write
from search.exporting.exported_format import accuracy, probabilities
from search.exporting.final_training import Trained
from search.exporting.judging import network_of, predicted

INT8 = "litert-int8"
LEAST_PROBABILITY = 1e-7  # of which a logarithm is taken, as in Keras's losses


@dataclass(frozen=True)
class Measured:
    """A network under a recipe.

    Attributes:
        network: Which.
        recipe: The recipe's name.
        trained: One training a seed.
        test_accuracies: Of each, 0 to 1.
        test_losses: Of each, mean cross-entropy.
        int8_accuracies: Of each, quantised; empty where LiteRT is not installed.
        latency_ms: Of one image on one thread in LiteRT; None likewise.
    """

    network: Network
    recipe: str
    trained: Sequence[Trained]
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
        """The epochs of the first training, the fields of `EpochResult`."""
        return [asdict(epoch) for epoch in self.trained[0].history]

    def row(self, baseline: "Measured") -> dict[str, Any]:
        """The figures, beside those of another network; accuracies in percent, differences in points."""
        cost, other = self.network.architecture.cost(), baseline.network.architecture.cost()
        tests, tests_of_other = ([100 * value for value in one.test_accuracies] for one in (self, baseline))
        return {
            "network": self.network.name,
            "recipe": self.recipe,
            "epochs": self.trained[0].training.epochs,
            "seeds": len(self.trained),
            "parameters": cost.parameters,
            "fewer_parameters_percent": 100 * (1 - cost.parameters / other.parameters),
            "fewer_parameters_factor": other.parameters / cost.parameters,
            "multiply_adds": cost.multiply_adds,
            "fewer_multiply_adds_factor": other.multiply_adds / cost.multiply_adds,
            "training_seconds": statistics.fmean(trained.seconds for trained in self.trained),
            "validation_accuracy": statistics.fmean(100 * trained.validation_accuracy for trained in self.trained),
            "test_accuracy": statistics.fmean(tests),
            "test_accuracy_std": statistics.stdev(tests) if len(tests) > 1 else None,
            "test_loss": statistics.fmean(self.test_losses),
            "difference_points": statistics.fmean(tests) - statistics.fmean(tests_of_other),
            "int8_accuracy": 100 * statistics.fmean(self.int8_accuracies) if self.int8_accuracies else None,
            "latency_ms": self.latency_ms,
        }


def measured(
    network: Network,
    recipe: str,
    trained: Sequence[Trained],
    *,
    test: tuple[np.ndarray, np.ndarray],
    calibration: np.ndarray,
    latency_ms: float | None,
) -> Measured:
    """Judge trainings of one network on the test split.

    Args:
        network: Which.
        recipe: The recipe's name.
        trained: One a seed.
        test: Images and labels.
        calibration: uint8 training images of shape (n, height, width, 3), to quantise by.
        latency_ms: As measured.
    """
    images, labels = test
    found = [predicted(one, images) for one in trained]
    return Measured(
        network,
        recipe,
        trained,
        [accuracy(one, labels) for one in found],
        [cross_entropy(one, labels) for one in found],
        [_int8_accuracy(one, images, labels, calibration) for one in trained if is_installed(INT8)],
        latency_ms,
    )


def cross_entropy(found: np.ndarray, labels: np.ndarray) -> float:
    """Mean negative log probability of the labels (n,) under probabilities (n, classes)."""
    return float(-np.log(np.maximum(found[np.arange(len(labels)), labels], LEAST_PROBABILITY)).mean())


def _int8_accuracy(trained: Trained, images: np.ndarray, labels: np.ndarray, calibration: np.ndarray) -> float:
    with tempfile.TemporaryDirectory(prefix="search-int8-") as folder:
        path = write(INT8, network_of(trained), Path(folder), calibration=calibration)
        return accuracy(probabilities(FORMATS[INT8].load(path), images), labels)
