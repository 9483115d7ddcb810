"""BatchNorm as one operation, in the forms that are quickest."""

import functools

BLOCK = 16
"""Channels that oneDNN keeps side by side. BatchNorm of other numbers of channels is three to seven times slower in
bfloat16 than in float32."""


@functools.cache
def fused_batch_norm_class() -> type:
    """The class `FusedBatchNorm`. This is a function because the class can only be defined once Keras is imported."""
    import keras
    import tensorflow as tf

    class FusedBatchNorm(keras.layers.BatchNormalization):
        """BatchNorm over the last of four axes, in one operation."""

        def call(self, inputs, training=None, mask=None):
            """Normalised feature maps of shape (n, height, width, channels); training updates the moving averages."""
            gamma, beta = tf.convert_to_tensor(self.gamma), tf.convert_to_tensor(self.beta)
            averages = self.moving_mean, self.moving_variance
            if not training:
                return self.normalised(inputs, gamma, beta, *map(tf.convert_to_tensor, averages))
            outputs, *moments = self.normalised_by_batch(inputs, gamma, beta)
            for average, value in zip(averages, moments, strict=True):
                average.assign_add((value - average) * (1 - self.momentum))
            return outputs

        def normalised(self, inputs, gamma, beta, mean, variance):
            """Feature maps by a given mean and variance; all but `inputs` have the shape (channels,)."""
            outputs, _, _ = tf.compat.v1.nn.fused_batch_norm(
                inputs, gamma, beta, mean=mean, variance=variance, epsilon=self.epsilon, is_training=False
            )
            return outputs

        def normalised_by_batch(self, inputs, gamma, beta):
            """Feature maps by the batch's own mean and variance, and these two."""
            outputs, mean, unbiased = tf.compat.v1.nn.fused_batch_norm(inputs, gamma, beta, epsilon=self.epsilon)
            # The operation gives the unbiased variance, over n - 1; Keras averages the one over n.
            return outputs, mean, unbiased * (1 - 1 / _count(inputs))

    return FusedBatchNorm


def is_quicker_in_pairs(norm) -> bool:
    """Whether a BatchNorm on a CPU is quicker as a `PairedBatchNorm`.

    oneDNN's takes five times as long with 24, 40, 56 or 72 channels as with 16 or 32. Its gradient does not, nor does
    that of 8 channels.
    """
    _, height, width, channels = norm.input.shape
    has_pairs = None not in (height, width) and height * width % 2 == 0
    return has_pairs and channels > BLOCK and channels % BLOCK == BLOCK // 2


@functools.cache
def paired_batch_norm_class() -> type:
    """The class `PairedBatchNorm`, a function for the same reason."""
    import tensorflow as tf

    class PairedBatchNorm(fused_batch_norm_class()):
        """BatchNorm that takes two neighbouring pixels of some channels as one pixel of twice as many.

        So the operation sees a multiple of `BLOCK` channels. It gives the mean and the variance of the even pixels and
        of the odd ones. From them follow those of all, by which both are normalised in a second pass.
        """

        def normalised(self, inputs, gamma, beta, mean, variance):
            """Feature maps by a given mean and variance; all but `inputs` have the shape (channels,)."""
            twice = (tf.tile(each, [2]) for each in (gamma, beta, mean, variance))
            return tf.reshape(super().normalised(_paired(inputs), *twice), tf.shape(inputs))

        def normalised_by_batch(self, inputs, gamma, beta):
            """Feature maps by the batch's own mean and variance, and these two."""

            @tf.custom_gradient
            def by_batch(inputs, gamma, beta):
                pairs = _paired(inputs)
                _, means, unbiased = tf.compat.v1.nn.fused_batch_norm(
                    pairs, tf.tile(gamma, [2]), tf.tile(beta, [2]), epsilon=self.epsilon
                )
                even, odd = tf.split(means, 2)
                mean = (even + odd) / 2
                within = tf.add_n(tf.split(unbiased, 2)) / 2 * (1 - 1 / _count(pairs))
                variance = within + tf.square((even - odd) / 2)

                def gradient(upstream, *_):
                    values = tf.raw_ops.FusedBatchNormGradV3(
                        y_backprop=upstream,
                        x=inputs,
                        scale=gamma,
                        reserve_space_1=mean,
                        reserve_space_2=variance,
                        reserve_space_3=tf.zeros(0),
                        epsilon=self.epsilon,
                        is_training=True,
                    )
                    return values.x_backprop, values.scale_backprop, values.offset_backprop

                return (self.normalised(inputs, gamma, beta, mean, variance), mean, variance), gradient

            return by_batch(inputs, gamma, beta)

    def _paired(inputs):
        _, height, width, channels = inputs.shape
        return tf.reshape(inputs, (-1, height * width // 2, 1, 2 * channels))

    return PairedBatchNorm


def _count(maps):
    """Pixels of all images: a float32 tensor."""
    import tensorflow as tf

    return tf.cast(tf.size(maps) // maps.shape[-1], tf.float32)
