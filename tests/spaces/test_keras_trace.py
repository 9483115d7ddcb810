"""Multiply-adds of layers that no rule covers, against closed forms."""

import keras
import pytest
import tensorflow as tf

from spaces.keras_trace import trace

HEIGHT, WIDTH, CHANNELS = 6, 4, 3


class OwnLayer(keras.layers.Layer):
    """A user's layer: a function of its input."""

    def __init__(self, function):
        super().__init__()
        self._function = function

    def call(self, inputs):
        return self._function(inputs)


def counted(function):
    """Multiply-adds of a layer that calls `function` on one image."""
    image = keras.KerasTensor((1, HEIGHT, WIDTH, CHANNELS))
    multiply_adds, _ = trace(OwnLayer(function), [image], {})
    return multiply_adds


PIXELS = HEIGHT * WIDTH
SQUARE = tf.zeros((CHANNELS, CHANNELS))


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: tf.nn.relu(x) + 1, 0),
        (lambda x: tf.matmul(tf.reshape(x, (-1, CHANNELS)), tf.zeros((CHANNELS, 7))), PIXELS * CHANNELS * 7),
        (
            lambda x: tf.matmul(tf.reshape(x, (-1, CHANNELS)), tf.reshape(x, (-1, CHANNELS)), transpose_a=True),
            PIXELS * 9,
        ),
        (lambda x: tf.matmul(x, x, transpose_b=True), HEIGHT * WIDTH * WIDTH * CHANNELS),
        (lambda x: tf.nn.conv2d(x, tf.zeros((3, 2, CHANNELS, 5)), 1, "SAME"), PIXELS * 3 * 2 * CHANNELS * 5),
        (lambda x: tf.nn.conv2d(x, tf.zeros((1, 1, CHANNELS, 5)), 2, "SAME"), PIXELS // 4 * CHANNELS * 5),
        (
            lambda x: tf.nn.depthwise_conv2d(x, tf.zeros((3, 3, CHANNELS, 2)), [1] * 4, "SAME"),
            PIXELS * 9 * CHANNELS * 2,
        ),
        (lambda x: tf.einsum("bhwc,cd->bhwd", x, SQUARE), PIXELS * CHANNELS * CHANNELS),
        (lambda x: tf.einsum("bhwc,bhvc->bhwv", x, x), HEIGHT * WIDTH * WIDTH * CHANNELS),
        (lambda x: tf.einsum("bhwc->bcwh", x), 0),
        (lambda x: tf.matmul(tf.nn.conv2d(x, tf.zeros((1, 1, CHANNELS, 3)), 1, "SAME"), SQUARE), 2 * PIXELS * 9),
    ],
    ids=range(11),
)
def test_the_count_is_the_closed_form(function, expected):
    assert counted(function) == expected


@pytest.mark.parametrize(
    "function",
    [
        lambda x: tf.map_fn(lambda image: image + 1, x),
        lambda x: tf.while_loop(lambda i, _: i < 3, lambda i, y: (i + 1, y + 1), (0, x))[1],
        lambda x: tf.ensure_shape(tf.numpy_function(lambda array: array, [x], tf.float32), x.shape),
        lambda x: tf.cast(tf.signal.fft2d(tf.cast(x, tf.complex64)), tf.float32),
    ],
    ids=["map", "loop", "python", "Fourier transform"],
)
def test_an_operation_that_may_hide_a_product_is_not_counted(function):
    assert counted(function) is None
