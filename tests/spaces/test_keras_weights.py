"""Whether the weights of a new layer are as its configuration says."""

import keras
import numpy as np
import pytest

from spaces.keras_weights import are_as_configured

layers = keras.layers


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (layers.Conv2D(3, 3, activation=lambda x: x), (8, 8, 2)),
        (layers.BatchNormalization(), (8, 8, 2)),
        (layers.Dense(3, kernel_initializer=keras.initializers.HeNormal(seed=1)), (4,)),
        (layers.Bidirectional(layers.LSTM(3)), (5, 2)),
        (layers.MultiHeadAttention(2, 3), (5, 2)),
    ],
)
def test_new_weights_are_and_others_are_not(layer, shape):
    inputs = keras.Input(shape)
    layer(*[inputs] * (2 if isinstance(layer, layers.MultiHeadAttention) else 1))
    assert are_as_configured(layer)
    for index, before in enumerate(layer.get_weights()):
        layer.weights[index].assign(np.full_like(before, 0.5))
        assert not are_as_configured(layer)
        layer.weights[index].assign(before)


def test_values_of_another_initializer_are_others():
    layer = layers.BatchNormalization()
    layer.build((None, 3))
    layer.gamma.assign(np.zeros(3))  # As beta is.
    assert not are_as_configured(layer)
