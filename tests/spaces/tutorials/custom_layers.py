"""Networks with operations and layers of a user's own as tutorials write them: each function makes one."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

IMAGE = (16, 16, 4)


class Function(keras.layers.Layer):
    """A user's layer that computes a function."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def call(self, inputs):
        return self.function(inputs)


def _network(function):
    inputs = keras.Input(IMAGE)
    return keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling2D()(function(inputs))))


def _kernel(*shape):
    return tf.ones(shape)


def operation_separable_conv():
    return _network(lambda x: ops.separable_conv(x, _kernel(3, 3, 4, 2), _kernel(1, 1, 8, 6), padding="same"))


def operation_conv_transpose():
    return _network(
        lambda x: ops.conv_transpose(x, _kernel(3, 3, 6, 4), 2, padding="same", data_format="channels_last")
    )


def operation_depthwise_conv():
    return _network(lambda x: ops.depthwise_conv(x, _kernel(3, 3, 4, 2), strides=2))


def operation_products():
    def function(x):
        x = ops.matmul(x, _kernel(4, 6))
        x = ops.tensordot(x, _kernel(6, 5), axes=1)
        x = ops.dot(x, _kernel(5, 7))
        return ops.einsum("bhwc,cd->bhwd", x, _kernel(7, 3))

    return _network(function)


def layer_with_groups_and_transposes():
    def function(x):
        x = ops.conv(x, _kernel(3, 3, 2, 6), padding="same")
        x = ops.conv_transpose(x, _kernel(2, 2, 4, 6), 2)
        return tf.nn.conv2d_transpose(x, _kernel(3, 3, 5, 4), (tf.shape(x)[0], 64, 64, 5), 2)

    return _network(Function(function))


def layer_with_dilation():
    def function(x):
        x = tf.nn.depthwise_conv2d(x, _kernel(3, 3, 4, 2), [1, 1, 1, 1], "SAME", dilations=[3, 3])
        x = tf.nn.atrous_conv2d(x, _kernel(3, 3, 8, 5), 2, "VALID")
        return ops.conv(x, _kernel(3, 3, 5, 6), padding="same", dilation_rate=5)

    return _network(Function(function))


def layer_in_one_and_three_axes():
    def function(x):
        rows = tf.reshape(x, (-1, 256, 4))
        rows = tf.nn.conv1d(rows, _kernel(3, 4, 6), 2, "SAME", dilations=1)
        rows = ops.conv_transpose(rows, _kernel(4, 5, 6), 2, padding="same")
        cubes = tf.nn.conv3d(tf.reshape(rows, (-1, 4, 8, 8, 5)), _kernel(2, 3, 3, 5, 2), [1, 1, 1, 1, 1], "SAME")
        return tf.reshape(ops.conv_transpose(cubes, _kernel(2, 2, 2, 3, 2), 2), (-1, 16, 128, 3))

    return _network(Function(function))


def layer_as_tensorflow_function():
    @tf.function(jit_compile=True)
    def product(x):
        return tf.nn.relu(x @ _kernel(4, 4))

    @tf.function(input_signature=[tf.TensorSpec((None, None, None, 4))])
    def convolution(x):
        return tf.nn.conv2d(product(x), _kernel(3, 3, 4, 8), 1, "SAME")

    return _network(Function(convolution))


def layer_with_equal_branches():
    def function(x):
        tf.debugging.assert_all_finite(x, "finite")
        return tf.cond(tf.reduce_sum(x) > 0, lambda: x @ _kernel(4, 6), lambda: (x + 1) @ _kernel(4, 6))

    return _network(Function(function))


def layer_with_unequal_branches():
    return _network(Function(lambda x: tf.cond(tf.reduce_sum(x) > 0, lambda: x @ _kernel(4, 4), lambda: x * 2)))


def layer_with_a_loop():
    return _network(Function(lambda x: ops.fori_loop(0, 3, lambda _, y: ops.matmul(y, _kernel(4, 4)), x)))


def operation_with_a_loop():
    return _network(lambda x: ops.map(lambda image: ops.matmul(image, _kernel(4, 4)), x))


def operation_over_the_batch():
    return _network(lambda x: ops.vectorized_map(lambda image: ops.matmul(image, _kernel(4, 4)), x))


def layer_in_numpy():
    return _network(Function(lambda x: tf.ensure_shape(tf.numpy_function(np.sort, [x], tf.float32), x.shape)))


def layer_that_inverts():
    return _network(Function(lambda x: tf.linalg.inv(tf.matmul(x, x, transpose_a=True) + tf.eye(4))))


def layer_of_unknown_size():
    def function(x):
        rows = tf.boolean_mask(tf.reshape(x, (-1, 4)), tf.reshape(x, (-1, 4))[:, 0] > 0)
        return tf.reduce_sum(rows @ _kernel(4, 4), 0)[None, None, None]

    return _network(Function(function))


def activation_with_a_product():
    return _network(layers.Conv2D(8, 3, activation=lambda x: tf.nn.relu(x) @ _kernel(8, 8)))


def involution():
    class Involution(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.kernel = keras.Sequential([layers.Conv2D(2, 1), layers.BatchNormalization(), layers.Conv2D(9, 1)])

        def call(self, x):
            _, height, width, channels = x.shape
            kernel = ops.reshape(self.kernel(x), (-1, height, width, 9, 1))
            values = tf.image.extract_patches(x, [1, 3, 3, 1], [1, 1, 1, 1], [1, 1, 1, 1], "SAME")
            return ops.sum(kernel * ops.reshape(values, (-1, height, width, 9, channels)), axis=3)

    return _network(Involution())


class Conv2D(keras.layers.Conv2D):
    """Standardises its weights, and so has another `call` than Keras's layer of the same name."""

    def call(self, inputs):
        kernel = self.kernel - ops.mean(self.kernel, axis=(0, 1, 2))
        gram = ops.matmul(ops.transpose(ops.reshape(kernel, (-1, 6))), ops.reshape(kernel, (-1, 6)))
        return ops.conv(inputs, kernel) + ops.sum(gram)


def convolution_of_a_user():
    return _network(Conv2D(6, 3))


def addition_of_a_user():
    class Add(keras.layers.Layer):
        def call(self, x):
            return ops.matmul(x, _kernel(4, 4)) + x

    return _network(Add())


def subclassed_model_inside():
    class Block(keras.Model):
        def __init__(self):
            super().__init__()
            self.first, self.second = layers.Conv2D(6, 3, padding="same"), layers.Conv2D(4, 1)

        def call(self, x):
            return x + self.second(tf.nn.relu(self.first(x)))

    return _network(Block())


def functional_model_with_a_call():
    class Twice(keras.Model):
        def call(self, x, training=None):
            return super().call(super().call(x))

    inner = keras.Input(IMAGE)
    return _network(Twice(inner, layers.Conv2D(4, 3, padding="same")(inner)))


def dynamic_convolution():
    class Dynamic(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.weigh = layers.Dense(3, activation="softmax")

        def build(self, shape):
            self.experts = self.add_weight(shape=(3, 3 * 3 * 4 * 5))

        def call(self, x):
            weights = self.weigh(ops.mean(x, axis=(1, 2)))
            kernel = ops.reshape(ops.mean(ops.matmul(weights, self.experts), axis=0), (3, 3, 4, 5))
            return ops.conv(x, kernel)

    return _network(Dynamic())


def vector_quantiser():
    class Quantiser(keras.layers.Layer):
        def build(self, shape):
            self.codes = self.add_weight(shape=(shape[-1], 7))

        def call(self, x):
            flat = ops.reshape(x, (-1, x.shape[-1]))
            squares = ops.sum(flat**2, axis=1, keepdims=True) + ops.sum(self.codes**2, axis=0)
            nearest = ops.argmin(squares - 2 * ops.matmul(flat, self.codes), axis=1)
            return ops.reshape(ops.matmul(ops.one_hot(nearest, 7), ops.transpose(self.codes)), ops.shape(x))

    return _network(Quantiser())


def capsules():
    class Capsules(keras.layers.Layer):
        def build(self, shape):
            self.kernel = self.add_weight(shape=(256, 5, 4, 6))

        def call(self, x):
            votes = tf.einsum("bic,ijcd->bijd", tf.reshape(x, (-1, 256, 4)), self.kernel)
            logits = tf.zeros_like(votes[..., 0])
            for _ in range(2):
                outputs = tf.einsum("bij,bijd->bjd", tf.nn.softmax(logits, axis=2), votes)
                logits += tf.einsum("bjd,bijd->bij", outputs, votes)
            return outputs[:, None]

    return _network(Capsules())


def einsum_with_dots():
    return _network(Function(lambda x: tf.einsum("...c,cd->...d", x, _kernel(4, 5))))


def graph_convolution():
    inputs = keras.Input((9, 4))
    neighbours = keras.Input((9, 9))
    tensor = layers.Dense(6)(layers.Dot(axes=(2, 1))([neighbours, inputs]))
    return keras.Model([inputs, neighbours], layers.GlobalAveragePooling1D()(tensor))


def quantised_and_adapted():
    inputs = keras.Input((8,))
    adapted, quantised = layers.Dense(12), layers.Dense(6)
    outputs = quantised(adapted(inputs))
    adapted.enable_lora(2)
    quantised.quantize("int8")
    return keras.Model(inputs, outputs)


def dropout_at_inference():
    return _network(lambda x: layers.Conv2D(6, 3)(layers.Dropout(0.5)(x, training=True)))


def pipeline_with_a_convolution():
    return _network(layers.Pipeline([layers.RandomFlip(), layers.Conv2D(6, 3)]))


def shared_weights_in_two_layers():
    dense = layers.Dense(4)
    return _network(lambda x: layers.TimeDistributed(dense)(dense(x)))
