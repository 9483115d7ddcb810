"""A network as its int8 file will compute it, in float32, so that it can be trained: simulated quantisation.

Weights are rounded to 255 values for each output channel, symmetric about zero. Feature maps are rounded to 256 values
of a range that calibration images have shown. Both are what TensorFlow's converter does.

References:
    Jacob et al. (2018), Quantization and training of neural networks, arXiv:1712.05877.
"""

import functools

import numpy as np

from search.training.calibration import with_extremes
from search.training.compiled_steps import EVALUATION_BATCH, scale_pixels
from search.training.folding import folded, is_own
from spaces.keras_graph import nodes_from_outputs, producer, sole_reader

WITH_KERNEL = ("Conv2D", "DepthwiseConv2D", "Dense")
OF_OLD_VALUES = ("MaxPooling2D", "Reshape", "Flatten", "Dropout", "Softmax")
"""Kinds of layers whose output has the range of their input, or is not rounded."""

LOGISTIC_RANGE = (0.0, 255 / 256)
"""Of a sigmoid, in every file."""


class SimulatedInt8:
    """A trained network without BatchNorm, and beside it the network that computes as in int8, with the same weights.

    It has the methods of a `TrainingCopy`.

    Args:
        model: A trained Keras model with the standard input and output.
        calibration: uint8 images of shape (n, height, width, channels), those that the converter will get.

    Attributes:
        model: The network without BatchNorm. Its weights are those that are trained.
        network: The simulation, up to the logits.
    """

    def __init__(self, model, calibration: np.ndarray) -> None:
        import keras

        self.model = folded(model)
        self._calibration = with_extremes(calibration)
        self._ranges: list = []  # a layer and the tensor of the model that it rounds
        self._image = keras.Input(self.model.inputs[0].shape[1:])
        _, [logits] = producer(self.model.outputs[0])
        self.network = keras.Model(self._image, self._simulated(logits))
        self._measure = keras.Model(self.model.inputs, [tensor for _, tensor in self._ranges])
        self.copy_weights_back()

    def copy_weights_back(self) -> None:
        """Measure the ranges of all feature maps with the present weights. The weights themselves are shared."""
        lows, highs = _extremes(self._measure, self._calibration)
        for (rounding, _), low, high in zip(self._ranges, lows, highs, strict=True):
            rounding.range.assign([min(0.0, low), max(0.0, high)])

    def infer(self, images):
        """The simulated logits for scaled images. Call it where it is traced, in a TensorFlow function."""
        return self.network(images, training=False)

    def _simulated(self, output):
        import keras

        kinds = simulating_layers()
        made = {id(self.model.inputs[0]): self._rounded(self.model.inputs[0], self._image)}
        for node in nodes_from_outputs(keras.Model(self.model.inputs, output)):
            layer, tensor = node.operation, node.outputs[0]
            arguments, options = keras.tree.map_structure(
                lambda value: made.get(id(value), value), (node.arguments.args, node.arguments.kwargs)
            )
            if is_own(layer, *WITH_KERNEL):
                result = kinds["RoundedWeights"](layer)(*arguments, **options)
            elif is_own(layer, "Activation") and layer.activation is keras.activations.silu:
                result = kinds["RoundedSwish"]()(*arguments)
            else:
                result = layer(*arguments, **options)
            made[id(tensor)] = self._rounded(tensor, result) if self._is_rounded(layer, tensor) else result
        return made[id(output)]

    def _is_rounded(self, layer, tensor) -> bool:
        """A ReLU is part of the operator before it, whose output is rounded once."""
        import keras

        read = sole_reader(self.model, tensor)
        fused = (keras.activations.relu, keras.activations.relu6)
        reader = None if read is None else producer(read)[0]
        if reader and is_own(reader, "Activation") and reader.activation in fused:
            return False
        return not is_own(layer, *OF_OLD_VALUES)

    def _rounded(self, tensor, result):
        rounding = simulating_layers()["Rounding"]()
        self._ranges.append((rounding, tensor))
        return rounding(result)


@functools.cache
def simulating_layers() -> dict[str, type]:
    """The layers of a simulation, by their names. Keras must be imported before they can be defined."""
    import keras
    import tensorflow as tf

    class Rounding(keras.layers.Layer):
        """Rounds a tensor to 256 values of a range, of which zero is one."""

        def build(self, input_shape):
            """Make the variable of the range: array of shape (2,)."""
            self.range = self.add_weight(name="range", shape=(2,), trainable=False, dtype="float32")

        def call(self, inputs):
            """A tensor of the same shape. The gradient is 1 within the range and 0 beyond it."""
            low, high = tf.unstack(tf.convert_to_tensor(self.range))
            return tf.quantization.fake_quant_with_min_max_vars(inputs, low, high)

    class RoundedSwish(keras.layers.Layer):
        """Swish with a sigmoid in steps of 1/256."""

        def call(self, inputs):
            """A tensor of the same shape."""
            low, high = LOGISTIC_RANGE
            return inputs * tf.quantization.fake_quant_with_min_max_args(tf.sigmoid(inputs), low, high)

    class RoundedWeights(keras.layers.Layer):
        """A convolution or a dense layer with rounded weights.

        Args:
            layer: It keeps the weights.
        """

        def __init__(self, layer) -> None:
            super().__init__(name=f"{layer.name}_rounded")
            self.layer = layer

        def call(self, inputs):
            """As the layer's."""
            layer = self.layer
            kernel = _rounded_kernel(layer)
            if is_own(layer, "Dense"):
                outputs = tf.matmul(inputs, kernel)
            else:
                depthwise = is_own(layer, "DepthwiseConv2D")
                convolve = keras.ops.depthwise_conv if depthwise else keras.ops.conv
                outputs = convolve(
                    inputs, kernel, strides=layer.strides, padding=layer.padding, dilation_rate=layer.dilation_rate
                )
            return layer.activation(outputs + layer.bias if layer.use_bias else outputs)

    return {kind.__name__: kind for kind in (Rounding, RoundedSwish, RoundedWeights)}


def _rounded_kernel(layer):
    """A kernel with 255 values for each output channel, from minus its largest weight to its largest weight."""
    import tensorflow as tf

    kernel = tf.convert_to_tensor(layer.kernel)
    channels = kernel.shape[2] * kernel.shape[3] if is_own(layer, "DepthwiseConv2D") else kernel.shape[-1]
    rows = tf.reshape(kernel, (-1, channels))
    largest = tf.maximum(tf.stop_gradient(tf.reduce_max(tf.abs(rows), axis=0)), 1e-12)
    rounded = tf.quantization.fake_quant_with_min_max_vars_per_channel(rows, -largest, largest, narrow_range=True)
    return tf.reshape(rounded, kernel.shape)


def _extremes(model, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest value of each output of a model, over uint8 images: two arrays of shape (outputs,)."""
    import tensorflow as tf

    @tf.function(reduce_retracing=True)
    def extremes(batch):
        outputs = model(scale_pixels(batch), training=False)
        return tf.stack([[tf.reduce_min(output), tf.reduce_max(output)] for output in outputs])

    batches = range(0, len(images), EVALUATION_BATCH)
    measured = np.stack([extremes(images[start : start + EVALUATION_BATCH]) for start in batches])
    return measured[..., 0].min(axis=0), measured[..., 1].max(axis=0)
