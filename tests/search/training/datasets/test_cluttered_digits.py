"""The embedded digits in clutter: the same for ever, split by digit, drawn where they should be."""

from collections import Counter

import numpy as np
import pytest
from sklearn.datasets import load_digits as bundled

from search.training import datasets
from search.training.datasets import DataError
from search.training.datasets.cluttered_digits import COPIES, SIZE
from search.training.datasets.held_out import load_test

NAME = "cluttered-digits"


@pytest.fixture(scope="module")
def cluttered():
    return datasets.load(NAME, seed=0)


def images_as_bytes(images):
    return Counter(image.tobytes() for image in images)


def test_shapes_and_types(cluttered):
    assert (cluttered.name, cluttered.classes, cluttered.mirrorable) == (NAME, 10, False)
    assert cluttered.class_names == tuple("0123456789")
    assert cluttered.input_shape == (SIZE, SIZE, 3) == (16, 16, 3)
    assert cluttered.train_images.shape == (8050, 16, 16, 3)
    assert cluttered.validation_images.shape == (2016, 16, 16, 3)
    assert cluttered.train_images.dtype == cluttered.validation_images.dtype == np.uint8
    assert cluttered.train_labels.dtype == cluttered.validation_labels.dtype == np.int32


def test_every_machine_draws_the_same_images(cluttered):
    assert cluttered.fingerprint == "2ed20946986a9ab8"  # a study is continued on images of its own fingerprint only


def test_every_digit_is_drawn_as_often_in_one_split_only(cluttered):
    test_images, test_labels = load_test(NAME)
    assert test_images.shape == (2513, 16, 16, 3)
    labels = Counter([*cluttered.train_labels, *cluttered.validation_labels, *test_labels])
    assert labels == {label: COPIES * count for label, count in Counter(bundled().target.tolist()).items()}
    parts = [images_as_bytes(part) for part in (cluttered.train_images, cluttered.validation_images, test_images)]
    assert sum(len(part) for part in parts) == len(parts[0] | parts[1] | parts[2]) == COPIES * 1797


def test_splits_divide_the_digits_as_those_of_the_plain_ones_are_divided(cluttered):
    plain = datasets.load("digits", seed=0)
    for ours, theirs in (
        (cluttered.train_labels, plain.train_labels),
        (cluttered.validation_labels, plain.validation_labels),
        (load_test(NAME)[1], load_test("digits")[1]),
    ):
        np.testing.assert_array_equal(ours, np.repeat(theirs, COPIES))


def test_no_seed_moves_a_test_image_into_a_search():
    held_out = images_as_bytes(load_test(NAME)[0])
    for seed in (0, 1):
        data = datasets.load(NAME, seed=seed)
        seen = images_as_bytes(data.train_images) | images_as_bytes(data.validation_images)
        assert len(seen) == COPIES * (1797 - 359) and not held_out & seen


def test_the_seed_fixes_the_split(cluttered):
    again, other = datasets.load(NAME, seed=0), datasets.load(NAME, seed=1)
    assert again.fingerprint == cluttered.fingerprint != other.fingerprint
    assert images_as_bytes(other.validation_images) != images_as_bytes(cluttered.validation_images)


def test_a_limit_leaves_validation_as_it_is(cluttered):
    limited = datasets.load(NAME, train_limit=300)
    assert len(limited.train_images) == len(limited.train_labels) == 300
    assert set(Counter(limited.train_labels.tolist()).values()) <= {29, 30, 31}
    assert not images_as_bytes(limited.train_images) - images_as_bytes(cluttered.train_images)
    np.testing.assert_array_equal(limited.validation_images, cluttered.validation_images)


def test_a_digit_is_brighter_than_what_it_stands_on(cluttered):
    middle = cluttered.train_images[:, 5:11, 5:11].max(axis=(1, 2)).mean()
    assert middle > cluttered.train_images[:, :2].mean() + 64


def test_all_images_of_a_digit_together_show_it(cluttered):
    """No pixel tells the class. In the mean over a class the clutter fades, and it is nearest to its own kind."""
    plain = datasets.load("digits", seed=0)
    means = np.stack([cluttered.train_images[cluttered.train_labels == label].mean((0, 3)) for label in range(10)])
    smaller = plain.train_images[..., 0].reshape(-1, 16, 2, 16, 2).mean((2, 4))
    digits = np.stack([smaller[plain.train_labels == label].mean(0) for label in range(10)])
    ours, theirs = (part.reshape(10, -1) - part.reshape(10, -1).mean(0) for part in (means, digits))
    likeness = np.corrcoef(ours, theirs)[:10, 10:]
    assert (likeness.argmax(axis=1) == np.arange(10)).all()


def test_the_size_of_images_is_not_to_be_chosen():
    assert datasets.load(NAME, image_size=16).input_shape == (16, 16, 3)
    with pytest.raises(DataError, match="cluttered-digits is 16x16, got 32"):
        datasets.load(NAME, image_size=32)
