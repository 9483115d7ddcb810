"""What a person reads of a data set."""

import numpy as np
import pytest

from search.training import datasets
from search.training.datasets import summary
from search.training.datasets.dataset import make_dataset
from search.training.datasets.inventory import Inventory
from tests.search.training.datasets.image_folders import write_class


def made(sizes, *, names=None, train=4, **inventory):
    names = names or [f"c{number}" for number in range(len(sizes))]
    images, labels = np.zeros((train + 2, 1, 1, 3)), np.zeros(train + 2)
    parts = {"train": (images[:train], labels[:train]), "validation": (images[train:], labels[train:])}
    held = Inventory(tuple(sizes), sum(sizes) - 6, **inventory)
    return make_dataset("made", **parts, class_names=names, mirrorable=True, inventory=held)


@pytest.mark.parametrize(
    ("dataset", "classes"),
    [
        (made([5, 5]), "2 classes of 5 images each: c0, c1."),
        (made([1_000, 5]), "2 classes: c0 (1,000), c1 (5)."),
        (made([5] * 12), f"12 classes of 5 images each: {', '.join(f'c{n}' for n in range(10))} and 2 more."),
        (made([5, 7] * 6), "12 classes of 5 to 7 images: c0 (5), c1 (7), c2 (5), c3 (7), c4 (5), c5 (7), c6 (5), "
         "c7 (7), c8 (5), c9 (7) and 2 more."),
        (made([5, 5], names=["x" * 99, "\u202ey"]), f"2 classes of 5 images each: {'x' * 39}…, '\\u202ey'."),
    ],
    ids=range(5),
)  # fmt: skip
def test_classes_and_their_sizes_are_named(dataset, classes):
    assert summary(dataset)[0] == classes


def test_each_split_is_counted_with_where_it_is_from(plain):
    assert summary(datasets.load(plain)) == [
        "2 classes: cat (20), dog (10).",
        "19 images are for training, 5 for validation (drawn by the seed). "
        "6 are held out for the test (a fixed fifth).",
        "Images are read as RGB, 32x32.",
    ]
    assert summary(datasets.load(plain, train_limit=8))[1].startswith("8 of 19 images are for training, 5 for ")


def test_folders_of_the_splits_are_named(tmp_path):
    for number, (part, count) in enumerate([("Train", 4), ("Val", 2), ("Test", 3)]):
        for name in ("cat", "dog"):
            write_class(tmp_path / "pets" / part / name, count, seed=number)
    (tmp_path / "pets" / "more").mkdir()
    assert summary(datasets.load(tmp_path / "pets")) == [
        "2 classes of 9 images each: cat, dog.",
        "8 images are for training, 4 for validation (from Val/). 6 are held out for the test (from Test/).",
        "Images are read as RGB, 32x32.",
        f"Not used: more, beside the splits in {tmp_path}/pets.",
    ]


@pytest.mark.parametrize(("name", "test"), [("digits", 359), ("cluttered-digits", 2_513)])
def test_built_in_data_sets_have_a_summary(name, test):
    data = datasets.load(name)
    _, splits, channels = summary(data)
    assert channels.startswith("Images are read as RGB, ")
    assert f"{test:,} are held out for the test" in splits
    parts = len(data.train_images) + len(data.validation_images) + test
    assert sum(data.inventory.class_sizes) == parts and " of " not in splits.split(" are ")[0]
