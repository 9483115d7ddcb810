"""A network's twin for training: the same function of the same weights, computed in less time."""

import functools
from collections import Counter

CONVOLUTIONS = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D")
FEATURES = (*CONVOLUTIONS, "BatchNormalization", "Activation", "MaxPooling2D", "Add", "Multiply")
"""Layers that take and give feature maps; what else there is, vectors of squeeze-and-excite and all from the last maps
to the logits, is always computed in float32."""

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
        self._redundant = _outputs_normed_at_once(model)
        self.network = keras.models.clone_model(model, clone_function=self._layer)
        mine = {variable.path: variable for variable in self.network.weights}
        self._pairs = [(variable, mine[variable.path]) for variable in model.weights if variable.path in mine]
        for original, copy in self._pairs:
            copy.assign(original)

    def give_back(self) -> None:
        """Copy the weights to the model."""
        for original, copy in self._pairs:
            original.assign(copy)

    def _layer(self, layer):
        kind, config = type(layer), layer.get_config()
        maps = layer.output.ndim == 4
        if kind.__name__ in FEATURES and maps:
            config["dtype"] = self._precision
        if kind.__name__ in CONVOLUTIONS and id(layer.output) in self._redundant:
            config["use_bias"] = False
        if kind.__name__ == "BatchNormalization" and maps:
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


def _outputs_normed_at_once(model) -> set[int]:
    """Identities of the tensors that a BatchNorm, and nothing else, takes."""
    import keras

    taken = Counter(id(tensor) for layer in model.layers for tensor in keras.tree.flatten(layer.input))
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    return {id(norm.input) for norm in norms if taken[id(norm.input)] == 1}
