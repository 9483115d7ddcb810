"""Networks that differ in a factor that the built model does not tell: only the params do."""

import functools

import keras
import numpy as np

from tests.spaces.different_networks.parts import scaled

layers, ops = keras.layers, keras.ops


class Scale(layers.Layer):
    """A layer of a user. Its configuration says nothing of its factor."""

    def __init__(self, factor):
        super().__init__()
        self.factor = [factor]

    def compute_output_shape(self, input_shape):
        return input_shape

    def call(self, tensor):
        return tensor * self.factor[0]


class ScaleInConfig(Scale):
    """Its configuration says half: the offset, but not the factor."""

    def __init__(self, factor, *, offset=1):
        super().__init__(factor)
        self.offset = offset

    def get_config(self):
        return {"name": self.name, "offset": self.offset}

    def call(self, tensor):
        return super().call(tensor) + self.offset


class ScaledDense(layers.Dense):
    """A layer of Keras that a user has extended."""

    factor = 1

    def call(self, inputs, training=None):
        return super().call(inputs) * self.factor


class Times:
    """An object that is called like a function."""

    def __init__(self, factor):
        self.factor = factor

    def __call__(self, tensor):
        return tensor * self.factor


class Filled(keras.initializers.Initializer):
    """An initializer of a user. Its configuration says nothing of its value."""

    def __init__(self, value):
        self.value = value

    def get_config(self):
        return {}

    def __call__(self, shape, dtype=None):
        return ops.full(shape, self.value, dtype=dtype)


class Options:
    """A place outside the network."""

    factor = 0


def closed_over(factor):
    """A layer whose class knows the factor. No object of it does."""

    class Closed(layers.Layer):
        def call(self, tensor):
            return tensor * factor

    return Closed()


def extended(factor):
    layer = ScaledDense(3)
    layer.factor = factor
    return layer


def in_a_dictionary(factor):
    options = {"factor": factor}
    return layers.Lambda(lambda tensor: tensor * options["factor"])


def in_an_object(factor):
    options = Options()
    options.factor = factor
    return layers.Lambda(lambda tensor: tensor * options.factor)


def with_weights(layer, factor):
    def make(tensor):
        outputs = layer(tensor)
        layer.set_weights([np.full(weight.shape, factor, "float32") for weight in layer.get_weights()])
        return outputs

    return make


def adapted(factor):
    layer = layers.Normalization()
    layer.adapt(np.array([[1.0, 2, 3, factor], [-1, 0, 1, 0]], "float32"))
    return layer


def in_an_embedding(factor):
    embedding = layers.Embedding(9, 2, weights=np.full((9, 2), factor, "float32"))
    return lambda tensor: embedding(ops.cast(ops.clip(tensor * 4, 0, 8), "int32"))


def with_another_call(factor):
    dense = layers.Dense(3)
    dense.call = lambda inputs, training=None: layers.Dense.call(dense, inputs) * factor
    return dense


def in_the_disguise_of_another(factor):
    @functools.wraps(keras.activations.relu)
    def activation(tensor):
        return tensor * factor

    return layers.Activation(activation)


def given_by_name(factor):
    """The model inside has inputs by name. Nobody checks which is which."""
    first, second = (keras.Input((6, 6, 4), name=name) for name in ("a", "b"))
    inner = keras.Model({"a": first, "b": second}, first - 2 * second)
    return lambda tensor: inner({"b": tensor, "a": tensor * factor})


def in_a_model(factor):
    class Model(keras.Model):
        def call(self, tensor):
            return super().call(tensor) * factor

    inputs = keras.Input((6, 6, 4))
    return Model(inputs, layers.Dense(3)(inputs))


UNTOLD = {
    "a layer without configuration": Scale,
    "a layer with half a configuration": ScaleInConfig,
    "a layer whose class knows": closed_over,
    "a layer of Keras that is extended": extended,
    "a layer inside a wrapper": lambda factor: layers.TimeDistributed(Scale(factor)),
    "a layer inside a model": lambda factor: keras.Sequential([Scale(factor)]),
    "a model of a user's class": in_a_model,
    "an object as activation": lambda factor: layers.Dense(3, activation=Times(factor)),
    "a method as activation": lambda factor: layers.Activation(Times(factor).__call__),
    "part of a function": lambda factor: layers.Activation(functools.partial(ops.multiply, factor)),
    "a dictionary that a function knows": in_a_dictionary,
    "an object that a function knows": in_an_object,
    "a variable that a function knows": lambda factor: layers.Lambda(scaled(keras.Variable(float(factor)))),
    "a layer with another call": with_another_call,
    "a function in the disguise of another": in_the_disguise_of_another,
    "a model whose inputs have names": given_by_name,
    "an initializer of a user": lambda factor: layers.Dense(3, kernel_initializer=Filled(factor)),
    "weights that were set": lambda factor: with_weights(layers.Dense(3), factor),
    "weights that were set and frozen": lambda factor: with_weights(layers.Conv2D(3, 3, trainable=False), factor),
    "weights as another initializer gives them": lambda factor: with_weights(layers.BatchNormalization(), factor),
    "weights in a wrapper": lambda factor: with_weights(layers.TimeDistributed(layers.Dense(3)), factor),
    "weights in an embedding": in_an_embedding,
    "statistics of data": adapted,
}
"""Functions from a factor to a layer. The built model does not say the factor: only the params do."""

FACTORS = (0, 1, 2)
