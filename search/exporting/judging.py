"""Judges trained networks on the test split, writes their files and times them."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from search.cli import output_file
from search.devices.deployable import deployable
from search.devices.formats import FORMATS, sizes, write
from search.devices.keras_file import open_model
from search.devices.latency import Latency, measure
from search.exporting.exported_format import accuracy, calibration_images, export_formats, probabilities
from search.exporting.exported_network import ExportedNetwork, Pruned, best_of
from search.exporting.final_training import FinalTraining, Trained
from search.exporting.folder import ARCHITECTURE, LABELS
from search.results.network import TrainedNetwork
from search.training.datasets import Dataset
from search.training.environment import cores
from spaces.hypermodel_network import HypermodelNetwork


class Judge:
    """Holds the test split, which nothing before it has seen.

    Args:
        dataset: What was trained on: class names, and images to quantise by.
        test: Images and labels of the test split.
        formats: Names of `FORMATS`, to write.
    """

    def __init__(self, dataset: Dataset, test: tuple[np.ndarray, np.ndarray], *, formats: Sequence[str]) -> None:
        self._class_names = dataset.class_names
        self._calibration = calibration_images(dataset.train_images)
        self.images, self.labels = test
        self._formats = formats

    def deliver(
        self,
        chosen: TrainedNetwork,
        wanted: Sequence[FinalTraining],
        trained: Mapping[FinalTraining, Trained],
        folder: Path,
    ) -> ExportedNetwork:
        """Write a network into a folder and say what it is worth.

        Args:
            chosen: Which.
            wanted: Its trainings, one a seed.
            trained: What came out of them, and, where they prune, of the trainings before it.
            folder: Made if it is missing.
        """
        folder.mkdir(parents=True, exist_ok=True)
        finished = [trained[training] for training in wanted]
        found = [predicted(one, self.images) for one in finished]
        accuracies = [accuracy(one, self.labels) for one in found]
        best = best_of(finished)
        test = {"expected": found[best], "images": self.images, "labels": self.labels}
        files = export_formats(network_of(finished[best]), folder, self._formats, calibration=self._calibration, **test)
        output_file.write(folder / ARCHITECTURE, chosen.architecture.to_json())
        output_file.write(folder / LABELS, "".join(f"{name}\n" for name in self._class_names))
        pruned = None
        if wanted[best].sparsity:
            pruned = self._pruned(trained[wanted[best].dense()], wanted[best], accuracies[best])
        latencies = self._latencies(folder, chosen)
        return ExportedNetwork(
            chosen, folder, finished, accuracies, found[best].argmax(axis=-1), files, latencies, pruned
        )

    def _latencies(self, folder: Path, chosen: TrainedNetwork) -> list[Latency]:
        files = {name: folder / FORMATS[name].file for name in self._formats}
        shape = chosen.architecture.input_shape
        return [
            latency
            for threads in sorted({1, cores()})
            for latency in measure(files, image_shape=shape, threads=threads)
        ]

    def _pruned(self, dense: Trained, training: FinalTraining, after: float) -> Pruned:
        before = accuracy(predicted(dense, self.images), self.labels)
        network = network_of(dense)
        with tempfile.TemporaryDirectory(prefix="search-dense-") as folder:
            compressed = {
                name: sizes(write(name, network, Path(folder), calibration=self._calibration))[1]
                for name in self._formats
            }
        return Pruned(training.sparsity, training.fine_tuning, before, after, compressed)


def network_of(trained: Trained):
    """The trained Keras model, without preprocessing."""
    architecture = trained.training.architecture
    if not isinstance(architecture, HypermodelNetwork):
        return open_model(trained.model_file)
    # What its layers are is the hypermodel's business; of the file the weights alone are read.
    network = architecture.build()
    network.load_weights(trained.model_file)
    return network


def predicted(trained: Trained, images: np.ndarray) -> np.ndarray:
    """Probabilities of images by the Keras model, array of shape (n, classes)."""
    import tensorflow as tf

    model = tf.function(deployable(network_of(trained)), reduce_retracing=True)
    return probabilities(lambda part: model(tf.constant(part), training=False).numpy(), images)
