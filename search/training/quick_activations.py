"""Activations with gradients of fewer operations. Each operation reads and writes all feature maps."""

import functools
from collections.abc import Callable


@functools.cache
def quick_activations() -> dict[str, Callable]:
    """Functions of a tensor, by Keras's names of the activations that they compute."""
    import tensorflow as tf

    @tf.custom_gradient
    def silu(inputs):
        sigmoid = tf.sigmoid(inputs)
        outputs = inputs * sigmoid

        def gradient(upstream):
            with tf.name_scope("activation_gradient"):
                # The derivative of x s is s + x s (1 - s). TensorFlow computes s once more.
                return upstream * (outputs + sigmoid * (1 - outputs))

        return outputs, gradient

    @tf.custom_gradient
    def hard_silu(inputs):
        six_times = tf.nn.relu6(inputs + 3)

        def gradient(upstream):
            with tf.name_scope("activation_gradient"):
                sixth = upstream * (1 / 6)
                return sixth * six_times + tf.raw_ops.Relu6Grad(gradients=sixth * inputs, features=six_times)

        return inputs * (six_times * (1 / 6)), gradient

    return {"silu": silu, "hard_silu": hard_silu}
