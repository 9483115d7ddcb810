"""The embedded digits, and the arguments that every source shares."""

from collections import Counter

import numpy as np
import pytest
from sklearn.datasets import load_digits as bundled

from search.training import datasets
from search.training.datasets import DataError
from search.training.datasets.held_out import load_test


@pytest.fixture(scope="module")
def digits():
    return datasets.load("digits", seed=0)


def images_as_bytes(images):
    return Counter(image.tobytes() for image in images)


def test_shapes_and_types(digits):
    assert digits.name == "digits"
    assert digits.train_images.dtype == digits.validation_images.dtype == np.uint8
    assert digits.train_labels.dtype == digits.validation_labels.dtype == np.int32
    assert digits.train_images.shape == (1150, 32, 32, 3)
    assert digits.validation_images.shape == (288, 32, 32, 3)
    assert (digits.input_shape, digits.classes) == ((32, 32, 3), 10)
    assert digits.class_names == tuple("0123456789")
    assert digits.mirrorable is False


def test_every_image_is_used_once(digits):
    test_images, test_labels = load_test("digits")
    assert test_images.shape == (359, 32, 32, 3)
    labels = Counter([*digits.train_labels, *digits.validation_labels, *test_labels])
    assert labels == Counter(bundled().target.tolist())


def test_test_images_are_never_trained_or_validated_on():
    held_out = images_as_bytes(load_test("digits")[0])
    for seed in (0, 1):
        data = datasets.load("digits", seed=seed)
        assert not held_out & images_as_bytes(data.train_images)
        assert not held_out & images_as_bytes(data.validation_images)
        assert not images_as_bytes(data.train_images) & images_as_bytes(data.validation_images)


def bilinear(images):
    """(n, 8, 8) to (n, 32, 32): each new pixel's centre between the two old ones around it, by the textbook."""
    centres = np.clip((np.arange(32) + 0.5) / 4 - 0.5, 0, 7)
    weights = np.maximum(0, 1 - np.abs(centres[:, None] - np.arange(8)))  # (32, 8)
    return np.einsum("yi,nij,xj->nyx", weights, images, weights)


def test_enlarged_images_are_the_bundled_ones(digits):
    expected, labels = bilinear(bundled().images) * 255 / 16, bundled().target
    for image, label in zip(digits.train_images[:50, ..., 0], digits.train_labels[:50], strict=True):
        distances = np.abs(expected - image).max(axis=(1, 2))
        assert distances.min() < 2  # of 255
        assert labels[np.argmin(distances)] == label
    assert digits.train_images.min() == 0 and digits.train_images.max() == 255
    assert (digits.train_images[..., 0] == digits.train_images[..., 2]).all()


def test_the_seed_fixes_the_split(digits):
    again, other = datasets.load("digits", seed=0), datasets.load("digits", seed=1)
    assert again.fingerprint == digits.fingerprint
    assert (again.validation_images == digits.validation_images).all()
    assert other.fingerprint != digits.fingerprint
    assert images_as_bytes(other.validation_images) != images_as_bytes(digits.validation_images)


def test_a_limit_leaves_validation_as_it_is(digits):
    limited = datasets.load("digits", train_limit=100)
    assert len(limited.train_images) == len(limited.train_labels) == 100
    assert (limited.validation_images == digits.validation_images).all()
    assert not images_as_bytes(limited.train_images) - images_as_bytes(digits.train_images)
    assert limited.fingerprint != digits.fingerprint
    assert set(Counter(limited.train_labels.tolist()).values()) <= {9, 10, 11}


BAD_ARGUMENTS = [
    ({"name": "cifar100"}, "'cifar100' is neither a known dataset nor a folder. Use cifar10, digits, or"),
    ({"name": ""}, "'' is neither"),
    ({"name": "no/such/folder"}, "neither a known dataset nor a folder"),
    ({"name": "x" * 10_000}, "neither a known dataset nor a folder"),
    ({"name": "a\0b"}, "neither a known dataset nor a folder"),
    ({"name": __file__}, "is a file"),
    ({"name": "digits", "data_dir": "somewhere"}, "`data_dir` is for cifar10 only; got 'somewhere'"),
    ({"name": "digits", "image_size": 64}, "digits is 32x32, got 64"),
    ({"name": "cifar10", "image_size": (32, 33)}, r"cifar10 is 32x32, got \(32, 33\)"),
    ({"name": ".", "image_size": 0}, "`image_size` must be a whole number from 1 to 1024; got 0"),
    ({"name": ".", "image_size": 1025}, "got 1025"),
    ({"name": ".", "image_size": (32, 2.5)}, "got 2.5"),
    ({"name": ".", "image_size": (1, 2, 3)}, "a number of pixels or"),
    ({"name": "digits", "seed": -1}, "`seed` must be a whole number from 0 to 4294967295; got -1"),
    ({"name": "digits", "seed": 2**32}, "`seed` must be"),
    ({"name": "digits", "seed": 0.5}, "got 0.5"),
    ({"name": "digits", "train_limit": 0}, "`train_limit` must be a whole number of 1 or more; got 0"),
    ({"name": "digits", "train_limit": True}, "got True"),
    ({"name": "digits", "train_limit": 9}, "each of the 10 classes; got 9"),
]


@pytest.mark.parametrize("arguments, message", BAD_ARGUMENTS)
def test_bad_arguments_get_one_sentence(arguments, message):
    with pytest.raises(DataError, match=message) as caught:
        datasets.load(**arguments)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 800


def test_a_dataset_cannot_be_changed(digits):
    with pytest.raises(AttributeError):
        digits.name = "other"
