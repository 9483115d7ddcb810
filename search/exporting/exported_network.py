"""One network that an export delivers: what was chosen, what training made of it, what its files are worth."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from search.devices.latency import Latency
from search.exporting.exported_format import ExportedFormat
from search.exporting.final_training import Trained
from search.optimizer.pareto import front
from search.quantities import counted, with_unit
from search.results.network import TrainedNetwork


@dataclass(frozen=True)
class Pruned:
    """What pruning changed, on the test split; 0 to 1.

    Attributes:
        sparsity: Share of the weights of large kernels that are zero.
        fine_tuning: Epochs of training after pruning.
        accuracy_before, accuracy_after: Of the network that is delivered.
        compressed_bytes_before: By format, of the files before pruning.
    """

    sparsity: float
    fine_tuning: int
    accuracy_before: float
    accuracy_after: float
    compressed_bytes_before: dict[str, int]

    def words(self) -> str:
        """The change in a sentence."""
        return (
            f"Pruned to {100 * self.sparsity:.0f} % zeros: {100 * self.accuracy_before:.2f} % before, "
            f"{100 * self.accuracy_after:.2f} % after {counted(self.fine_tuning, 'epoch')} of fine-tuning."
        )


@dataclass(frozen=True)
class ExportedNetwork:
    """A network with its files.

    Attributes:
        chosen: Which.
        folder: Where its files are.
        trained: One training a seed.
        test_accuracies: Of each, 0 to 1.
        guesses: Classes that the delivered network takes the test images for, array of shape (n,).
        files: What was written.
        latencies: Of the files; empty if not measured.
        pruned: None if not asked for.
    """

    chosen: TrainedNetwork
    folder: Path
    trained: Sequence[Trained]
    test_accuracies: Sequence[float]
    guesses: np.ndarray
    files: Sequence[ExportedFormat]
    latencies: Sequence[Latency]
    pruned: Pruned | None

    @property
    def best(self) -> int:
        """Place of the training whose network is delivered."""
        return best_of(self.trained)

    @property
    def validation_mean(self) -> float:
        """Mean validation accuracy over the seeds, 0 to 1."""
        return statistics.fmean(trained.validation_accuracy for trained in self.trained)

    def words(self) -> str:
        """The result in a sentence or two."""
        cost = self.chosen.cost
        found = f"Test accuracy {100 * self.test_accuracies[self.best]:.2f} %"
        if len(self.trained) > 1:
            spread = _spread(self.test_accuracies)
            found += f" ({100 * spread['mean']:.2f} ± {100 * spread['std']:.2f} over {len(self.trained)} seeds)"
        sentence = (
            f"{found}, validation {100 * self.trained[self.best].validation_accuracy:.2f} %, "
            f"{with_unit(cost.flops)}FLOPs, {with_unit(cost.parameters)} parameters."
        )
        return sentence + (f" {self.pruned.words()}" if self.pruned else "")

    def summary(self) -> dict[str, Any]:
        """The few figures by which networks are compared; plain data."""
        told = self.to_dict()
        names = ("trial", "network", "flops", "parameters", "search_accuracy", "validation", "test", "epochs")
        return {name: told[name] for name in names}

    def settings(self) -> dict[str, Any]:
        """What was chosen, by name."""
        told = self.to_dict()
        return {name: told[name] for name in ("trial", "network", "key", "epochs", "seed")}

    def metrics(self) -> dict[str, float]:
        """What was measured, by name."""
        told = self.to_dict()
        names = ("test_accuracy", "validation_accuracy", "flops", "multiply_adds", "parameters", "seconds")
        by_format = {f"test_accuracy/{file.format}": file.test_accuracy for file in self.files}
        milliseconds = {
            f"latency_ms/{latency.format}/batch {latency.batch}/threads {latency.threads}": latency.median_ms
            for latency in self.latencies
        }
        return {name: told[name] for name in names} | by_format | milliseconds

    def to_dict(self) -> dict[str, Any]:
        """What was measured as plain data, for JSON; accuracies are 0 to 1, spreads standard deviations over seeds."""
        cost = self.chosen.cost
        exported = self.trained[self.best]
        validation = [trained.validation_accuracy for trained in self.trained]
        return {
            "trial": self.chosen.trial,
            "network": self.chosen.words,
            "key": self.chosen.architecture.key,
            "flops": cost.flops,
            "multiply_adds": cost.multiply_adds,
            "parameters": cost.parameters,
            "peak_activation_bytes": cost.peak_activation_bytes,
            "search_accuracy": self.chosen.accuracy,
            "seed": exported.training.seed,
            "epochs": exported.training.total_epochs,
            "seconds": round(exported.seconds, 1),
            "validation_accuracy": exported.validation_accuracy,
            "test_accuracy": self.test_accuracies[self.best],
            "validation": _spread(validation),
            "test": _spread(self.test_accuracies),
            "seeds": [
                {
                    "seed": trained.training.seed,
                    "validation_accuracy": trained.validation_accuracy,
                    "test_accuracy": test,
                }
                for trained, test in zip(self.trained, self.test_accuracies, strict=True)
            ],
            "files": [asdict(file) for file in self.files],
            "latency": [asdict(latency) for latency in self.latencies],
            "pruning": asdict(self.pruned) if self.pruned else None,
            "history": [asdict(epoch) for epoch in exported.history],
        }


def best_of(trained: Sequence[Trained]) -> int:
    """Place of the training with the best validation accuracy, the first of equals: its network is delivered."""
    return max(range(len(trained)), key=lambda place: (trained[place].validation_accuracy, -place))


def still_on_front(exported: Sequence[ExportedNetwork]) -> list[bool]:
    """For each network, whether none of the others is as cheap and at least as accurate, retrained.

    Accuracy is the mean over the seeds on the validation images: the test split makes no choices.
    """
    losses = np.array([1 - one.validation_mean for one in exported])
    costs = np.array([one.chosen.cost.multiply_adds for one in exported], dtype=float)
    kept = set(front(losses, costs).tolist())
    return [place in kept for place in range(len(exported))]


def _spread(values: Sequence[float]) -> dict[str, float | None]:
    return {"mean": statistics.fmean(values), "std": statistics.stdev(values) if len(values) > 1 else None}
