"""Networks that are written in different ways and are one, for the tests of their keys.

Each entry lists ways to write one network: functions that give a model with an input of shape (6, 6, 4).
"""

import keras
import numpy as np

from tests.spaces.different_networks.parts import scaled, steps, tokens

layers, ops = keras.layers, keras.ops


def model(make, **options):
    inputs = keras.Input((6, 6, 4), **options)
    return keras.Model(inputs, make(inputs))


def each(*makes):
    """Ways to write a model, from functions of its input tensor."""
    return [lambda make=make: model(make) for make in makes]


def branches(order, *, names=("a", "b", "c")):
    def make(tensor):
        sides = {i: layers.Conv2D(3, i, padding="same", name=f"{names[i - 1]}{i}")(tensor) for i in order}
        return layers.Concatenate()([sides[1], layers.Add()([sides[2], sides[3]]), sides[1]])

    return make


def sequential(*, named):
    names = iter("abcd")
    stack = [layers.Conv2D(3, 3, activation="relu"), layers.BatchNormalization(), layers.Flatten(), layers.Dense(2)]
    if named:
        for layer in stack:
            layer.name = next(names)
    return keras.Sequential([keras.Input((6, 6, 4)), *stack])


def functional(tensor):
    tensor = layers.BatchNormalization()(layers.Conv2D(3, 3, activation="relu")(tensor))
    return layers.Dense(2)(layers.Flatten()(tensor))


def nested(tensor):
    inner = keras.Sequential([keras.Input((6, 6, 4)), layers.Conv2D(3, 3, activation="relu")])
    outer = keras.Sequential([layers.BatchNormalization(), layers.Flatten(), layers.Dense(2)])
    return outer(inner(tensor))


def created_first(tensor):
    dense, norm, conv = layers.Dense(2), layers.BatchNormalization(), layers.Conv2D(3, 3, activation="relu")
    return dense(layers.Flatten()(norm(conv(tensor))))


def shared(tensor, *, turned=False):
    one, other = layers.Dense(4, name="one"), layers.Dense(4, name="other")
    one, other = (other, one) if turned else (one, other)
    return other(one(one(tensor)))


def attention(tensor, **arguments):
    sequence = tokens(tensor)
    return layers.MultiHeadAttention(2, 4)(**{"query": sequence, "value": sequence} | arguments)


def seeded(seed):
    def make(tensor):
        return layers.GaussianNoise(0.1, seed=seed)(
            layers.RandomFlip(seed=seed)(layers.Dropout(0.5, seed=seed)(tensor))
        )

    return make


EQUAL = {
    "a stack of layers": [
        lambda: sequential(named=False),
        lambda: sequential(named=True),
        *each(functional, nested, created_first),
        lambda: model(functional, name="image", batch_size=None),
    ],
    "branches": each(
        branches((1, 2, 3)), branches((3, 2, 1)), branches((2, 3, 1)), branches((1, 3, 2), names=("z", "y", "x"))
    ),
    "defaults of a convolution": each(
        lambda x: layers.Conv2D(3, 3)(x),
        lambda x: layers.Conv2D(3, (3, 3), strides=1, padding="VALID", use_bias=True)(x),
        lambda x: layers.Convolution2D(filters=3, kernel_size=[3, 3], strides=(1, 1), groups=1, name="own")(x),
        lambda x: layers.Conv2D(3, 3, data_format="channels_last", activation="linear", dilation_rate=1)(x),
        lambda x: layers.Conv2D(3, 3, kernel_initializer="glorot_uniform", bias_initializer="zeros")(x),
        lambda x: layers.Conv2D(3, 3, kernel_initializer=keras.initializers.GlorotUniform(), dtype="float32")(x),
    ),
    "an activation": each(
        lambda x: layers.Dense(3, "relu")(x),
        lambda x: layers.Dense(3, keras.activations.relu)(x),
        lambda x: layers.Dense(3, keras.activations.get("relu"), name="own")(x),
    ),
    "a function": each(
        lambda x: layers.Lambda(scaled(2))(x),
        lambda x: layers.Lambda(scaled(2), name="own")(x),
        lambda x: layers.Lambda(function=scaled(2), arguments={})(x),
    ),
    "a pooling": each(
        lambda x: layers.MaxPooling2D()(x),
        lambda x: layers.MaxPool2D(2)(x),
        lambda x: layers.MaxPooling2D((2, 2), strides=(2, 2), padding="valid", name="own")(x),
    ),
    "sharing": each(shared, lambda x: shared(x, turned=True)),
    "arguments by name": each(
        lambda x: attention(x),
        lambda x: layers.MultiHeadAttention(2, 4)((t := tokens(x)), t),
        lambda x: attention(x, attention_mask=None, use_causal_mask=False, training=None),
    ),
    "seeds of noise": each(*map(seeded, (None, 1, 2))),
    "an operation": each(lambda x: x + 1, lambda x: ops.add(x, 1), lambda x: x.__add__(1)),
    "a constant": each(
        lambda x: ops.conv(x, np.ones((3, 3, 4, 2), "float32")),
        lambda x: ops.conv(inputs=x, kernel=np.full((3, 3, 4, 2), 1, "float32"), strides=1),
    ),
    "a recurrent layer": each(
        lambda x: layers.LSTM(3)(steps(x)),
        lambda x: layers.LSTM(3, activation="tanh", unit_forget_bias=True, name="own")(steps(x)),
        lambda x: layers.LSTM(3, recurrent_initializer="orthogonal", seed=3)(steps(x)),
    ),
    "a regularizer": each(
        lambda x: layers.Dense(3, kernel_regularizer="l2")(x),
        lambda x: layers.Dense(3, kernel_regularizer=keras.regularizers.L2(0.01))(x),
    ),
    "a layer whose configuration is short": each(
        lambda x: layers.Discretization([0.0, 1.0])(x),
        lambda x: layers.Discretization(bin_boundaries=[0.0, 1.0], name="own")(x),
    ),
    "a type": each(
        lambda x: layers.Dense(3)(x),
        lambda x: layers.Dense(3, dtype="float32")(x),
        lambda x: layers.Dense(3, dtype=keras.DTypePolicy("float32"))(x),
    ),
}
