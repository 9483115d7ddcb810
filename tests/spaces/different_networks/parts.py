"""What the networks of this folder are made of: functions of a tensor, and functions that make them."""

import keras

layers, ops = keras.layers, keras.ops


def scaled(factor):
    """Functions of this kind share their name and their code."""

    def scale(tensor):
        return tensor * factor

    return scale


def scaled_by_default(factor):
    return lambda tensor, by=factor: tensor * by


def scaled_by_keyword(factor):
    def scale(tensor, *, by=factor):
        return tensor * by

    return scale


def scaled_inside(factor):
    return lambda tensor: (lambda part: scaled(factor)(part) + 1)(tensor)


def relu(tensor):
    """A user's function with the name of one of Keras's."""
    return ops.minimum(ops.maximum(tensor, 0), 0.1)


def tokens(tensor):
    return layers.Reshape((9, 16))(tensor)


def steps(tensor):
    return layers.Reshape((3, 48))(tensor)


def whole(tensor):
    """A sequence of whole numbers from 0 to 8."""
    return ops.cast(ops.clip(ops.abs(tensor[:, 0, :, 0] * 3), 0, 8), "int32")


def two(tensor):
    return layers.Dense(3)(tensor), layers.Dense(3)(tensor)


def shared(order):
    """Dense layers one after the other; `order` says which of them comes when."""

    def make(tensor):
        dense = [layers.Dense(4) for _ in set(order)]
        for number in order:
            tensor = ops.tanh(dense[number](tensor))
        return tensor

    return make


def nested(*, activation="relu", calls=1, separate=False, trainable=True, **arguments):
    """A model inside a model, called once or twice, or two of them."""

    def make(tensor):
        def inner():
            inputs = keras.Input((6, 6, 4))
            dropped = layers.Dropout(0.5)(layers.Dense(4, activation=activation)(inputs))
            model = keras.Model(inputs, layers.BatchNormalization()(dropped))
            model.trainable = trainable
            return model

        model = inner()
        for _ in range(calls):
            tensor = (inner() if separate else model)(tensor, **arguments)
        return tensor

    return make


def of_two_inputs(**options):
    first, second = (keras.Input((6, 6, 4), name=name, **options) for name in ("a", "b"))
    return keras.Model([first, second], first - 3 * second)


def attention(arguments=(0, 1), **options):
    def make(tensor):
        parts = tokens(tensor), layers.Dense(16)(tokens(tensor)), layers.Dense(16)(tokens(tensor))
        return layers.MultiHeadAttention(2, 4)(*(parts[index] for index in arguments), **options)

    return make


def frozen(layer):
    layer.trainable = False
    return layer


def lstm(output=0, **options):
    return lambda tensor: layers.LSTM(3, return_state=True, **options)(steps(tensor))[output]


def masked(mask):
    return lambda tensor: layers.GRU(3)(steps(tensor), mask=mask(ops.sum(steps(tensor), -1)))


def each(make, *values):
    """One network for each value; `make` gives a layer or a function of a tensor."""
    return [lambda tensor, value=value: make(value)(tensor) for value in values]
