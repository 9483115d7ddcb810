"""A network's twin for training: the same function of the same weights, computed in less time."""

import functools
from collections import Counter

import numpy as np

CONVOLUTIONS = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D")
FEATURES = (*CONVOLUTIONS, "BatchNormalization", "Activation", "MaxPooling2D", "Add", "Multiply")
"""Layers that take and give feature maps; what else there is, vectors of squeeze-and-excite and all from the last maps
to the logits, is always computed in float32.

All other layers, somebody else's among them, are shared with the model, for nothing is known to be gained by a copy.
"""

BLOCK = 16
"""Channels that oneDNN keeps side by side. In bfloat16 it computes others by a way that is up to three times slower."""


class Twin:
    """A network for training beside the plain Keras model that is judged and delivered.

    - BatchNorm is one operation. Keras writes it as means, squares, products and sums, each of which reads and writes
      every feature map: a third to a half of the time of a small network on a CPU.
    - A convolution whose bias BatchNorm takes away again has none: its gradient is zero, and to sum up what is zero
      takes time.
    - Feature maps may be kept in less precision than float32, where their channels come in whole blocks; the weights
      never.

    Args:
        model: Functional, built. It keeps its weights until `give_back`.
        precision: Keras's name of a dtype policy for feature maps, see `environment.precision`.
    """

    def __init__(self, model, *, precision: str) -> None:
        import keras

        self._precision = precision if _in_blocks(model) else "float32"
        self._redundant = _with_redundant_bias(model)
        self.network = keras.models.clone_model(model, clone_function=self._layer)
        copies = {layer.name: layer for layer in self.network.layers}
        self._pairs = [pair for layer in model.layers for pair in _pairs(layer, copies.get(layer.name, layer))]
        for original, copy in self._pairs:
            copy.assign(original)

    def give_back(self) -> None:
        """Copy the weights to the model."""
        for original, copy in self._pairs:
            original.assign(copy)

    def _layer(self, layer):
        kind = type(layer)
        if not (_is(layer, *FEATURES) and layer.output.ndim == 4):
            return layer
        config = layer.get_config() | {"dtype": self._precision}
        if id(layer) in self._redundant:
            config["use_bias"] = False
        if _is(layer, "BatchNormalization") and _normalises_channels(layer):
            kind = fused_norm_class()
        return kind.from_config(config)


@functools.cache
def fused_norm_class() -> type:
    """The class `FusedNorm`; a function, since it cannot be defined before Keras is imported."""
    import keras
    import tensorflow as tf

    class FusedNorm(keras.layers.BatchNormalization):
        """BatchNorm over the last of four axes, in one operation while training."""

        def call(self, inputs, training=None, mask=None):
            """Normalised feature maps, shaped (n, height, width, channels) as the inputs; training moves averages."""
            if not training:
                return super().call(inputs, training=False, mask=mask)
            outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
                inputs, self.gamma, self.beta, epsilon=self.epsilon, is_training=True
            )
            # The operation's variance is the unbiased one, over n - 1; Keras keeps the other.
            count = tf.cast(tf.size(inputs) // tf.shape(inputs)[-1], variance.dtype)
            for average, value in ((self.moving_mean, mean), (self.moving_variance, variance * (count - 1) / count)):
                average.assign_add((value - average) * (1 - self.momentum))
            return outputs

    return FusedNorm


def _in_blocks(model) -> bool:
    """Whether every convolution gives a multiple of `BLOCK` channels."""
    return all(layer.output.shape[-1] % BLOCK == 0 for layer in model.layers if type(layer).__name__ in CONVOLUTIONS)


def _is(layer, *kinds: str) -> bool:
    """Whether this is a layer of Keras's own, of these kinds; other classes, and operations, may be called likewise."""
    import keras

    own = isinstance(layer, keras.layers.Layer) and type(layer).__module__.startswith("keras.")
    return own and type(layer).__name__ in kinds


def _normalises_channels(norm) -> bool:
    """Whether a BatchNorm does all that `FusedNorm` does, and nothing else; a frozen one does not move."""
    whole = norm.trainable and norm.center and norm.scale and not norm.synchronized
    return whole and norm.axis in (-1, norm.input.ndim - 1)


def _with_redundant_bias(model) -> set[int]:
    """Identities of the convolutions whose bias a BatchNorm, which alone takes their output, takes away."""
    nodes = [node for nodes in model._nodes_by_depth.values() for node in nodes]
    taken = Counter(id(tensor) for node in nodes for tensor in node.arguments.keras_tensors)
    taken.update(id(tensor) for tensor in model.outputs)
    uses = Counter(id(node.operation) for node in nodes)
    normed = {
        id(node.arguments.keras_tensors[0])
        for node in nodes
        if _is(node.operation, "BatchNormalization")
        and _normalises_channels(node.operation)
        and uses[id(node.operation)] == 1
    }
    return {
        id(node.operation)
        for node in nodes
        if _is(node.operation, *CONVOLUTIONS)
        and uses[id(node.operation)] == 1
        and id(node.outputs[0]) in normed
        and taken[id(node.outputs[0])] == 1
        and _adds_nothing(node.operation)
    }


def _adds_nothing(convolution) -> bool:
    """Whether nothing is between a convolution's bias, still zero, and its output."""
    linear = convolution.activation.__name__ == "linear" and convolution.bias_regularizer is None
    return linear and convolution.use_bias and convolution.trainable and not np.any(convolution.bias.numpy())


def _pairs(layer, copy) -> list[tuple]:
    """A layer's variables with those of its copy; none where it has none of its own."""
    if copy is layer:
        return []
    mine = {variable.name: variable for variable in copy.weights}
    return [(variable, mine[variable.name]) for variable in layer.weights if variable.name in mine]
