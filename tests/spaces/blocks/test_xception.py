"""Xception's block: beside the same layers written in Keras, and its cost by hand."""

import numpy as np
import pytest

from spaces.architecture import Architecture
from spaces.blocks import Xception
from spaces.cost import Cost
from spaces.heads import GlobalAverageHead

SHAPE = (8, 8, 6)


def written_in_keras(filters, strides):
    """A block of two separable convolutions."""
    from keras import Input, Model, layers

    inputs = tensor = Input(SHAPE)
    shortcut = layers.Conv2D(filters, 1, strides=strides)(inputs) if strides > 1 or filters != SHAPE[2] else inputs
    for step in (strides, 1):
        tensor = layers.ReLU()(tensor)
        tensor = layers.SeparableConv2D(filters, 3, strides=step, padding="same", use_bias=False)(tensor)
        tensor = layers.BatchNormalization()(tensor)
    return Model(inputs, layers.Add()([tensor, shortcut]))


@pytest.mark.parametrize(("filters", "strides"), [(6, 1), (10, 2)], ids=["as it is", "projected"])
def test_it_computes_the_same_as_its_layers_written_in_keras(filters, strides):
    import keras

    model = Architecture(SHAPE, (Xception(filters, strides=strides),), GlobalAverageHead(2)).build()
    ours = keras.Model(model.input, model.get_layer("block1_add").output)
    expected = written_in_keras(filters, strides)
    assert sorted(tuple(w.shape) for w in ours.weights) == sorted(tuple(w.shape) for w in expected.weights)
    for kind in ("SeparableConv2D", "BatchNormalization", "Conv2D"):
        pairs = [[layer for layer in one.layers if type(layer).__name__ == kind] for one in (ours, expected)]
        for source, target in zip(*pairs, strict=True):
            target.set_weights(source.get_weights())
    images = np.random.default_rng(0).normal(size=(2, *SHAPE)).astype("float32")
    np.testing.assert_allclose(ours(images), expected(images), rtol=1e-4, atol=1e-5)


def test_its_cost_by_hand():
    cost = Cost(Xception(16, 5, strides=2, convolutions=3).layers((8, 8, 8), "a"))
    first = 16 * (25 * 8 + 8 * 16)
    later = 16 * (25 * 16 + 16 * 16)
    assert cost.multiply_adds == first + 2 * later + 16 * 8 * 16
    assert cost.parameters == (25 * 8 + 8 * 16) + 2 * (25 * 16 + 16 * 16) + 3 * 4 * 16 + 8 * 16 + 16


def test_its_operators_in_the_int8_file():
    """The first activation reads the input, which the addition needs too, so it is an operator of its own."""
    rows = Xception(8, strides=2).operators((8, 8, 8))
    assert [(row.kind, row.activation, row.reads) for row in rows] == [
        ("RELU", "linear", (1,)),
        ("DEPTHWISE_CONV_2D", "linear", (1,)),
        ("CONV_2D", "relu", (1,)),
        ("DEPTHWISE_CONV_2D", "linear", (1,)),
        ("CONV_2D", "linear", (1,)),
        ("CONV_2D", "linear", (6,)),
        ("ADD", "linear", (2, 1)),
    ]
