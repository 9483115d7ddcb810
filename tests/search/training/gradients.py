"""What a network computes in a step of training."""

import tensorflow as tf


def trained_on(network, batch):
    """Outputs, and gradients by path, of a call in training."""
    with tf.GradientTape() as tape:
        outputs = network(batch, training=True)
        loss = tf.add_n([tf.reduce_mean(outputs**2), *network.losses])
    gradients = tape.gradient(loss, network.trainable_variables)
    return outputs.numpy(), {v.path: g.numpy() for v, g in zip(network.trainable_variables, gradients, strict=True)}
