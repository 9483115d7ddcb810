"""Guessing, against SciPy's binomial distribution."""

import math

import numpy as np
import pytest
from scipy.stats import binom

from search.optimizer.chance import Chance


@pytest.mark.parametrize(("images", "classes"), [(64, 4), (100, 10), (288, 10), (5_000, 10), (16, 2)])
def test_what_is_above_chance_is_seldom_a_guess(images, classes):
    chance = Chance.of([images // classes] * classes)
    assert chance.images == images // classes * classes
    guesses = binom(chance.images, 1 / classes)
    assert chance.highest == pytest.approx((guesses.mean() + 2 * guesses.std()) / chance.images)
    most = math.floor(chance.highest * chance.images)
    assert 0.005 < guesses.sf(most) < 0.05
    assert chance.is_exceeded([most / chance.images, (most + 1) / chance.images, math.nan]).tolist() == [
        False,
        True,
        False,
    ]


def test_to_name_the_largest_class_is_guessing():
    assert Chance.of([90, 5, 5]).accuracy == 0.9
    assert not Chance.of([90, 5, 5]).is_exceeded([0.95])[0]
    assert Chance.of([7]).highest == 1.0


def test_a_rung_is_at_chance_where_hardly_any_network_is_above():
    chance = Chance(accuracy=0.1, images=100)  # Up to 16 %.
    assert not chance.explains([0.1] * 4), "four networks say little"
    assert chance.explains([0.1] * 5)
    assert chance.explains([0.1] * 8 + [0.5] * 2)
    assert not chance.explains([0.1] * 7 + [0.5] * 3)
    assert not chance.explains([])


@pytest.mark.parametrize("images", [16, 64, 1_000])
def test_networks_that_guess_are_recognised(images):
    random = np.random.default_rng(0)
    chance = Chance(accuracy=0.25, images=images)
    rungs = random.binomial(images, 0.25, size=(1_000, 20)) / images
    assert np.mean([chance.explains(rung) for rung in rungs]) > 0.99
    learnt = random.binomial(images, 0.75, size=(1_000, 20)) / images
    assert not any(chance.explains(rung) for rung in learnt)
