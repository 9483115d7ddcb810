"""Learning-rate schedules against their closed form."""

import dataclasses

import numpy as np
import pytest

from search.training.recipe import NOTEBOOK, ONE_CYCLE, RECIPES


def test_one_cycle_rises_to_its_peak_and_falls_to_zero():
    rates = ONE_CYCLE.learning_rates(steps=1_000)
    peak = int(np.argmax(rates))
    assert rates.max() == pytest.approx(ONE_CYCLE.learning_rate, rel=0.01)
    assert peak == pytest.approx(1_000 * ONE_CYCLE.warmup, abs=2)
    assert np.all(np.diff(rates[:peak]) > 0)
    assert np.all(np.diff(rates[peak:]) < 0)
    assert rates[-1] < 1e-4 * ONE_CYCLE.learning_rate


def test_the_rise_is_straight_and_the_fall_a_cosine():
    recipe = dataclasses.replace(ONE_CYCLE, learning_rate=1.0, warmup=0.5)
    rates = recipe.learning_rates(steps=8)
    np.testing.assert_allclose(rates[:4], [0.125, 0.375, 0.625, 0.875])
    np.testing.assert_allclose(rates[4:], 0.5 * (1 + np.cos(np.pi * np.array([0.125, 0.375, 0.625, 0.875]))))


def test_the_notebook_s_recipe_is_constant_adam_without_augmentation():
    assert (NOTEBOOK.optimizer, NOTEBOOK.learning_rate, NOTEBOOK.batch_size) == ("adam", 0.001, 128)
    assert (NOTEBOOK.crop, NOTEBOOK.flip, NOTEBOOK.label_smoothing, NOTEBOOK.weight_decay) == (0, False, 0, 0)
    np.testing.assert_array_equal(NOTEBOOK.learning_rates(steps=5), np.full(5, 0.001))


def test_recipes_are_found_by_their_names():
    assert all(recipe.name == name for name, recipe in RECIPES.items())
