"""Activations that read and write their feature maps once, forward and in the gradient.

TensorFlow computes swish in two operations, and its gradient in five. XLA makes one loop of each.
"""

import functools
from collections.abc import Callable

from search.training.xla import compiled

LARGE = 2**18
"""Values of feature maps. To compile the two loops of an activation takes a tenth of a second; with more values, some
hundred steps win it back."""


@functools.cache
def quick_activations() -> dict[str, Callable]:
    """Functions of a tensor, by Keras's names of the activations that they compute."""
    import tensorflow as tf

    def silu(maps):
        return maps * tf.sigmoid(maps)

    def silu_slope(maps):
        sigmoid = tf.sigmoid(maps)
        return sigmoid + maps * sigmoid * (1 - sigmoid)

    def hard_silu(maps):
        return maps * tf.nn.relu6(maps + 3) * (1 / 6)

    def hard_silu_slope(maps):
        return (tf.nn.relu6(maps + 3) + tf.where(tf.abs(maps) < 3, maps, tf.zeros_like(maps))) * (1 / 6)

    return {"silu": _activation(silu, silu_slope), "hard_silu": _activation(hard_silu, hard_silu_slope)}


def _activation(function: Callable, slope: Callable) -> Callable:
    """An activation of its function and its derivative, computed in float32 whatever the type of the maps."""
    import tensorflow as tf

    def in_float32(wanted):
        def compute(maps, *others):
            result = wanted(*(tf.cast(each, tf.float32) for each in (maps, *others)))
            return tf.cast(result, maps.dtype)

        loop = compiled(compute)
        return lambda maps, *others: (loop if _is_large(maps) else compute)(maps, *others)

    outputs_of = in_float32(function)
    gradient_of = in_float32(lambda maps, upstream: upstream * slope(maps))

    @tf.custom_gradient
    def activation(maps):
        def gradient(upstream):
            with tf.name_scope("activation_gradient"):
                return gradient_of(maps, upstream)

        return outputs_of(maps), gradient

    return activation


def _is_large(maps) -> bool:
    values = maps.shape.num_elements()
    return values is not None and values > LARGE
