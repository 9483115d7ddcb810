"""Writes a trained network in the formats asked for, and loads every file back to see what it is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search.devices.formats import FORMATS, Run, sizes, write

CALIBRATION_IMAGES = 500
BATCH = 100


@dataclass(frozen=True)
class ExportedFormat:
    """A file that was written, loaded back by its own runtime and judged.

    Attributes:
        format: A name of `FORMATS`.
        file: Its name in the folder.
        bytes: Of the file; of all files, where it is a folder.
        compressed_bytes: The same, by deflate.
        largest_difference: Of any probability of any image from the Keras model's.
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
    expected: np.ndarray,
    images: np.ndarray,
    labels: np.ndarray,
) -> list[ExportedFormat]:
    """Write, load back and judge.

    Args:
        network: The trained network, without preprocessing.
        folder: Where to; it exists.
        formats: Names of `FORMATS`.
        calibration: uint8 training images of shape (n, height, width, 3), for quantisation.
        expected: Probabilities of the network for `images`, array of shape (m, classes).
        images, labels: Of the test split, m of them.
    """
    return [
        _judged(name, write(name, network, folder, calibration=calibration), expected, images, labels)
        for name in formats
    ]


def probabilities(run: Run, images: np.ndarray) -> np.ndarray:
    """Of many images, float32 array of shape (n, classes)."""
    return np.concatenate([run(images[start : start + BATCH]) for start in range(0, len(images), BATCH)])


def accuracy(found: np.ndarray, labels: np.ndarray) -> float:
    """Share of probabilities (n, classes) that are largest at the label (n,)."""
    return float(np.mean(found.argmax(axis=-1) == labels))


def calibration_images(images: np.ndarray, *, seed: int = 0) -> np.ndarray:
    """A few training images, drawn at random."""
    drawn = np.random.default_rng(seed).permutation(len(images))[:CALIBRATION_IMAGES]
    return np.asarray(images[np.sort(drawn)])


def _judged(name: str, path: Path, expected: np.ndarray, images: np.ndarray, labels: np.ndarray) -> ExportedFormat:
    found = probabilities(FORMATS[name].load(path), images)
    size, compressed = sizes(path)
    return ExportedFormat(
        name,
        path.name,
        size,
        compressed,
        largest_difference=float(np.abs(found - expected).max()),
        test_accuracy=accuracy(found, labels),
        code=FORMATS[name].code,
    )
