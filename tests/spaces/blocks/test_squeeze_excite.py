"""Squeeze-and-excite: the paper's formula on the built model, and its cost by hand."""

import keras
import numpy as np
import pytest

from spaces.blocks.squeeze_excite import (
    squeeze_excite_activations,
    squeeze_excite_build,
    squeeze_excite_layers,
    squeeze_excite_operators,
    squeezed_units,
)
from spaces.cost import Cost

SHAPE = (5, 4, 8)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


ACTIVATIONS = {
    "relu": lambda x: np.maximum(x, 0),
    "silu": lambda x: x * sigmoid(x),
    "sigmoid": sigmoid,
    "hard_sigmoid": lambda x: np.clip((x + 3) / 6, 0, 1),
}


@pytest.mark.parametrize(
    ("activation", "expected"),
    [("silu", ("silu", "sigmoid")), ("relu", ("relu", "hard_sigmoid")), ("hard_silu", ("relu", "hard_sigmoid"))],
)
def test_each_channel_is_weighed_as_in_the_paper(activation, expected):
    inputs = keras.Input(SHAPE)
    model = keras.Model(inputs, squeeze_excite_build(inputs, "a", ratio=0.5, activation=activation))
    images = np.random.default_rng(0).normal(size=(3, *SHAPE)).astype("float32")
    squeeze, squeeze_bias, excite, excite_bias = model.get_weights()
    assert squeeze.shape == (8, 4) and squeeze_excite_activations(activation) == expected
    squeezed = ACTIVATIONS[expected[0]](images.mean(axis=(1, 2)) @ squeeze + squeeze_bias)
    weights = ACTIVATIONS[expected[1]](squeezed @ excite + excite_bias)
    np.testing.assert_allclose(model(images), images * weights[:, None, None, :], rtol=1e-4, atol=1e-6)
    assert Cost(squeeze_excite_layers(SHAPE, "a", ratio=0.5)).parameters == model.count_params()


def test_multiply_adds_by_hand():
    assert Cost(squeeze_excite_layers(SHAPE, "a", ratio=0.25)).multiply_adds == 2 * 8 * 2


@pytest.mark.parametrize(
    ("activation", "kinds"),
    [
        ("relu", ["MEAN", "FULLY_CONNECTED", "FULLY_CONNECTED", "MUL", "MUL"]),
        ("silu", ["MEAN", "FULLY_CONNECTED", "LOGISTIC", "MUL", "FULLY_CONNECTED", "LOGISTIC", "MUL"]),
    ],
)
def test_its_operators_in_the_int8_file(activation, kinds):
    rows = squeeze_excite_operators(SHAPE, ratio=0.5, activation=activation)
    assert [row.kind for row in rows] == kinds
    assert (rows[-1].output, rows[-1].reads) == (SHAPE, (len(rows), 1))


@pytest.mark.parametrize(("channels", "ratio", "units"), [(8, 0.25, 2), (10, 0.25, 2), (14, 0.25, 4), (3, 0.01, 1)])
def test_the_squeezed_vector_is_rounded_and_never_empty(channels, ratio, units):
    assert squeezed_units(channels, ratio=ratio) == units
