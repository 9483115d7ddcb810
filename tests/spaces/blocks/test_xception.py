"""Xception's block: beside its layers written by hand in Keras, and its sums by hand."""

import numpy as np
import pytest

from spaces.architecture import Architecture
from spaces.blocks import Xception
from spaces.cost import Cost, activation_bytes
from spaces.heads import GlobalAverageHead

SHAPE = (8, 8, 6)


def by_hand(filters, strides):
    """A block of two separable convolutions, and the weights' order of its layers."""
    from keras import Input, Model, layers

    inputs = tensor = Input(SHAPE)
    shortcut = layers.Conv2D(filters, 1, strides=strides)(inputs) if strides > 1 or filters != SHAPE[2] else inputs
    for step in (strides, 1):
        tensor = layers.ReLU()(tensor)
        tensor = layers.SeparableConv2D(filters, 3, strides=step, padding="same", use_bias=False)(tensor)
        tensor = layers.BatchNormalization()(tensor)
    return Model(inputs, layers.Add()([tensor, shortcut]))


@pytest.mark.parametrize(("filters", "strides"), [(6, 1), (10, 2)], ids=["as it is", "projected"])
def test_it_computes_what_its_layers_written_by_hand_do(filters, strides):
    import keras

    model = Architecture(SHAPE, (Xception(filters, strides=strides),), GlobalAverageHead(2)).build()
    mine = keras.Model(model.input, model.get_layer("block1_add").output)
    other = by_hand(filters, strides)
    assert sorted(tuple(w.shape) for w in mine.weights) == sorted(tuple(w.shape) for w in other.weights)
    for kind in ("SeparableConv2D", "BatchNormalization", "Conv2D"):
        pairs = [[layer for layer in one.layers if type(layer).__name__ == kind] for one in (mine, other)]
        for source, target in zip(*pairs, strict=True):
            target.set_weights(source.get_weights())
    images = np.random.default_rng(0).normal(size=(2, *SHAPE)).astype("float32")
    np.testing.assert_allclose(mine(images), other(images), rtol=1e-4, atol=1e-5)


def test_its_sums_by_hand():
    found = Cost(Xception(16, 5, strides=2, convolutions=3).layers((8, 8, 8), "a"))
    first = 16 * (25 * 8 + 8 * 16)
    later = 16 * (25 * 16 + 16 * 16)
    assert found.multiply_adds == first + 2 * later + 16 * 8 * 16
    assert found.parameters == (25 * 8 + 8 * 16) + 2 * (25 * 16 + 16 * 16) + 3 * 4 * 16 + 8 * 16 + 16


def test_the_input_waits_while_the_block_works():
    rows = Xception(8).layers((8, 8, 8), "a")
    tensor = activation_bytes((8, 8, 8))
    assert rows[0].activation_bytes == 2 * tensor  # an activation that can't work where the input lies
    assert max(row.activation_bytes for row in rows) == 3 * tensor
