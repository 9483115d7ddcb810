"""A network's twin for training: the same function of the same weights, computed in less time."""

from collections import Counter

import keras
import tensorflow as tf

CONVOLUTIONS = (keras.layers.Conv2D, keras.layers.SeparableConv2D)
FEATURES = (
    *CONVOLUTIONS,
    keras.layers.BatchNormalization,
    keras.layers.Activation,
    keras.layers.MaxPooling2D,
    keras.layers.Add,
)
"""Layers that take and give feature maps; what follows them, up to the logits, is always computed in float32."""

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

    def __init__(self, model: keras.Model, *, precision: str) -> None:
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

    def _layer(self, layer: keras.layers.Layer) -> keras.layers.Layer:
        config = layer.get_config()
        if isinstance(layer, FEATURES) and layer.output.ndim == 4:
            config["dtype"] = self._precision
        if isinstance(layer, CONVOLUTIONS) and id(layer.output) in self._redundant:
            config["use_bias"] = False
        if isinstance(layer, keras.layers.BatchNormalization) and layer.output.ndim == 4:
            return FusedNorm.from_config(config)
        return type(layer).from_config(config)


class FusedNorm(keras.layers.BatchNormalization):
    """BatchNorm over the last of four axes, in one operation while training."""

    def call(self, inputs, training=None, mask=None):
        """Normalised feature maps, of the inputs' shape (n, height, width, channels); training moves the averages."""
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


def _in_blocks(model: keras.Model) -> bool:
    """Whether every convolution gives a multiple of `BLOCK` channels."""
    return all(layer.filters % BLOCK == 0 for layer in model.layers if isinstance(layer, CONVOLUTIONS))


def _outputs_normed_at_once(model: keras.Model) -> set[int]:
    """Identities of the tensors that a BatchNorm, and nothing else, takes."""
    taken = Counter(id(tensor) for layer in model.layers for tensor in keras.tree.flatten(layer.input))
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    return {id(norm.input) for norm in norms if taken[id(norm.input)] == 1}
