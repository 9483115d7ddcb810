"""Splits, counted by brute force."""

from collections import Counter

import numpy as np
import pytest

from search.training.datasets import DataError, splits


def uneven_labels(counts, *, seed=0):
    labels = np.repeat(np.arange(len(counts)), counts)
    return np.random.default_rng(seed).permutation(labels)


@pytest.mark.parametrize("counts", [[100] * 10, [3, 300], [5, 7, 11, 13], [2, 2, 2], [1000, 2, 2, 2]])
@pytest.mark.parametrize("fraction", [0.1, 0.2])
def test_every_class_keeps_its_share(counts, fraction):
    labels = uneven_labels(counts)
    training, validation = splits.validation_split(labels, fraction=fraction, seed=0)

    assert sorted([*training, *validation]) == list(range(len(labels)))
    assert len(validation) == max(round(fraction * len(labels)), len(counts))
    drawn = Counter(labels[validation].tolist())
    for label, count in enumerate(counts):
        assert 1 <= drawn[label] < count
        if len(validation) > len(counts):
            assert drawn[label] <= np.ceil(len(validation) * count / len(labels))


def test_balanced_classes_are_split_exactly():
    labels = uneven_labels([5000] * 10)
    _, validation = splits.validation_split(labels, fraction=0.1, seed=3)
    assert Counter(labels[validation].tolist()) == {label: 500 for label in range(10)}


def test_the_seed_fixes_the_split():
    labels = uneven_labels([50, 60, 70])
    first, again, other = (splits.validation_split(labels, fraction=0.2, seed=seed)[1] for seed in (1, 1, 2))
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_the_split_is_the_same_for_ever():
    # A change here lets images that older studies held out slip into training.
    labels = np.arange(20) % 2
    assert splits.held_out(labels, fraction=0.2)[1].tolist() == [9, 10, 14, 15]
    assert splits.validation_split(labels, fraction=0.2, seed=7)[1].tolist() == [5, 11, 16, 18]


def test_every_image_is_drawn_about_equally_often():
    labels = np.repeat([0, 1], [10, 30])
    drawn = Counter()
    for seed in range(400):
        drawn.update(splits.validation_split(labels, fraction=0.2, seed=seed)[1].tolist())
    # 400 draws of 2 in 10 and of 6 in 30: 80 each, standard deviation 8.
    assert len(drawn) == 40
    assert min(drawn.values()) >= 48 and max(drawn.values()) <= 112


def test_a_limit_keeps_exactly_that_many_of_every_class():
    labels = uneven_labels([400, 200, 100])
    limited = splits.limited(labels, limit=70, seed=0)
    assert len(set(limited.tolist())) == 70
    assert Counter(labels[limited].tolist()) == {0: 40, 1: 20, 2: 10}


@pytest.mark.parametrize("limit", [None, 30, 1000])
def test_a_limit_above_what_there_is_keeps_all(limit):
    assert splits.limited(uneven_labels([10, 20]), limit=limit, seed=0).tolist() == list(range(30))


def test_a_limit_below_the_number_of_classes_is_refused():
    with pytest.raises(DataError, match="each of the 3 classes; got 2"):
        splits.limited(uneven_labels([10, 10, 10]), limit=2, seed=0)


def test_a_limit_of_one_image_less_than_all():
    labels = uneven_labels([1, 1, 8])
    limited = splits.limited(labels, limit=9, seed=0)
    assert Counter(labels[limited].tolist()) == {0: 1, 1: 1, 2: 7}


def test_ten_thousand_classes_of_three():
    labels = np.repeat(np.arange(10_000), 3)
    _, validation = splits.validation_split(labels, fraction=0.2, seed=0)
    assert sorted(labels[validation].tolist()) == list(range(10_000))


def test_the_last_images_validate_as_in_keras():
    training, validation = splits.last_split(uneven_labels([7, 13]), fraction=0.1, seed=5)
    assert training.tolist() == list(range(18)) and validation.tolist() == [18, 19]
