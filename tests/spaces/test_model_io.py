"""Anybody's model with our ends computes what it did, whatever it ended in."""

import keras
import numpy as np
import pytest

from spaces.model_io import PIXEL_MEAN, PIXEL_SCALE, with_standard_io

layers = keras.layers


def features():
    return [keras.Input((8, 8, 3)), layers.Conv2D(6, 3, activation="relu"), layers.GlobalAveragePooling2D()]


ENDS = {
    "a dense softmax": lambda: keras.Sequential([*features(), layers.Dense(5, activation="softmax")]),
    "logits": lambda: keras.Sequential([*features(), layers.Dense(5)]),
    "a softmax layer": lambda: keras.Sequential([*features(), layers.Dense(5), layers.Softmax()]),
    "an activation": lambda: keras.Sequential([*features(), layers.Dense(5), layers.Activation("softmax")]),
    "pooled convolutions": lambda: keras.Sequential(
        [keras.Input((8, 8, 3)), layers.Conv2D(5, 1), layers.GlobalAveragePooling2D(), layers.Softmax()]
    ),
    "a model": lambda: keras.Sequential(
        [*features(), keras.Sequential([keras.Input((6,)), layers.Dense(5, activation="softmax")])]
    ),
    "its own scaling": lambda: keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.Sequential([layers.RandomFlip(), layers.Rescaling(1 / 255)]),
            *features()[1:],
            layers.Dense(5, activation="softmax"),
        ]
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_a_model_computes_what_it_did(name):
    keras.utils.set_random_seed(0)
    model = ENDS[name]()
    ours = with_standard_io(model, input_shape=(8, 8, 3), classes=5)
    pixels = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3)).astype("float32")
    scaled = (pixels - PIXEL_MEAN) * PIXEL_SCALE
    expected = model(pixels if name == "its own scaling" else scaled, training=False).numpy()
    if name == "logits":
        expected = keras.ops.softmax(expected).numpy()
    np.testing.assert_allclose(ours(scaled, training=False).numpy(), expected, rtol=1e-4, atol=1e-6)
    logits = keras.Model(ours.inputs, ours.get_layer("logits").output)
    found = keras.ops.softmax(logits(scaled, training=False)).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
    assert ours.layers[-1].name == "probabilities"


def test_ends_of_our_own_networks_are_these():
    from spaces.reference import standard_cnn

    model = standard_cnn().build()
    assert [layer.name for layer in model.layers[-2:]] == ["logits", "probabilities"]
