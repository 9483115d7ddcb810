"""Tests trained networks on the test split, writes their files and measures their latency."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from search.cli import output_file
from search.devices.calibration import calibration_images
from search.devices.deployable import deployable
from search.devices.file_sizes import sizes
from search.devices.formats import write
from search.devices.latency import Latency, measure
from search.exporting import microcontroller
from search.exporting.exported_format import (
    ExportedFormat,
    accuracy,
    export_formats,
    probabilities,
)
from search.exporting.exported_network import ExportedNetwork, PruningResult, best_training
from search.exporting.final_training import FinalTraining, TrainingResult
from search.exporting.folder import ARCHITECTURE, LABELS
from search.exporting.microcontroller import MicrocontrollerFigures
from search.results import TrainedNetwork
from search.training.datasets import Dataset
from search.training.environment import cores


class Evaluation:
    """The test split, which nothing has seen before, and what is measured on it.

    Args:
        dataset: The training data: names of the classes, and images for quantisation.
        test: Images and labels of the test split.
        formats: Names of `FORMATS`: the files to write.

    Attributes:
        images, labels: Of the test split.
    """

    def __init__(self, dataset: Dataset, test: tuple[np.ndarray, np.ndarray], *, formats: Sequence[str]) -> None:
        self._class_names = dataset.class_names
        self._calibration = calibration_images(dataset.train_images)
        self.images, self.labels = test
        self._formats = formats

    def export(
        self,
        network: TrainedNetwork,
        trainings: Sequence[FinalTraining],
        results: Mapping[FinalTraining, TrainingResult],
        folder: Path,
        *,
        unwritable: Mapping[str, str],
    ) -> ExportedNetwork:
        """Test the trainings of a network, and write the best one's files into a folder.

        Args:
            network: The network, as the search left it.
            trainings: Its trainings, one for each seed.
            results: Their results and, where they prune, the results of the trainings before pruning.
            folder: Created if it does not exist.
            unwritable: Formats that can't be written, with the reason. They are not tried.
        """
        folder.mkdir(parents=True, exist_ok=True)
        finished = [results[training] for training in trainings]
        predictions = [predict(result, self.images) for result in finished]
        accuracies = [accuracy(prediction, self.labels) for prediction in predictions]
        best = best_training(finished)
        files, problems = export_formats(
            trained_model(finished[best]),
            folder,
            [name for name in self._formats if name not in unwritable],
            calibration=self._calibration,
            class_names=self._class_names,
            expected=predictions[best],
            images=self.images,
            labels=self.labels,
        )
        output_file.write(folder / ARCHITECTURE, network.architecture.to_json())
        output_file.write(folder / LABELS, "".join(f"{name}\n" for name in self._class_names))
        pruning = None
        if trainings[best].sparsity:
            pruning = self._pruning(
                results[trainings[best].dense()], trainings[best], accuracies[best], [file.format for file in files]
            )
        return ExportedNetwork(
            network=network,
            folder=folder,
            trainings=finished,
            test_accuracies=accuracies,
            predictions=predictions[best].argmax(axis=-1),
            files=files,
            unwritable={**unwritable, **problems},
            latencies=self._latencies({file.format: folder / file.file for file in files}, network),
            pruning=pruning,
            microcontroller=self._on_microcontroller(network, folder, predictions[best], files),
        )

    def _on_microcontroller(
        self, network: TrainedNetwork, folder: Path, expected: np.ndarray, files: Sequence[ExportedFormat]
    ) -> MicrocontrollerFigures | None:
        for file in files:
            if file.format in microcontroller.INT8_FORMATS:
                return microcontroller.measure(
                    folder / file.file,
                    cost=network.cost,
                    images=self.images,
                    labels=self.labels,
                    expected=expected.argmax(axis=-1),
                )
        return None

    def _latencies(self, files: Mapping[str, Path], network: TrainedNetwork) -> list[Latency]:
        if not files:
            return []
        shape = network.architecture.input_shape
        return [
            latency
            for threads in sorted({1, cores()})
            for latency in measure(files, image_shape=shape, threads=threads)
        ]

    def _pruning(
        self, dense: TrainingResult, training: FinalTraining, accuracy_after: float, formats: Sequence[str]
    ) -> PruningResult:
        accuracy_before = accuracy(predict(dense, self.images), self.labels)
        model = trained_model(dense)
        with tempfile.TemporaryDirectory(prefix="search-dense-") as folder:
            data = {"calibration": self._calibration, "class_names": self._class_names}
            compressed_bytes = {name: sizes(write(name, model, Path(folder), **data))[1] for name in formats}
        return PruningResult(training.sparsity, training.fine_tuning, accuracy_before, accuracy_after, compressed_bytes)


def trained_model(result: TrainingResult):
    """The trained Keras model, without preprocessing."""
    model = result.training.architecture.build()
    model.load_weights(result.weights_file)
    return model


def predict(result: TrainingResult, images: np.ndarray) -> np.ndarray:
    """Probabilities of images by the trained Keras model: array of shape (n, classes)."""
    import tensorflow as tf

    model = tf.function(deployable(trained_model(result)), reduce_retracing=True)
    return probabilities(lambda batch: model(tf.constant(batch), training=False).numpy(), images)
