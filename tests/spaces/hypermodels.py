"""Hypermodels as a user may write them, for the tests of this folder: `tests.spaces.hypermodels:Name`."""

import keras
import keras_tuner

from spaces.hypermodel import HypermodelSpace

IMAGES = {"input_shape": (8, 8, 1), "classes": 10}


def space(name, **images):
    """The space of a hypermodel of this module, for images of 8x8x1 in 10 classes unless said otherwise."""
    return HypermodelSpace(f"{__name__}:{name}", **(IMAGES | images))


def network(units):
    inputs = keras.Input((8, 8, 1))
    tensor = keras.layers.Conv2D(units, 3, activation="relu")(inputs)
    tensor = keras.layers.GlobalAveragePooling2D()(tensor)
    return keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(tensor))


class Inner(keras_tuner.HyperModel):
    def build(self, hp):
        return hp.Int("depth", 1, 3)


class EveryKind(keras_tuner.HyperModel):
    """Parameters of every kind, in every scope.

    Attributes:
        seen: The values in the latest build.
        builds: Number of builds so far.
    """

    seen = {}
    builds = 0

    def build(self, hp):
        assert isinstance(hp, keras_tuner.HyperParameters)
        kind = hp.Choice("kind", ["a", "b"])
        seen = {"kind": kind, "flag": hp.Boolean("flag"), "fixed": hp.Fixed("fixed", 3)}
        seen["rate"] = hp.Float("rate", 1e-4, 1e-1, sampling="log")
        seen["share"] = hp.Float("share", 0, 1, step=0.3)
        seen["doubling"] = hp.Int("doubling", 2, 32, step=2, sampling="log")
        seen["turned"] = hp.Int("turned", 1, 8, step=2, sampling="reverse_log")
        seen["direct"] = hp.Int("direct", 1, 5, parent_name="kind", parent_values=["b"])
        with hp.conditional_scope("kind", ["a"]):
            seen["units of a"] = hp.Choice("units", [8, 16])
        with hp.conditional_scope("kind", ["b"]):
            seen["units of b"] = hp.Choice("units", [32, 64])  # The same name with another domain.
        with hp.name_scope("nested"):
            seen["nested"] = Inner().build(hp)
        seen["read back"] = "units" in hp, hp.get("units"), "direct" in hp, "nowhere" in hp
        seen["untuned"] = Inner(tunable=False).build(hp)
        EveryKind.seen = seen
        EveryKind.builds += 1
        return network(hp.get("units"))


def branching(hp):
    """One network, whatever the params: only names, the order of branches and the optimizer differ."""
    inputs = keras.Input((8, 8, 1))
    sizes = (3, 5) if hp.Boolean("turned") else (5, 3)
    sides = {size: keras.layers.Conv2D(4, size, padding="same")(inputs) for size in sizes}
    tensor = keras.layers.Concatenate()([sides[3], sides[5]])
    tensor = keras.layers.GlobalMaxPooling2D(name=hp.Choice("name", ["x", "y"]))(tensor)
    hp.Choice("learning_rate", [0.1, 0.01])
    return keras.Model(inputs, keras.layers.Dense(10)(tensor))


class NeedsMore(keras_tuner.HyperModel):
    """Its constructor has an argument that the data set does not give."""

    def __init__(self, secret):
        super().__init__()


def sized(hp, input_shape, classes):
    """Its arguments come from the data set."""
    return keras.Sequential(
        [keras.Input(input_shape), keras.layers.Flatten(), keras.layers.Dense(classes, activation="softmax")]
    )


def subclassed(hp):
    """A model without a graph."""

    class Model(keras.Model):
        def call(self, inputs):
            return inputs

    return Model()


def sigmoid(hp):
    """A model that ends neither in probabilities nor in logits."""
    return keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(10, activation="sigmoid")]
    )


def other_images(hp):
    """A model for images of another shape."""
    return keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Flatten(), keras.layers.Dense(10)])


def without_products(hp):
    """A model that multiplies nothing: its outputs are ten of the pixels."""
    pixels = [keras.layers.Reshape((64, 1)), keras.layers.Cropping1D((0, 54)), keras.layers.Flatten()]
    return keras.Sequential([keras.Input((8, 8, 1)), *pixels, keras.layers.Softmax()])


def uncountable(hp, input_shape):
    """A model with a layer that can't be counted."""
    import tensorflow as tf

    class Mystery(keras.layers.Layer):
        def call(self, inputs):
            return tf.map_fn(lambda image: image + 1, inputs)

    return keras.Sequential([keras.Input(input_shape), Mystery(), keras.layers.Flatten(), keras.layers.Dense(10)])


def scaled_by_a_layer(hp):
    """Networks that differ in a number that only a layer of the user knows."""
    factor = hp.Choice("factor", [1.0, 2.0, 3.0, 4.0])
    hp.Choice("learning_rate", [0.1, 0.01])

    class Scale(keras.layers.Layer):
        def call(self, inputs):
            return keras.ops.tanh(inputs * factor)

    return keras.Sequential([keras.Input((8, 8, 1)), Scale(), keras.layers.Flatten(), keras.layers.Dense(10)])


def scaled_by_an_operation(hp):
    """Networks that differ in a number in the graph."""
    factor = hp.Choice("factor", [1.0, 2.0, 3.0, 4.0])
    hp.Choice("learning_rate", [0.1, 0.01])
    inputs = keras.Input((8, 8, 1))
    tensor = keras.layers.Flatten()(keras.ops.tanh(inputs * factor))
    return keras.Model(inputs, keras.layers.Dense(10)(tensor))
