"""Whether mirrored images keep their class: the rule, and the training behind it."""

import dataclasses

import numpy as np
import pytest
from scipy.stats import binomtest

from search.training.datasets.dataset import make_dataset
from search.training.flip_evidence import FlipEvidence, flip_evidence, sign_test
from tests.drawn_images import ARROWS, SHAPES, drawn_images


def evidence(*, right, lost, gained=None, images=None):
    names = tuple(f"class {number}" for number in range(len(right)))
    return FlipEvidence(names, tuple(images or [50] * len(right)), tuple(right), tuple(lost), tuple(gained or [0] * 9))


def verdict(found):
    return "mirror" if found.is_invariant else "differs" if found.learns and found.differs else "unknown"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (evidence(right=[48, 49], lost=[48, 49], gained=[0, 0]), "differs"),  # arrows
        (evidence(right=[45, 44, 46], lost=[1, 2, 1], gained=[2, 1, 0]), "mirror"),  # circles and crosses
        (evidence(right=[20, 21, 19, 18], lost=[3, 4, 2, 3], gained=[3, 2, 3, 2]), "mirror"),  # photographs
        (evidence(right=[26, 27], lost=[5, 3], gained=[4, 4]), "unknown"),  # no better than a guess
        (evidence(right=[5, 5], lost=[1, 1], gained=[0, 0], images=[6, 6]), "unknown"),  # too few
        (evidence(right=[0, 0], lost=[0, 0], gained=[0, 0]), "unknown"),
        (evidence(right=[90, 2], lost=[0, 0], gained=[0, 0], images=[90, 10]), "unknown"),  # names the largest class
    ],
)
def test_images_are_mirrored_only_where_that_is_safe(found, expected):
    assert verdict(dataclasses.replace(found, gained=found.gained[: len(found.names)])) == expected


def test_two_classes_of_twenty_that_swap_are_enough():
    found = evidence(right=[49] * 20, lost=[40, 38] + [1] * 18, gained=[0] * 2 + [1] * 18)
    assert (found.lost_class, verdict(found)) == (0, "differs")
    assert found.flipped_accuracy == pytest.approx((49 * 20 - 78) / 1000)
    assert found.words() == (
        "of 1,000 unseen images, a network recognises 98 % as they are and 90 % mirrored; of 50 of class 'class 0', "
        "49 and 9"
    )


def test_a_class_is_not_lost_by_chance():
    found = evidence(right=[40] * 100, lost=[9] + [5] * 99, gained=[2] + [5] * 99)
    assert (found.lost_class, verdict(found)) == (None, "mirror")


@pytest.mark.parametrize(("lost", "gained"), [(0, 0), (3, 0), (0, 3), (20, 10), (400, 390)])
def test_the_sign_test_is_that_of_scipy(lost, gained):
    changes = lost + gained
    expected = binomtest(lost, changes, 0.5, alternative="greater").pvalue if changes else 1.0
    assert sign_test(lost, gained) == pytest.approx(expected)


def dataset(kinds, *, each, side, channels=1, seed=0):
    images, labels = drawn_images(kinds, each=each, side=side, seed=seed)
    images = np.repeat(images[..., None], channels, axis=-1)
    part = len(labels) * 4 // 5
    parts = {"train": (images[:part], labels[:part]), "validation": (images[part:], labels[part:])}
    return make_dataset("drawn", **parts, class_names=kinds, mirrorable=None)


def test_shapes_keep_their_class():
    """Of arrows, which lose it, see `test_run_mirror`."""
    shapes = flip_evidence(dataset(SHAPES, each=60, side=16), seed=0, steps=120)
    assert (verdict(shapes), sum(shapes.images)) == ("mirror", 180)


@pytest.mark.long
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("kinds", "expected"), [(ARROWS, "differs"), (SHAPES, "mirror")])
def test_so_they_do_in_grey_and_in_colour(kinds, expected, channels):
    assert verdict(flip_evidence(dataset(kinds, each=60, side=48, channels=channels), seed=1)) == expected


@pytest.mark.long
def test_arrows_are_hardly_recognised_when_mirrored():
    arrows = flip_evidence(dataset(ARROWS, each=60, side=24), seed=0)
    assert arrows.accuracy > 0.9 and arrows.flipped_accuracy < 0.2


@pytest.mark.long
def test_the_same_seed_gives_the_same_evidence_and_large_images_are_made_smaller():
    large = dataset(ARROWS, each=30, side=130)
    first = flip_evidence(large, seed=3)
    assert first == flip_evidence(large, seed=3)
    assert verdict(first) == "differs"


@pytest.mark.long
def test_four_images_can_not_tell():
    assert verdict(flip_evidence(dataset(ARROWS, each=2, side=16), seed=0)) == "unknown"
