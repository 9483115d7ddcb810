"""One copy of a data set on disk, mapped into the memory of every worker that opens it."""

import json
from pathlib import Path

import numpy as np

from search.training.datasets.dataset import Dataset

_ARRAYS = ("train_images", "train_labels", "validation_images", "validation_labels")


def save(dataset: Dataset, folder: str | Path) -> None:
    """Write a data set into an existing folder."""
    for name in _ARRAYS:
        np.save(Path(folder, f"{name}.npy"), getattr(dataset, name))
    rest = {name: getattr(dataset, name) for name in ("name", "class_names", "mirrorable", "fingerprint")}
    Path(folder, "dataset.json").write_text(json.dumps(rest), encoding="utf-8")


def open_saved(folder: str | Path) -> Dataset:
    """The data set that `save` wrote; the operating system shares its pages between processes."""
    rest = json.loads(Path(folder, "dataset.json").read_text(encoding="utf-8"))
    rest["class_names"] = tuple(rest["class_names"])
    return Dataset(**rest, **{name: np.load(Path(folder, f"{name}.npy"), mmap_mode="r") for name in _ARRAYS})
