"""What a data set holds, in a few sentences for a person."""

from search.quantities import listed
from search.training.datasets.color_mode import GRAYSCALE, RGB
from search.training.datasets.dataset import Dataset
from spaces.validation import place

COLORS = {GRAYSCALE: "grey", RGB: "RGB"}

MOST_CLASSES = 10
"""Classes that are named."""

LONGEST_NAME = 40
"""Characters of a class's name that are shown."""


def summary(dataset: Dataset) -> list[str]:
    """Sentences on classes, numbers of images and splits of a data set that `load` has read."""
    inventory = dataset.inventory
    train, validation = len(dataset.train_images), len(dataset.validation_images)
    trained = f"{train:,} of {dataset.usable_images:,}" if dataset.is_limited else f"{train:,}"
    return [
        f"{dataset.classes} classes{_sizes(dataset)}.",
        f"{trained} images are for training, {validation:,} for validation ({inventory.validation}). "
        f"{inventory.test_size:,} are held out for the test ({inventory.test}).",
        f"Images are read as {COLORS[dataset.color_mode]}, {_pixels(dataset)}.",
        *inventory.notes,
    ]


def _pixels(dataset: Dataset) -> str:
    height, width, _ = dataset.input_shape
    return f"{height}x{width}"


def _sizes(dataset: Dataset) -> str:
    sizes = dataset.inventory.class_sizes
    names = [place(_short(name)) for name in dataset.class_names]
    if min(sizes) == max(sizes):
        return f" of {sizes[0]:,} images each: {listed(names, most=MOST_CLASSES)}"
    named = [f"{name} ({size:,})" for name, size in zip(names, sizes, strict=True)]
    spread = f" of {min(sizes):,} to {max(sizes):,} images" if len(sizes) > MOST_CLASSES else ""
    return f"{spread}: {listed(named, most=MOST_CLASSES)}"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
