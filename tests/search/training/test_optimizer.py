"""Steps of the optimizers against Keras's own."""

import dataclasses

import keras
import numpy as np
import pytest

from search.training.muon import muon_class
from search.training.optimizer import apply_gradients, make_optimizer
from search.training.recipe import NOTEBOOK, ONE_CYCLE


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [(NOTEBOOK, keras.optimizers.Adam), (dataclasses.replace(ONE_CYCLE, optimizer="sgd"), keras.optimizers.SGD)],
    ids=["adam", "sgd"],
)
def test_a_recipe_names_its_optimizer(recipe, expected):
    optimizer = make_optimizer(recipe)
    assert type(optimizer) is expected
    assert float(optimizer.learning_rate) == pytest.approx(recipe.learning_rate)


def test_muon_is_the_default_recipe_s():
    assert type(make_optimizer(ONE_CYCLE)) is muon_class()


def test_steps_are_those_of_keras_with_clipping_and_decay():
    recipe = dataclasses.replace(ONE_CYCLE, optimizer="sgd", weight_decay=0.5, clip_norm=0.01)
    random = np.random.default_rng(0)
    starts = {name: random.normal(size=shape) for name, shape in (("kernel", (3, 4)), ("gamma", (4,)), ("bias", (4,)))}
    variables = {name: [keras.Variable(start, name=name) for _ in range(2)] for name, start in starts.items()}
    ours, of_keras = zip(*variables.values(), strict=True)
    for optimizer in (keras.optimizers.SGD, keras.optimizers.Adam):
        options = {"momentum": 0.9, "nesterov": True} if optimizer is keras.optimizers.SGD else {}
        one, other = optimizer(0.1, **options), optimizer(0.1, weight_decay=0.5, global_clipnorm=0.01, **options)
        other.exclude_from_weight_decay(var_names=["gamma", "bias"])
        one.build(ours)
        for _ in range(3):
            gradients = [keras.ops.convert_to_tensor(random.normal(size=v.shape), "float32") for v in ours]
            apply_gradients(one, recipe, gradients, ours)
            other.apply(gradients, of_keras)
        for name, (a, b) in variables.items():
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-5, err_msg=name)
