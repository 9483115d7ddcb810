"""The user's own images: a folder with a folder for each class, or with such folders for each split."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search.quantities import listed
from search.training.datasets.class_folders import class_files, class_names, linked_folders, subfolders
from search.training.datasets.color_mode import AUTO
from search.training.datasets.dataset import DataError, make_dataset
from search.training.datasets.folder_layout import MOST_LISTED, layout_of
from search.training.datasets.image_file import read_images
from search.training.datasets.inventory import DRAWN_BY_SEED, Inventory, class_sizes, files_by_class
from search.training.datasets.split_names import Split
from search.training.datasets.splits import held_out, limited, validation_split
from spaces.validation import place

FRACTION = 0.2  # Of all training images for a test split without a folder, then of the rest for validation.
LONGEST_NAME = 100  # characters of a data set's name; its studies are named after it


@dataclass(frozen=True)
class _Files:
    """Image files and their labels, int32 (n,)."""

    paths: Sequence[Path]
    labels: np.ndarray

    def __getitem__(self, indices: np.ndarray) -> "_Files":
        return _Files([self.paths[index] for index in indices], self.labels[indices])


def load_folder(root, *, size, color_mode, seed, train_limit):
    """Images of a folder for training and validation; see `catalogue.load`.

    Test images are decoded, too, so that a damaged one is noticed now. Nothing of them is kept.

    Args:
        root: `pathlib.Path` of the folder.
        size: (height, width) in pixels that every image is scaled to.
        color_mode: One of `COLOR_MODES`.
    """
    layout = layout_of(root)
    names = class_names(layout.training)
    files = _files(layout, names)
    development, test = _without_test(files)
    if Split.VALIDATION in files:
        train, validation = development, files[Split.VALIDATION]
    else:
        parts = validation_split(development.labels, fraction=FRACTION, seed=seed)
        train, validation = (development[part] for part in parts)
    train = train[limited(train.labels, limit=train_limit, seed=seed)]
    images, in_color = read_images(
        [*train.paths, *validation.paths], size=size, color_mode=color_mode, check_only=test.paths
    )
    notes = _notes_on_color(in_color, files=len(images) + len(test.paths), root=root) if color_mode == AUTO else []
    return make_dataset(
        _name(root),
        train=(images[: len(train.paths)], train.labels),
        validation=(images[len(train.paths) :], validation.labels),
        class_names=names,
        mirrorable=None,
        inventory=_inventory(layout, names, files, test_size=len(test.paths), notes=notes),
    )


def load_folder_test(root, *, size, color_mode):
    """The test split: its folder, or without one a fixed fifth that `load_folder` never returns."""
    layout = layout_of(root)
    _, test = _without_test(_files(layout, class_names(layout.training)))
    images, _ = read_images(test.paths, size=size, color_mode=color_mode)
    return images, test.labels


def _name(root):
    """The folder's name, made typeable. Two folders may get the same name."""
    name = "".join(letter if letter.isprintable() else "-" for letter in root.resolve().name)
    return name[:LONGEST_NAME].strip() or "images"


def _files(layout, names):
    """The files of each split that has a folder, by split.

    Raises:
        DataError: If their classes differ, or a class has too few images in one of them.
    """
    drawn = [split for split in (Split.VALIDATION, Split.TEST) if split not in layout.splits]
    files = {}
    for split, folder in layout.splits.items():
        _check_same_classes(folder, layout.training, names)
        files[split] = _Files(*class_files(folder, names))
        from_here = [split, *drawn] if split is Split.TRAINING else [split]
        _check_counts(folder, names, files[split].labels, for_splits=[one.value for one in from_here])
    return files


def _without_test(files):
    """The training images with those for validation, unless these have a folder, and the test images."""
    training = files[Split.TRAINING]
    if Split.TEST in files:
        return training, files[Split.TEST]
    rest, test = held_out(training.labels, fraction=FRACTION)
    return training[rest], training[test]


def _check_same_classes(folder, training, names):
    others = subfolders(folder)
    differences = [
        f"{place(here)} has {listed([repr(name) for name in only_here], most=MOST_LISTED)}, {place(there)} has not"
        for here, there, only_here in (
            (training, folder, sorted(set(names) - set(others))),
            (folder, training, sorted(set(others) - set(names))),
        )
        if only_here
    ]
    if differences:
        raise DataError(
            f"All splits must have the same class folders, but {'; '.join(differences)}. "
            "Add the images, or rename or remove the class folders."
        )


def _check_counts(base, names, labels, *, for_splits):
    counts = np.bincount(labels, minlength=len(names)).tolist()
    if not any(counts):
        raise DataError(f"{place(base)} holds no images in its {len(names)} class folders. Put the images there.")
    least = len(for_splits)
    if too_few := [
        f"{name!r} has {count} image(s)" for name, count in zip(names, counts, strict=True) if count < least
    ]:
        use = f" to split into {', '.join(for_splits[:-1])} and {for_splits[-1]}" if least > 1 else ""
        raise DataError(
            f"In {place(base)}, class {listed(too_few, most=MOST_LISTED)}; {least} or more are needed{use}. "
            "Add images, or remove the class folder."
        )


def _inventory(layout, names, files, *, test_size, notes):
    fitted = [files[split] for split in (Split.TRAINING, Split.VALIDATION) if split in files]
    return Inventory(
        class_sizes=class_sizes(*(part.labels for part in files.values()), classes=len(names)),
        test_size=test_size,
        validation=f"from {layout.validation.name}/" if layout.validation else DRAWN_BY_SEED,
        test=f"from {layout.test.name}/" if layout.test else "a fixed fifth",
        files=files_by_class(
            [path for part in fitted for path in part.paths],
            np.concatenate([part.labels for part in fitted]),
            names,
            root=layout.root,
        ),
        notes=(*layout.notes, *_notes_on_links(layout, names), *notes),
    )


def _notes_on_links(layout, names):
    links = [link for folder in layout.splits.values() for link in linked_folders(folder, names)]
    return [f"Not used: {place(link)}, since links to folders are followed only for whole classes." for link in links]


def _notes_on_color(in_color, *, files, root):
    """What a person may not expect where some images are grey and others, the paths `in_color`, are not."""
    grey = files - len(in_color)
    if not grey or not in_color:
        return []
    first = place(min(in_color).relative_to(root))
    return [
        f"{grey:,} of {files:,} images are grey, but not all, so all are read as RGB. The first in colour is {first}. "
        "--color-mode grayscale reads all as grey."
    ]
