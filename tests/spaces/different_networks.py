"""Networks that build different functions, by family, for the tests of their keys.

Each network is a function from a tensor of shape (6, 6, 4) to one of any shape. Of all networks of a family, no two
compute the same, or learn in the same way.
"""

import functools
import itertools

import keras
import numpy as np
import tensorflow as tf

layers, ops = keras.layers, keras.ops

KERNEL = np.arange(3 * 3 * 4 * 2, dtype="float32").reshape(3, 3, 4, 2) / 72
GLOBAL_FACTOR = 2.5
OTHER_FACTOR = 3.5


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


def attention(arguments=(0, 1), **options):
    def make(tensor):
        parts = tokens(tensor), layers.Dense(16)(tokens(tensor)), layers.Dense(16)(tokens(tensor))
        return layers.MultiHeadAttention(2, 4)(*(parts[index] for index in arguments), **options)

    return make


def frozen(layer):
    layer.trainable = False
    return layer


def lstm(output=0, **options):
    return lambda tensor: layers.LSTM(3, return_state=True, **options)(tokens(tensor))[output]


def masked(mask):
    return lambda tensor: layers.GRU(3)(tokens(tensor), mask=mask(ops.sum(tokens(tensor), -1)))


def each(make, *values):
    """One network for each value; `make` gives a layer or a function of a tensor."""
    return [lambda tensor, value=value: make(value)(tensor) for value in values]


TOLD = {
    "arithmetic": [
        lambda x: x + 1,
        lambda x: x + 2,
        lambda x: x + 1.5,
        lambda x: x - 1,
        lambda x: 1 - x,
        lambda x: x * 2,
        lambda x: x / 2.5,
        lambda x: 2 / (x + 9),
        lambda x: x**2,
        lambda x: 2**x,
        lambda x: x**3,
        lambda x: -x,
        lambda x: abs(x),
        lambda x: x % 2,
        lambda x: x // 2,
        lambda x: x > 0,
        lambda x: x > 0.5,
    ],
    "slices": [
        lambda x: x[:, 1:],
        lambda x: x[:, 2:],
        lambda x: x[:, :-1],
        lambda x: x[:, ::2],
        lambda x: x[:, 1::2],
        lambda x: x[:, ::-1],
        lambda x: x[:, :, 1:],
        lambda x: x[:, :, ::2],
        lambda x: x[..., 1:],
        lambda x: x[..., :1],
        lambda x: x[..., ::-1],
        lambda x: x[:, None],
        lambda x: x[..., None],
        lambda x: x[:, 0],
        lambda x: x[:, 1],
        lambda x: x[:, :, 0],
    ],
    "operations with constants": [
        lambda x: ops.maximum(x, 0),
        lambda x: ops.maximum(x, 1),
        lambda x: ops.maximum(-1, x),
        lambda x: ops.minimum(x, 0),
        lambda x: ops.minimum(x, 1),
        lambda x: ops.clip(x, 0, 0.5),
        lambda x: ops.clip(x, 0, 0.7),
        lambda x: ops.clip(x, -1, 0.7),
        lambda x: ops.where(x > 0, x, 2.0),
        lambda x: ops.where(x > 0, x, 3.0),
        lambda x: ops.where(x > 0, 3.0, x),
        lambda x: ops.roll(x, 1, axis=1),
        lambda x: ops.roll(x, 2, axis=1),
        lambda x: ops.roll(x, 1, axis=2),
        lambda x: ops.leaky_relu(x, 0.1),
        lambda x: ops.leaky_relu(x, 0.3),
        lambda x: ops.einsum("bijc,cd->bijd", x, np.eye(4, dtype="float32")),
        lambda x: ops.einsum("bijc,dc->bjid", x, KERNEL[0].reshape(6, 4)),
        lambda x: ops.matmul(x, KERNEL[0, 0]),
        lambda x: ops.matmul(x, KERNEL[0, 1]),
        lambda x: x + np.arange(4, dtype="float32"),
        lambda x: x + np.arange(6, dtype="float32").reshape(6, 1),
        lambda x: x + tf.constant([1.0, 0.0, 0.0, 1.0]),
        lambda x: x + tf.constant([1.0, 0.0, 0.0, 2.0]),
    ],
    "constant kernels": [
        lambda x: ops.conv(x, KERNEL),
        lambda x: ops.conv(x, 2 * KERNEL),
        lambda x: ops.conv(x, KERNEL[::-1]),
        lambda x: ops.conv(x, KERNEL[:1]),
        lambda x: ops.conv(x, tf.constant(3 * KERNEL)),
        lambda x: ops.conv(x, KERNEL, strides=2),
        lambda x: ops.conv(x, KERNEL, padding="same"),
        lambda x: ops.conv(x, KERNEL, dilation_rate=2),
        lambda x: ops.depthwise_conv(x, KERNEL),
        lambda x: ops.depthwise_conv(x, KERNEL + 1),
    ],
    "reductions": [
        lambda x: ops.sum(x, 1),
        lambda x: ops.sum(x, 2),
        lambda x: ops.sum(x, -1),
        lambda x: ops.sum(x, 1, keepdims=True),
        lambda x: ops.mean(x, 1),
        lambda x: ops.max(x, 1),
        lambda x: ops.min(x, 1),
        lambda x: ops.mean(x, (1, 2)),
        lambda x: ops.argmax(x, 1),
        lambda x: ops.cumsum(x, 1),
        lambda x: ops.cumsum(x, 2),
        lambda x: ops.split(x, 2, axis=1)[0],
        lambda x: ops.split(x, 2, axis=1)[1],
        lambda x: ops.split(x, 3, axis=1)[0],
        lambda x: ops.top_k(x, 2)[0],
        lambda x: ops.top_k(x, 2)[1],
    ],
    "shapes": [
        lambda x: layers.Reshape((36, 4))(x),
        lambda x: layers.Reshape((4, 36))(x),
        lambda x: layers.Flatten()(x),
        lambda x: layers.Permute((2, 1, 3))(x),
        lambda x: layers.Permute((3, 1, 2))(x),
        lambda x: ops.transpose(x, (0, 3, 2, 1)),
        lambda x: ops.flip(x, 1),
        lambda x: ops.repeat(x, 2, axis=1),
        lambda x: ops.tile(x, (1, 2, 1, 1)),
        lambda x: ops.pad(x, ((0, 0), (1, 0), (0, 0), (0, 0))),
        lambda x: ops.pad(x, ((0, 0), (0, 1), (0, 0), (0, 0))),
        lambda x: ops.pad(x, ((0, 0), (1, 0), (0, 0), (0, 0)), constant_values=2),
        lambda x: ops.pad(x, ((0, 0), (1, 0), (0, 0), (0, 0)), mode="reflect"),
        *each(layers.ZeroPadding2D, 1, ((2, 0), (1, 1)), ((0, 2), (1, 1))),
        *each(layers.Cropping2D, 1, ((2, 0), (1, 1)), ((0, 2), (1, 1))),
        *each(layers.UpSampling2D, 2, (1, 2), (2, 1)),
        lambda x: layers.UpSampling2D(2, interpolation="bilinear")(x),
        lambda x: layers.Resizing(5, 5)(x),
        lambda x: layers.Resizing(5, 5, interpolation="nearest")(x),
    ],
    "activations": [
        *each(layers.Activation, "relu", "elu", "tanh", "sigmoid", "gelu", "silu", "softplus", "hard_silu", "softmax"),
        lambda x: layers.ReLU(max_value=0.4)(x),
        lambda x: layers.ReLU(negative_slope=0.1)(x),
        lambda x: layers.ReLU(threshold=0.2)(x),
        *each(layers.LeakyReLU, 0.15, 0.25),
        *each(layers.ELU, 0.1, 0.5),
        *each(layers.Softmax, 1, 2),
        *each(layers.Activation, relu, ops.gelu, scaled(2), scaled(3), tf.nn.relu6),
    ],
    "functions": [
        *each(layers.Lambda, scaled(1.5), scaled(2), scaled_by_default(3), scaled_by_default(4)),
        *each(layers.Lambda, scaled_by_keyword(5), scaled_by_keyword(6), scaled_inside(1.5), scaled_inside(2)),
        lambda x: layers.Lambda(lambda t: t * GLOBAL_FACTOR)(x),
        lambda x: layers.Lambda(lambda t: t * OTHER_FACTOR)(x),
        lambda x: layers.Lambda(lambda t: t + GLOBAL_FACTOR)(x),
        lambda x: layers.Lambda(lambda t, by: t * by, arguments={"by": 7})(x),
        lambda x: layers.Lambda(lambda t, by: t * by, arguments={"by": 8})(x),
        lambda x: layers.Lambda(lambda t: ops.conv(t, KERNEL))(x),
        lambda x: layers.Lambda(lambda t, kernel=KERNEL + 1: ops.conv(t, kernel))(x),
        lambda x: ops.vectorized_map(lambda t: t * 11, x),
        lambda x: ops.vectorized_map(lambda t: t * 12, x),
    ],
    "functions of a layer": [
        *each(lambda f: layers.Dense(3, activation=f), None, "relu", relu, scaled(2), scaled(3), lambda t: t * 4),
        lambda x: layers.TimeDistributed(layers.Dense(3, activation=scaled(5)))(x),
        lambda x: layers.TimeDistributed(layers.Dense(3, activation=scaled(6)))(x),
        lambda x: layers.GRU(3, activation="relu")(tokens(x)),
        lambda x: layers.GRU(3, activation=relu)(tokens(x)),
    ],
    "sharing": [
        *map(shared, [(0, 0, 1), (0, 1, 1), (0, 1, 0), (0, 0, 0), (0, 1, 2)]),
        *map(shared, itertools.islice(itertools.product((0, 1), repeat=4), 1, 8)),
        nested(calls=2),
        nested(calls=2, separate=True),
    ],
    "order of inputs": [
        lambda x: layers.Subtract()(two(x)),
        lambda x: layers.Subtract()((lambda a, b: (b, a * 2))(*two(x))),
        lambda x: ops.subtract(x[:, 1:], x[:, :-1]),
        lambda x: ops.subtract(x[:, :-1], x[:, 1:]),
        lambda x: layers.Concatenate()([x, x * 2]),
        lambda x: layers.Concatenate()([x * 2, x]),
        lambda x: layers.Concatenate(axis=1)([x, x * 2]),
        lambda x: ops.stack([x, -x]),
        lambda x: ops.stack([-x, x]),
        lambda x: ops.matmul(x, ops.transpose(x + 1, (0, 1, 3, 2))),
        lambda x: ops.matmul(x + 1, ops.transpose(x, (0, 1, 3, 2))),
    ],
    "merges": [
        *each(lambda layer: lambda x: layer()([x, x * x]), layers.Add, layers.Average, layers.Multiply),
        *each(lambda layer: lambda x: layer()([x, x * x]), layers.Maximum, layers.Minimum, layers.Subtract),
        lambda x: layers.Dot(axes=-1)([tokens(x), tokens(x * 2)]),
        lambda x: layers.Dot(axes=1)([tokens(x), tokens(x * 2)]),
        lambda x: layers.Dot(axes=-1, normalize=True)([tokens(x), tokens(x * 2)]),
    ],
    "attention": [
        *map(attention, [(0, 1), (1, 0), (0, 1, 2), (1, 2, 0)]),
        attention(use_causal_mask=True),
        attention(attention_mask=np.tri(9, dtype="bool").T),
        attention(attention_mask=np.tri(9, k=1, dtype="bool")),
        lambda x: layers.MultiHeadAttention(4, 2)(tokens(x), tokens(x)),
        lambda x: layers.Attention(use_scale=True)([tokens(x), tokens(x)]),
        lambda x: layers.Attention()([tokens(x), tokens(x)]),
        lambda x: layers.Attention()([tokens(x), tokens(x)], use_causal_mask=True),
    ],
    "convolutions": [
        *each(lambda filters: layers.Conv2D(filters, 3), 2, 4),
        *each(lambda size: layers.Conv2D(4, size), 1, (1, 3), (3, 1)),
        lambda x: layers.Conv2D(4, 3, strides=2)(x),
        lambda x: layers.Conv2D(4, 3, padding="same")(x),
        lambda x: layers.Conv2D(4, 3, dilation_rate=2)(x),
        lambda x: layers.Conv2D(4, 3, groups=2)(x),
        lambda x: layers.Conv2D(4, 3, use_bias=False)(x),
        lambda x: layers.Conv2D(4, 3, activation="relu")(x),
        lambda x: layers.Conv2DTranspose(4, 3)(x),
        lambda x: layers.DepthwiseConv2D(3)(x),
        lambda x: layers.DepthwiseConv2D(3, depth_multiplier=2)(x),
        lambda x: layers.SeparableConv2D(4, 3)(x),
    ],
    "pooling": [
        *each(layers.MaxPooling2D, 2, 3, (1, 2)),
        lambda x: layers.MaxPooling2D(2, strides=1)(x),
        lambda x: layers.MaxPooling2D(2, strides=1, padding="same")(x),
        *each(layers.AveragePooling2D, 2, 3),
        lambda x: layers.GlobalMaxPooling2D()(x),
        lambda x: layers.GlobalAveragePooling2D()(x),
        lambda x: layers.GlobalAveragePooling2D(keepdims=True)(x),
    ],
    "normalisation": [
        *each(lambda epsilon: layers.BatchNormalization(epsilon=epsilon), 0.001, 0.5),
        lambda x: layers.BatchNormalization(momentum=0.5)(x),
        lambda x: layers.BatchNormalization(center=False)(x),
        lambda x: layers.BatchNormalization(scale=False)(x),
        lambda x: layers.LayerNormalization()(x),
        lambda x: layers.LayerNormalization(axis=1)(x),
        *each(lambda groups: layers.GroupNormalization(groups), 1, 2),
        *each(lambda scale: layers.Rescaling(scale), 0.5, 0.25),
        lambda x: layers.Rescaling(0.5, offset=1)(x),
        lambda x: layers.Normalization(mean=1.0, variance=4.0)(x),
        lambda x: layers.Normalization(mean=1.0, variance=9.0)(x),
        lambda x: layers.UnitNormalization()(x),
    ],
    "recurrent": [
        *map(lstm, (0, 1, 2)),
        lstm(go_backwards=True),
        lstm(unit_forget_bias=False),
        lstm(recurrent_activation="tanh"),
        lambda x: layers.GRU(3)(tokens(x)),
        lambda x: layers.GRU(3, reset_after=False)(tokens(x)),
        lambda x: layers.GRU(3, return_sequences=True)(tokens(x)),
        lambda x: layers.RNN([layers.GRUCell(3), layers.GRUCell(2)])(tokens(x)),
        *each(lambda mode: lambda x: layers.Bidirectional(layers.GRU(3), merge_mode=mode)(tokens(x)), "sum", "mul"),
        masked(lambda t: t > 0),
        masked(lambda t: t > 0.5),
        *each(lambda value: lambda x: layers.GRU(3)(layers.Masking(value)(tokens(ops.round(x * 2)))), 0.0, 1.0),
    ],
    "trainable": [
        lambda x: layers.Dense(3)(layers.Dense(3)(x)),
        lambda x: layers.Dense(3)(frozen(layers.Dense(3))(x)),
        lambda x: frozen(layers.Dense(3))(layers.Dense(3)(x)),
        lambda x: frozen(layers.BatchNormalization())(x),
        lambda x: layers.BatchNormalization()(x),
        nested(activation="tanh"),
        nested(activation="tanh", trainable=False),
    ],
    "nested models": [
        nested(),
        nested(activation="elu"),
        nested(training=True),
        lambda x: layers.TimeDistributed(keras.Sequential([layers.Dense(4, "relu"), layers.Flatten()]))(x),
        lambda x: layers.TimeDistributed(keras.Sequential([layers.Dense(4, "tanh"), layers.Flatten()]))(x),
        lambda x: keras.Sequential([layers.Dense(4), layers.Dense(4)])(x),
        lambda x: keras.Sequential([layers.Dense(4), layers.Flatten(), layers.Dense(4)])(x),
    ],
    "noise in training": [
        *each(layers.Dropout, 0.2, 0.5),
        lambda x: layers.Dropout(0.5, noise_shape=(None, 1, 1, 4))(x),
        lambda x: layers.Dropout(0.5)(x, training=True),
        *each(layers.SpatialDropout2D, 0.2, 0.5),
        *each(layers.GaussianNoise, 0.2, 0.5),
        *each(layers.GaussianDropout, 0.2, 0.4),
        *each(layers.RandomFlip, "horizontal", "vertical"),
    ],
    "losses": [
        lambda x: layers.Dense(3, kernel_regularizer="l1")(x),
        lambda x: layers.Dense(3, kernel_regularizer="l2")(x),
        lambda x: layers.Dense(3, kernel_regularizer=keras.regularizers.L2(0.5))(x),
        lambda x: layers.Dense(3, activity_regularizer="l2")(x),
        lambda x: layers.ActivityRegularization(l1=0.1)(x),
        lambda x: layers.ActivityRegularization(l2=0.1)(x),
    ],
    "initial values": [
        *each(lambda how: layers.Dense(3, kernel_initializer=how), "ones", "he_normal", "glorot_uniform", "orthogonal"),
        lambda x: layers.Dense(3, kernel_initializer=keras.initializers.Constant(2))(x),
        lambda x: layers.Dense(3, kernel_initializer=keras.initializers.HeNormal(seed=7))(x),
        lambda x: layers.Dense(3, bias_initializer="ones")(x),
        lambda x: layers.BatchNormalization(gamma_initializer="zeros")(x),
    ],
    "types": [
        *each(lambda dtype: layers.Dense(3, dtype=dtype), "float32", "bfloat16", "float16", "mixed_bfloat16"),
        lambda x: ops.cast(x, "float16"),
        lambda x: ops.cast(x, "int32"),
    ],
}
"""Networks that the built model tells apart."""


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
        return {"name": self.name, "trainable": True, "offset": self.offset}

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
