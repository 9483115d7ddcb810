"""A copy of a network that trains faster: the same function of the same weights, computed in less time."""

from collections import Counter

import numpy as np

from search.training.batch_norm import BLOCK, fused_batch_norm_class, is_quicker_in_pairs, paired_batch_norm_class
from search.training.environment import has_gpu, precision
from search.training.quick_activations import quick_activations
from search.training.quick_layers import is_quick_in_bfloat16, quick_layers
from spaces.keras_rules import is_keras, is_unmodified, kind_of
from spaces.model_io import LOGITS

CONVOLUTIONS = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D")
FEATURES = (*CONVOLUTIONS, "BatchNormalization", "Activation", "MaxPooling2D", "Add", "Multiply")
"""Kinds of layers that are copied, where they take and give feature maps.

All other layers are shared with the model and computed in float32: those of vectors, from squeeze-and-excite to the
logits, and those that a user wrote.
"""


class TrainingCopy:
    """A network that is trained and evaluated in place of the plain Keras model, which is exported.

    - BatchNorm is one operation. Keras computes means, squares, products and sums one by one, each of which reads and
      writes every feature map: a third to a half of the time of a small network on a CPU, and of its evaluation.
    - A convolution right before BatchNorm has no bias. BatchNorm would remove it again, its gradient is zero, and to
      compute that zero takes time.
    - Convolutions and activations have the quicker forms of `quick_layers` on a CPU.
    - Feature maps may be kept in lower precision than float32: on a CPU in each layer that is faster so, on a GPU in
      all layers if all channels come in whole blocks. The weights stay in float32, and so does `infer`.

    Args:
        model: A built functional model. Its weights change only at `copy_weights_back`.
        precision: Keras's name of a dtype policy for feature maps, see `environment.precision`.

    Attributes:
        network: The copy.
    """

    def __init__(self, model, *, precision: str) -> None:
        import keras

        self._precision = precision
        self._on_gpu = has_gpu()
        self._in_blocks = _in_blocks(model)
        self._redundant = _with_redundant_bias(model)
        self.network = keras.models.clone_model(model, clone_function=self._layer)
        copies = {layer.name: layer for layer in self.network.layers}
        self._pairs = [pair for layer in model.layers for pair in _pairs(layer, copies.get(layer.name, layer))]
        for original, copy in self._pairs:
            copy.assign(original)

    def copy_weights_back(self) -> None:
        """Copy the trained weights to the model."""
        for original, copy in self._pairs:
            original.assign(copy)

    def infer(self, images):
        """The model's outputs for images, in float32. Call it where it is traced, in a TensorFlow function."""
        policies = [(layer, layer.dtype_policy) for layer in self.network.layers]
        for layer, _ in policies:
            layer.dtype_policy = "float32"
        try:
            return self.network(images, training=False)
        finally:
            for layer, policy in policies:
                layer.dtype_policy = policy

    def _layer(self, layer):
        kind = type(layer)
        if not (_is(layer, *FEATURES) and layer.output.ndim == 4):
            return layer
        is_faster = self._in_blocks if self._on_gpu else _is_faster_in_bfloat16(layer)
        config = layer.get_config() | {"dtype": self._precision if is_faster else "float32"}
        if id(layer) in self._redundant:
            config["use_bias"] = False
        if _is(layer, "BatchNormalization") and _normalises_channels(layer):
            in_pairs = not self._on_gpu and is_quicker_in_pairs(layer)
            kind = paired_batch_norm_class() if in_pairs else fused_batch_norm_class()
        if not self._on_gpu and _is(layer, *quick_layers()) and _has_channels_last(layer):
            kind = quick_layers()[kind.__name__]
        return kind.from_config(config)


def copy_to_logits(model) -> TrainingCopy:
    """The copy of a model with the standard input and output, up to its logits, in this machine's best precision."""
    import keras

    to_logits = keras.Model(model.inputs, model.get_layer(LOGITS).output)
    return TrainingCopy(to_logits, precision=precision())


def _in_blocks(model) -> bool:
    """Whether every convolution gives a multiple of `BLOCK` channels."""
    return all(layer.output.shape[-1] % BLOCK == 0 for layer in model.layers if _is(layer, *CONVOLUTIONS))


def _is_faster_in_bfloat16(layer) -> bool:
    """Whether a layer takes less time in bfloat16 than in float32, on a CPU with instructions for bfloat16.

    Convolutions do with any number of channels. ReLU and compiled activations do where the maps are in bfloat16 before
    and after; others are up to twice as fast in float32, also where they must be converted to it and back.
    """
    import keras

    if _is(layer, "Conv2D", "SeparableConv2D"):
        return True
    if _is(layer, "DepthwiseConv2D") and not is_quick_in_bfloat16(layer):
        return False
    if _is(layer, "Activation") and keras.activations.serialize(layer.activation) not in ("relu", *quick_activations()):
        return False
    return layer.output.shape[-1] % BLOCK == 0


def _is(layer, *kinds: str) -> bool:
    """Whether this is one of Keras's own layers, of these kinds, and calls no function of a user's.

    Other classes may have the same names. A user's function can't be copied.
    """
    import keras

    is_layer = isinstance(layer, keras.layers.Layer) and is_keras(layer) and kind_of(layer) in kinds
    return is_layer and is_unmodified(layer)


def _has_channels_last(layer) -> bool:
    return getattr(layer, "data_format", "channels_last") == "channels_last"


def _normalises_channels(norm) -> bool:
    """Whether `FusedBatchNorm` computes the same as a BatchNorm. A frozen one does not update its averages."""
    is_plain = norm.trainable and norm.center and norm.scale and not norm.synchronized
    return is_plain and norm.axis in (-1, norm.input.ndim - 1)


def _with_redundant_bias(model) -> set[int]:
    """`id` of each convolution whose only consumer is a BatchNorm, which removes the bias again."""
    nodes = [node for nodes in model._nodes_by_depth.values() for node in nodes]
    consumers = Counter(id(tensor) for node in nodes for tensor in node.arguments.keras_tensors)
    consumers.update(id(tensor) for tensor in model.outputs)
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
        and consumers[id(node.outputs[0])] == 1
        and _has_redundant_bias(node.operation)
    }


def _has_redundant_bias(convolution) -> bool:
    """Whether a convolution has a bias that is still zero, and its output is a plain sum with it."""
    import keras

    is_linear = convolution.activation is keras.activations.linear and convolution.bias_regularizer is None
    return is_linear and convolution.use_bias and convolution.trainable and not np.any(convolution.bias.numpy())


def _pairs(layer, copy) -> list[tuple]:
    """Pairs of a layer's variables and its copy's; empty if the layer is shared."""
    if copy is layer:
        return []
    copied = {variable.name: variable for variable in copy.weights}
    return [(variable, copied[variable.name]) for variable in layer.weights if variable.name in copied]
