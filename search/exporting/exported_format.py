"""Writes a trained network in file formats, and loads each file back to measure what it is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search.devices.file_sizes import sizes
from search.devices.formats import FORMATS, Run, problem_of, write_and_load

BATCH_SIZE = 100


@dataclass(frozen=True)
class ExportedFormat:
    """A file that was written, loaded back by its own runtime and tested.

    Attributes:
        format: A name of `FORMATS`.
        file: Name of the file, or of a folder of files.
        bytes: Size of the file, or of all files of the folder.
        compressed_bytes: The same after deflate.
        largest_difference: Largest difference of a probability from the Keras model's, over all images and classes.
        test_accuracy: 0 to 1.
        code: Lines of Python that load it.
    """

    format: str
    file: str
    bytes: int
    compressed_bytes: int
    largest_difference: float
    test_accuracy: float
    code: Sequence[str]


def export_formats(
    network,
    folder: Path,
    formats: Sequence[str],
    *,
    calibration: np.ndarray,
    class_names: Sequence[str],
    expected: np.ndarray,
    images: np.ndarray,
    labels: np.ndarray,
) -> tuple[list[ExportedFormat], dict[str, str]]:
    """Write each format, load it back and test it.

    Args:
        network: The trained Keras model, without preprocessing.
        folder: An existing folder for the files.
        formats: Names of `FORMATS`.
        calibration: uint8 training images of shape (n, height, width, channels), for quantisation.
        class_names: By output of the network.
        expected: Probabilities of the network for `images`: array of shape (m, classes).
        images, labels: The test split of m images.
    Returns:
        The files, and the reasons why the others could not be written or loaded, by format.
    """
    files, problems = [], {}
    for name in formats:
        try:
            path, run = write_and_load(name, network, folder, calibration=calibration, class_names=class_names)
            files.append(_tested(name, path, run, expected, images, labels))
        except OSError:
            raise  # Such as a full disk, which is no fault of the format.
        except Exception as error:
            # Converters raise nearly anything, and the other formats can be written all the same.
            problems[name] = problem_of(error)
    return files, problems


def _tested(
    name: str, path: Path, run: Run, expected: np.ndarray, images: np.ndarray, labels: np.ndarray
) -> ExportedFormat:
    predictions = probabilities(run, images)
    size, compressed_size = sizes(path)
    return ExportedFormat(
        name,
        path.name,
        size,
        compressed_size,
        largest_difference=float(np.abs(predictions - expected).max()),
        test_accuracy=accuracy(predictions, labels),
        code=FORMATS[name].code,
    )


def probabilities(run: Run, images: np.ndarray) -> np.ndarray:
    """Probabilities of many images: float32 array of shape (n, classes)."""
    return np.concatenate([run(images[start : start + BATCH_SIZE]) for start in range(0, len(images), BATCH_SIZE)])


def accuracy(predictions: np.ndarray, labels: np.ndarray) -> float:
    """Share of the images whose largest probability is that of the label.

    Args:
        predictions: Probabilities, array of shape (n, classes).
        labels: Integer array of shape (n,).
    """
    return float(np.mean(predictions.argmax(axis=-1) == labels))
