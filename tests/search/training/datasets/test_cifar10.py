"""CIFAR-10 as a dataset: small files of the official layout, and the real ones where CIFAR10_DIR names them."""

import os
import pickle
from collections import Counter

import numpy as np
import pytest

from search.training import datasets
from search.training.datasets import DataError, batch_file
from search.training.datasets.held_out import load_test
from tests.search.training.datasets.small_cifar10 import batch, official_labels, pixels, write_cifar10

REAL_CIFAR10 = os.environ.get("CIFAR10_DIR")

pytestmark = pytest.mark.usefixtures("small_cifar10")


def test_a_dataset_holds_every_training_image_once_and_no_test_image(tmp_path):
    root = write_cifar10(tmp_path / "data" / "cifar-10-batches-py").parent
    data = datasets.load("cifar10", data_dir=root, seed=1)
    assert data.train_images.shape == (180, 32, 32, 3) and data.validation_images.shape == (20, 32, 32, 3)
    assert Counter(data.validation_labels.tolist()) == {label: 2 for label in range(10)}
    assert data.class_names[3] == "cat" and data.classes == 10 and data.mirrorable

    seen = {image.tobytes() for image in np.concatenate([data.train_images, data.validation_images])}
    official = np.concatenate([pixels(number) for number in range(5)]).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    assert seen == {image.tobytes() for image in official}
    test_images, test_labels = load_test("cifar10", data_dir=root)
    assert test_labels.tolist() == official_labels()
    assert not seen & {image.tobytes() for image in test_images}


@pytest.mark.parametrize("damage", [lambda file: file.unlink(), lambda file: file.write_bytes(file.read_bytes()[:999])])
def test_a_damaged_test_batch_is_noticed_before_a_search(tmp_path, damage):
    folder = write_cifar10(tmp_path / "data")
    damage(folder / "test_batch")
    with pytest.raises(DataError, match="test_batch is (missing|not a whole)"):
        datasets.load("cifar10", data_dir=folder)


def test_nothing_of_the_test_split_is_loaded_but_its_size(tmp_path):
    folder = write_cifar10(tmp_path / "data")
    first = datasets.load("cifar10", data_dir=folder)
    (folder / "test_batch").write_bytes(pickle.dumps(batch(17), protocol=2))
    second = datasets.load("cifar10", data_dir=folder)
    for name, value in vars(first).items():
        assert np.array_equal(value, getattr(second, name)), name
    assert first.inventory.test_size == 40 and first.inventory.class_sizes == (24,) * 10


def test_the_fingerprint_follows_content_and_split_and_not_the_place(tmp_path):
    first, moved = write_cifar10(tmp_path / "a"), write_cifar10(tmp_path / "b")
    labels = official_labels()
    labels[0], labels[1] = labels[1], labels[0]
    changed = write_cifar10(tmp_path / "c", labels=labels)

    def fingerprint(folder, **options):
        return datasets.load("cifar10", data_dir=folder, **options).fingerprint

    assert fingerprint(first) == fingerprint(moved)
    others = [fingerprint(changed), fingerprint(first, seed=1), fingerprint(first, train_limit=100)]
    assert len({fingerprint(first), *others}) == 4


@pytest.mark.skipif(not REAL_CIFAR10, reason="CIFAR10_DIR names no CIFAR-10")
def test_the_real_files(monkeypatch):
    monkeypatch.setattr(batch_file, "ROWS", 10_000)
    data = datasets.load("cifar10", data_dir=REAL_CIFAR10)
    assert data.train_images.shape == (45_000, 32, 32, 3)
    assert Counter(data.validation_labels.tolist()) == {label: 500 for label in range(10)}
    # The published mean colour of the training images, red, green and blue, of 1.
    everything = np.concatenate([data.train_images, data.validation_images])
    assert np.allclose(everything.mean(axis=(0, 1, 2)) / 255, [0.4914, 0.4822, 0.4465], atol=2e-3)
    test_images, test_labels = load_test("cifar10", data_dir=REAL_CIFAR10)
    assert test_images.shape == (10_000, 32, 32, 3)
    assert Counter(test_labels.tolist()) == {label: 1000 for label in range(10)}
