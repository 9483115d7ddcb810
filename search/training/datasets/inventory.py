"""How many images a source has, and what has changed in it since a study was made."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

DRAWN_BY_SEED = "drawn by the seed"


@dataclass(frozen=True)
class ClassFiles:
    """The files of a class from which training and validation images come.

    Attributes:
        count: How many there are.
        digest: Of their names and sizes in bytes.
    """

    count: int
    digest: str


@dataclass(frozen=True)
class Inventory:
    """What a source holds, in numbers. Of test images it has no pixel and no label, only how many there are.

    Attributes:
        class_sizes: Images of each class in all splits together, by label.
        test_size: Images of the test split.
        validation, test: Where the images of these splits are from.
        files: Of a folder, by the name of the class. The fingerprint of the images follows from them.
        notes: Sentences on what a person may not expect.
    """

    class_sizes: tuple[int, ...]
    test_size: int
    validation: str = DRAWN_BY_SEED
    test: str = "a fixed part"
    files: Mapping[str, ClassFiles] | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_drawn(self) -> bool:
        """Whether the seed chooses the validation images."""
        return self.validation == DRAWN_BY_SEED

    def to_dict(self) -> dict[str, Any]:
        """What is stored with a study, to tell later what has changed: plain data."""
        files = {name: [one.count, one.digest] for name, one in (self.files or {}).items()}
        return {"files": files, "validation": self.validation}


def class_sizes(*labels: np.ndarray, classes: int) -> tuple[int, ...]:
    """How often each label from 0 to `classes` - 1 occurs in all arrays together."""
    return tuple(np.bincount(np.concatenate(labels), minlength=classes).tolist())


def files_by_class(paths: Sequence[Path], labels: np.ndarray, class_names: Sequence[str], *, root: Path):
    """`Inventory.files` of a folder: `paths` of n files under `root` with `labels`, (n,)."""
    lines: list[list[str]] = [[] for _ in class_names]
    for path, label in zip(paths, labels, strict=True):
        lines[label].append(f"{path.relative_to(root).as_posix()} {_size(path)}")
    return {
        name: ClassFiles(len(own), hashlib.sha256("\n".join(own).encode("utf-8", "surrogateescape")).hexdigest()[:8])
        for name, own in zip(class_names, lines, strict=True)
    }


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # A broken link that `train_limit` leaves out.
        return -1


def changes(stored: Mapping[str, Any], now: Inventory) -> list[str]:
    """What is different from a stored inventory, each in a few words; empty if that can't be told.

    Args:
        stored: `Inventory.to_dict()` of the images that a study was made with; empty if none is stored.
        now: The present images.
    """
    if not stored:
        return []
    before, files = {name: ClassFiles(*fields) for name, fields in stored["files"].items()}, now.files or {}
    changed = [_change(name, before.get(name), files.get(name)) for name in sorted({*before, *files})]
    if stored["validation"] != now.validation:
        changed.append(f"the validation images were {stored['validation']} and are now {now.validation}")
    return [words for words in changed if words]


def _change(name: str, before: ClassFiles | None, now: ClassFiles | None) -> str:
    if before == now:
        return ""
    if before is None or now is None:
        return f"class {name!r} is {'new' if now else 'missing'}"
    if before.count != now.count:
        return f"class {name!r} had {before.count:,} images and has {now.count:,}"
    return f"images of class {name!r} were replaced or renamed"
