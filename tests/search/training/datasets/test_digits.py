"""The digits: what they hold, how they are split, and what a limit keeps."""

from collections import Counter

import numpy as np
import pytest
from sklearn.datasets import load_digits as sklearn_digits

from search.training import datasets
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
    assert labels == Counter(sklearn_digits().target.tolist())


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


def test_enlarged_images_are_those_of_scikit_learn(digits):
    expected, labels = bilinear(sklearn_digits().images) * 255 / 16, sklearn_digits().target
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
