"""Layers that compute the same as Keras's own, in less time on a CPU."""

import functools

from search.training.quick_activations import quick_activations


@functools.cache
def quick_layers() -> dict[str, type]:
    """Subclasses of Keras's layers, by the names of those. Keras must be imported before they can be defined.

    They have the same configurations and variables. Their feature maps have the channels last.
    """
    import keras
    import tensorflow as tf

    class QuickConv2D(keras.layers.Conv2D):
        """A convolution; one that looks at single pixels is a matrix product."""

        def call(self, inputs):
            """Feature maps of shape (n, height, width, filters)."""
            if not _is_matrix_product(self):
                return super().call(inputs)
            outputs = tf.tensordot(inputs, tf.reshape(self.kernel, (-1, self.filters)), 1)
            return self.activation(outputs + self.bias if self.use_bias else outputs)

    class QuickDepthwiseConv2D(keras.layers.DepthwiseConv2D):
        """A depthwise convolution, computed as `_depthwise` does."""

        def call(self, inputs):
            """Feature maps of shape (n, height, width, channels * depth multiplier)."""
            parts = _depthwise(self, inputs, self.kernel)
            outputs = parts[0]
            if len(parts) > 1:  # the multiplied maps of a channel follow one another
                outputs = tf.reshape(
                    tf.stack(parts, axis=-1), (-1, *outputs.shape[1:3], self.kernel.shape[2] * len(parts))
                )
            return self.activation(outputs + self.bias if self.use_bias else outputs)

    class QuickSeparableConv2D(keras.layers.SeparableConv2D):
        """A separable convolution whose depthwise one is computed as `_depthwise` does."""

        def call(self, inputs):
            """Feature maps of shape (n, height, width, filters)."""
            parts = _depthwise(self, inputs, self.depthwise_kernel)
            # Keras's rows are in the order (channel, multiplier). To reorder them is cheap, the kernel is small.
            rows = tf.reshape(self.pointwise_kernel, (-1, len(parts), self.filters))
            kernel = tf.reshape(tf.transpose(rows, (1, 0, 2)), (-1, self.filters))
            # As a matrix product this takes up to a sixth less time for the whole network in float32.
            outputs = tf.tensordot(tf.concat(parts, axis=-1), kernel, 1)
            return self.activation(outputs + self.bias if self.use_bias else outputs)

    class QuickActivation(keras.layers.Activation):
        """An activation that has a quicker form for training where there is one."""

        def call(self, inputs, training=None):
            """Feature maps of the same shape."""
            quick = quick_activations() if training else {}
            return quick.get(keras.activations.serialize(self.activation), self.activation)(inputs)

    quick = (QuickConv2D, QuickDepthwiseConv2D, QuickSeparableConv2D, QuickActivation)
    return {kind.__bases__[0].__name__: kind for kind in quick}


def is_quick_in_bfloat16(layer) -> bool:
    """Whether TensorFlow's depthwise convolution of a layer takes no longer in bfloat16 than in float32."""
    return layer.kernel_size == (3, 3) and layer.strides == (1, 1)


def _is_matrix_product(convolution) -> bool:
    return convolution.kernel_size == convolution.strides == (1, 1) and convolution.groups == 1


def _depthwise(layer, inputs, kernel) -> list:
    """The depthwise convolutions of a layer, a tensor for each multiplier.

    TensorFlow's own with a depth multiplier takes up to fifteen times as long as one for each multiplier. In bfloat16
    those that are not `is_quick_in_bfloat16` take 1.4 to 20 times as long as in float32, with the conversion.
    """
    import keras
    import tensorflow as tf

    dtype = inputs.dtype if is_quick_in_bfloat16(layer) else tf.float32
    maps, kernel = tf.cast(inputs, dtype), tf.cast(kernel, dtype)
    parts = [
        keras.ops.depthwise_conv(
            maps,
            kernel[..., index : index + 1],
            strides=layer.strides,
            padding=layer.padding,
            dilation_rate=layer.dilation_rate,
            data_format=layer.data_format,
        )
        for index in range(layer.depth_multiplier)
    ]
    return [tf.cast(part, inputs.dtype) for part in parts]
