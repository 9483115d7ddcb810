"""One exported network: which one it is, how its trainings went, and what its files are worth."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mlflow_runs.objectives import Objective
from search.devices.boards import Board
from search.devices.latency import Latency
from search.exporting.exported_format import ExportedFormat
from search.exporting.final_training import TrainingResult
from search.exporting.fitting_boards import fitting_boards
from search.exporting.microcontroller import MicrocontrollerFigures
from search.exporting.ranks import rank_correlation
from search.optimizer.pareto import front
from search.quantities import counted
from search.results import TrainedNetwork
from search.results.cost_words import cost_words


@dataclass(frozen=True)
class PruningResult:
    """The effect of pruning, on the test split.

    Attributes:
        sparsity: Share of the weights of large kernels that are zero, 0 to 1.
        fine_tuning: Epochs of training after pruning.
        accuracy_before, accuracy_after: Of the exported network, 0 to 1.
        compressed_bytes_before: Sizes of the files before pruning, by format.
    """

    sparsity: float
    fine_tuning: int
    accuracy_before: float
    accuracy_after: float
    compressed_bytes_before: dict[str, int]

    def words(self) -> str:
        """The effect in a sentence."""
        return (
            f"Pruned to {100 * self.sparsity:.0f} % zeros: {100 * self.accuracy_before:.2f} % before, "
            f"{100 * self.accuracy_after:.2f} % after {counted(self.fine_tuning, 'epoch')} of fine-tuning."
        )


@dataclass(frozen=True)
class ExportedNetwork:
    """A network with its trainings and files.

    Attributes:
        network: The network, as the search left it.
        folder: The folder of its files.
        trainings: One for each seed.
        test_accuracies: Of each training, 0 to 1.
        predictions: Classes that the exported network predicts for the test images: array of shape (n,).
        files: One for each format that could be written.
        unwritable: The other formats, with the reason.
        latencies: Of the files; empty if they were not measured.
        pruning: None if nothing was pruned.
        microcontroller: Of the int8 file; None if it was not written.
    """

    network: TrainedNetwork
    folder: Path
    trainings: Sequence[TrainingResult]
    test_accuracies: Sequence[float]
    predictions: np.ndarray
    files: Sequence[ExportedFormat]
    unwritable: Mapping[str, str]
    latencies: Sequence[Latency]
    pruning: PruningResult | None
    microcontroller: MicrocontrollerFigures | None = None

    @property
    def best(self) -> int:
        """Index of the training whose network is exported."""
        return best_training(self.trainings)

    @property
    def mean_validation_accuracy(self) -> float:
        """Over the seeds, 0 to 1."""
        return statistics.fmean(training.validation_accuracy for training in self.trainings)

    @property
    def boards(self) -> Sequence[Board] | None:
        """Boards on which it fits; None where that is unknown."""
        figures = self.microcontroller
        return fitting_boards(
            self.network.cost,
            arena_bytes=figures and figures.arena_bytes,
            file_bytes=figures and figures.flash_bytes,
        )

    def words(self) -> str:
        """The result in one or two sentences."""
        test = f"Test accuracy {100 * self.test_accuracies[self.best]:.2f} %"
        if len(self.trainings) > 1:
            spread = _spread(self.test_accuracies)
            test += f" ({100 * spread['mean']:.2f} ± {100 * spread['std']:.2f} over {len(self.trainings)} seeds)"
        sentence = (
            f"{test}, validation {100 * self.trainings[self.best].validation_accuracy:.2f} %, "
            f"{cost_words(self.network.cost)}."
        )
        return sentence + (f" {self.pruning.words()}" if self.pruning else "")

    def summary(self) -> dict[str, Any]:
        """The figures by which networks are compared; plain data."""
        return self._part(
            *("trial", "network", "flops", "parameters", "ram_bytes", "flash_bytes"),
            *("search_accuracy", "validation", "test", "epochs"),
        )

    def settings(self) -> dict[str, Any]:
        """What was chosen, by name."""
        chosen = self._part("trial", "network", "key", "epochs", "seed")
        return chosen | ({"operators": ", ".join(self.microcontroller.operators)} if self.microcontroller else {})

    def metrics(self) -> dict[str, float]:
        """What was measured, by name."""
        measured = self._part("test_accuracy", "validation_accuracy", "flops", "multiply_adds", "parameters", "seconds")
        by_format = {f"test_accuracy/{file.format}": file.test_accuracy for file in self.files}
        milliseconds = {
            f"latency_ms/{latency.format}/batch {latency.batch}/threads {latency.threads}": latency.median_ms
            for latency in self.latencies
        }
        return measured | by_format | milliseconds | (self.microcontroller.metrics() if self.microcontroller else {})

    def _part(self, *names: str) -> dict[str, Any]:
        values = self.to_dict()
        return {name: values[name] for name in names}

    def to_dict(self) -> dict[str, Any]:
        """All figures as plain data, for JSON. Accuracies are 0 to 1; spreads are standard deviations over seeds."""
        cost = self.network.cost
        exported = self.trainings[self.best]
        return {
            "trial": self.network.trial,
            "network": self.network.words,
            "key": self.network.architecture.key,
            "flops": cost.flops,
            "multiply_adds": cost.multiply_adds,
            "parameters": cost.parameters,
            "ram_bytes": cost.ram_bytes,
            "flash_bytes": cost.flash_bytes,
            "boards": None if self.boards is None else [board.name for board in self.boards],
            "search_accuracy": self.network.accuracy,
            "seed": exported.training.seed,
            "epochs": exported.training.total_epochs,
            "seconds": round(exported.seconds, 1),
            "validation_accuracy": exported.validation_accuracy,
            "test_accuracy": self.test_accuracies[self.best],
            "validation": _spread([result.validation_accuracy for result in self.trainings]),
            "test": _spread(self.test_accuracies),
            "seeds": [
                {
                    "seed": result.training.seed,
                    "validation_accuracy": result.validation_accuracy,
                    "test_accuracy": test_accuracy,
                }
                for result, test_accuracy in zip(self.trainings, self.test_accuracies, strict=True)
            ],
            "files": [asdict(file) for file in self.files],
            "not_written": dict(self.unwritable),
            "microcontroller": asdict(self.microcontroller) if self.microcontroller else None,
            "latency": [asdict(latency) for latency in self.latencies],
            "pruning": asdict(self.pruning) if self.pruning else None,
            "history": [asdict(epoch) for epoch in exported.history],
        }


def best_training(trainings: Sequence[TrainingResult]) -> int:
    """Index of the training with the best validation accuracy, the first of equals."""
    return max(range(len(trainings)), key=lambda index: (trainings[index].validation_accuracy, -index))


def still_on_front(exports: Sequence[ExportedNetwork], objective: Objective) -> list[bool]:
    """For each retrained network, whether none of the others dominates it.

    Accuracies are means over the seeds on the validation images: the test split makes no choices.

    Args:
        exports: The networks of a front.
        objective: What their study minimises beside the loss.
    """
    losses = np.array([1 - export.mean_validation_accuracy for export in exports])
    costs = np.array([export.network.to_dict()[objective.name] for export in exports], dtype=float)
    on_front = set(front(losses, costs).tolist())
    return [index in on_front for index in range(len(exports))]


def search_and_validation_correlation(exports: Sequence[ExportedNetwork]) -> float | None:
    """Rank correlation of the networks' validation accuracies in the search and after these trainings."""
    in_search = [export.network.accuracy for export in exports]
    return rank_correlation(in_search, [export.mean_validation_accuracy for export in exports])


def _spread(values: Sequence[float]) -> dict[str, float | None]:
    return {"mean": statistics.fmean(values), "std": statistics.stdev(values) if len(values) > 1 else None}
