"""A trained network without BatchNorm: it becomes part of the convolutions before it, as in the files of devices."""

from collections import Counter
from typing import Any

import numpy as np

from spaces.keras_graph import flattened, nodes, nodes_from_outputs, producer, sole_reader
from spaces.keras_rules import is_keras, is_unmodified, kind_of
from spaces.keras_types import KerasModel

CONVOLUTIONS = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D")


def folded(model: KerasModel) -> KerasModel:
    """A Keras model of the same function for inference.

    A separable convolution becomes a depthwise and a pointwise one. Layers that are neither convolutions nor BatchNorm
    are shared with `model`.

    Args:
        model: A Functional model of one input and one output.
    """
    import keras

    graph = flattened(model)
    image = keras.Input(graph.inputs[0].shape[1:], name="image")
    calls = Counter(id(node.operation) for node in nodes(graph))
    made: dict[int, Any] = {id(graph.inputs[0]): image}
    for node in nodes_from_outputs(graph):
        layer, output = node.operation, node.outputs[0]
        if id(output) in made:
            continue
        if is_own(layer, *CONVOLUTIONS) and layer.data_format == "channels_last" and calls[id(layer)] == 1:
            normalised = sole_reader(graph, output)
            norm = _foldable_norm(layer, normalised, calls)
            made[id(output)] = _convolved(layer, norm, made[id(node.arguments.keras_tensors[0])])
            if norm is not None:
                made[id(normalised)] = made[id(output)]
        else:
            arguments, options = keras.tree.map_structure(
                lambda value: made.get(id(value), value), (node.arguments.args, node.arguments.kwargs)
            )
            made[id(output)] = layer(*arguments, **options)
    return keras.Model(image, made[id(graph.outputs[0])])


def is_own(layer, *kinds: str) -> bool:
    """Whether this is one of Keras's own layers of these kinds, without a function of a user's."""
    import keras

    is_layer = isinstance(layer, keras.layers.Layer) and is_keras(layer) and kind_of(layer) in kinds
    return is_layer and is_unmodified(layer)


def _foldable_norm(convolution, normalised, calls):
    """The BatchNorm that alone reads a convolution and gives the tensor `normalised`; None if there is none."""
    import keras

    if normalised is None or convolution.activation is not keras.activations.linear:
        return None
    norm, _ = producer(normalised)
    is_foldable = is_own(norm, "BatchNormalization") and norm.axis in (-1, 3) and calls[id(norm)] == 1
    return norm if is_foldable else None


def _convolved(layer, norm, tensor):
    """The output of a convolution with a BatchNorm inside it."""
    from keras import layers

    scale, offset = _line_of(norm)
    bias = layer.bias.numpy() if layer.use_bias else 0.0
    options = {"name": layer.name, "activation": layer.activation, "use_bias": True}
    if kind_of(layer) == "SeparableConv2D":
        window = layers.DepthwiseConv2D(
            layer.kernel_size,
            strides=layer.strides,
            padding=layer.padding,
            dilation_rate=layer.dilation_rate,
            depth_multiplier=layer.depth_multiplier,
            use_bias=False,
            name=f"{layer.name}_window",
        )
        tensor = window(tensor)
        window.set_weights([layer.depthwise_kernel.numpy()])
        kernel, new = layer.pointwise_kernel.numpy(), layers.Conv2D(layer.filters, 1, **options)
    else:
        kernel, new = layer.kernel.numpy(), type(layer).from_config(layer.get_config() | options)
    output = new(tensor)
    depthwise = kind_of(layer) == "DepthwiseConv2D"
    scaled = kernel * (np.reshape(np.broadcast_to(scale, output.shape[-1]), kernel.shape[2:]) if depthwise else scale)
    new.set_weights([scaled, np.broadcast_to(bias * scale + offset, output.shape[-1])])
    return output


def _line_of(norm) -> tuple[Any, Any]:
    """Scale and offset of each channel; arrays of shape (channels,)."""
    if norm is None:
        return 1.0, 0.0
    mean, variance = norm.moving_mean.numpy(), norm.moving_variance.numpy()
    scale = (norm.gamma.numpy() if norm.scale else 1.0) / np.sqrt(variance + norm.epsilon)
    return scale, (norm.beta.numpy() if norm.center else 0.0) - mean * scale
