"""A model with the standard input and output computes the same as before, whatever its last layers are."""

import keras
import numpy as np
import pytest

from spaces.model_io import PIXEL_MEAN, PIXEL_SCALE, with_standard_io

layers = keras.layers


class Named(keras.Model):
    """A functional model of a class of its own."""


class Blocks(layers.Layer):
    """Has an attribute that models have too."""

    layers = 3

    def call(self, inputs):
        return inputs


class Softmax(layers.Layer):
    """Has the name of a layer of Keras's."""

    def call(self, inputs):
        return 2 * inputs


def functional(kind):
    inputs = keras.Input((8, 8, 3))
    return kind(inputs, layers.Dense(5)(layers.GlobalAveragePooling2D()(layers.Conv2D(6, 3)(inputs))))


def softmax(values):
    """Sharper than Keras's function of the same name."""
    return keras.ops.softmax(3 * values)


def features():
    return [keras.Input((8, 8, 3)), layers.Conv2D(6, 3, activation="relu"), layers.GlobalAveragePooling2D()]


MODELS = {
    "a class of a user's": lambda: functional(Named),
    "a user's layers": lambda: keras.Sequential([*features(), Blocks(), Softmax(), layers.Dense(5), layers.Softmax()]),
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
    "scaling of its own": lambda: keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.Sequential([layers.RandomFlip(), layers.Rescaling(1 / 255)]),
            *features()[1:],
            layers.Dense(5, activation="softmax"),
        ]
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_computes_the_same_as_before(name):
    keras.utils.set_random_seed(0)
    model = MODELS[name]()
    standard = with_standard_io(model, input_shape=(8, 8, 3), classes=5)
    pixels = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3)).astype("float32")
    scaled = (pixels - PIXEL_MEAN) * PIXEL_SCALE
    expected = model(pixels if name == "scaling of its own" else scaled, training=False).numpy()
    if name in ("logits", "a class of a user's"):
        expected = keras.ops.softmax(expected).numpy()
    np.testing.assert_allclose(standard(scaled, training=False).numpy(), expected, rtol=1e-4, atol=1e-6)
    logits = keras.Model(standard.inputs, standard.get_layer("logits").output)
    probabilities = keras.ops.softmax(logits(scaled, training=False)).numpy()
    np.testing.assert_allclose(probabilities, expected, rtol=1e-4, atol=1e-6)
    assert standard.layers[-1].name == "probabilities"


def test_our_own_networks_have_the_same_last_layers():
    from spaces.reference import standard_cnn

    model = standard_cnn().build()
    assert [layer.name for layer in model.layers[-2:]] == ["logits", "probabilities"]


def test_the_model_keeps_its_own_layers_and_weights():
    model = MODELS["a softmax layer"]()
    standard = with_standard_io(model, input_shape=(8, 8, 3), classes=5)
    assert standard.layers[1] is model.layers[0]
    assert standard.count_params() == model.count_params()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: keras.Sequential([layers.Dense(5)]), "this network takes 8x8x3 and gives 8x8x5 values"),
        (lambda: layers.Dense(5), "must be a Functional model or a Sequential one; got Dense"),
        (
            lambda: keras.Sequential([*features(), layers.Dense(5, activation="sigmoid")]),
            "must end in a softmax, or in logits; this one ends in Dense",
        ),
        (
            lambda: keras.Sequential([*features(), layers.Dense(5, activation=softmax)]),
            "must end in a softmax, or in logits; this one ends in Dense",
        ),
        (
            lambda: keras.Sequential([*features(), layers.Dense(5), Softmax()]),
            "must end in a softmax, or in logits; this one ends in Softmax",
        ),
        (
            lambda: keras.Sequential([*features(), layers.Dense(4)]),
            "the images are 8x8x3 in 5 classes; this network takes 8x8x3 and gives 4 values",
        ),
        (
            lambda: keras.Sequential([keras.Input((None, None, 3)), layers.GlobalAveragePooling2D(), layers.Dense(5)]),
            "this network takes anyxanyx3",
        ),
        (
            lambda: keras.Model([image := keras.Input((8, 8, 3))], [image, image]),
            "must have one input and one output; this one has 1 and 2",
        ),
    ],
    ids=[
        "as many pixels",
        "a layer",
        "a sigmoid",
        "a function called softmax",
        "a user's softmax",
        "classes",
        "sizes",
        "two outputs",
    ],
)
def test_other_models_are_refused_in_a_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        with_standard_io(make(), input_shape=(8, 8, 3), classes=5)
