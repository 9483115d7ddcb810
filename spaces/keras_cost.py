"""The cost of any built Keras model, by the conventions of `spaces.cost`.

A layer that no rule covers, such as a user's own, is counted on the TensorFlow graph of its call. A layer that can't be
counted there either is named in `Cost.unknown`.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from spaces import keras_trace
from spaces.cost import BYTES_PER_VALUE, Cost, LayerCost, Shape
from spaces.keras_graph import graph_of, nodes
from spaces.keras_types import KerasLayer, KerasModel, KerasTensor

IN_PLACE = frozenset(
    "Activation ActivityRegularization Add AlphaDropout Average BatchNormalization Dropout ELU Flatten GELU "
    "GaussianDropout GaussianNoise GroupNormalization Identity LayerNormalization LeakyReLU Masking Maximum Minimum "
    "Multiply Normalization PReLU RMSNormalization ReLU Rescaling Reshape Softmax SpatialDropout1D SpatialDropout2D "
    "SpatialDropout3D Subtract UnitNormalization".split()
)
"""Layers that overwrite an input if no later layer reads it."""

AUGMENTING = frozenset(
    "AugMix AutoContrast CutMix Equalization MixUp Pipeline RandAugment RandomBrightness RandomColorDegeneration "
    "RandomColorJitter RandomContrast RandomCrop RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur "
    "RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation "
    "RandomSharpness RandomShear RandomTranslation RandomZoom Solarization".split()
)
"""Layers that change images only in training."""

OPERATIONS = frozenset(
    "Absolute Clip Exp ExpandDims Flip Gelu GetItem HardSigmoid HardSwish LeakyRelu Log Max Mean Min Pad Relu Relu6 "
    "Resize Selu Sigmoid Silu Sqrt Square Squeeze Sum Swish Tanh Transpose".split()
)
"""Operations that stand in a graph for calls of `keras.ops`, for arithmetic and for slices of tensors."""

OTHERS = frozenset(
    "AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D "
    "AdaptiveMaxPooling2D AdaptiveMaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D CenterCrop "
    "Concatenate Cropping1D Cropping2D Cropping3D GlobalAveragePooling1D GlobalAveragePooling2D "
    "GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D InputLayer MaxPooling1D "
    "MaxPooling2D MaxPooling3D Permute RepeatVector Resizing UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D "
    "ZeroPadding2D ZeroPadding3D".split()
)
"""Other layers without multiply-adds."""

FREE = IN_PLACE | AUGMENTING | OPERATIONS | OTHERS
"""All without multiply-adds. Only convolutions and dense layers have any."""


def count(model: KerasModel) -> Cost:
    """Cost of a Keras model, for one input.

    Args:
        model: A built Functional or Sequential `keras.Model`. It may contain other models.
    Returns:
        Its cost. `unknown` names the layers that could not be counted. Activations are counted as if the layers ran one
        by one in Keras's order, and as if a tensor were freed once no later layer reads it.
    Raises:
        ValueError: If the model is not built or has no graph.
    """
    calls = list(_calls(model))
    unknown = tuple(call.name for call in calls if call.multiply_adds is None)
    live_bytes = _live_bytes(calls, model)
    counted_layers: set[int] = set()
    rows = [_row(call, live_bytes[index], counted_layers) for index, call in enumerate(calls)]
    return Cost(tuple(rows), unknown)


class _Call:
    """One call of a layer, with its inputs and outputs."""

    def __init__(self, node: Any, name: str) -> None:
        self.layer: KerasLayer = node.operation
        self.arguments, self.name = node.arguments, name
        self.inputs: list[KerasTensor] = list(node.arguments.keras_tensors)
        self.outputs: list[KerasTensor] = list(node.outputs)
        self.kind = type(self.layer).__name__

    @property
    def is_keras_layer(self) -> bool:
        """Whether the layer's class is Keras's. A user's class may have the same name."""
        return type(self.layer).__module__.startswith("keras.")

    @cached_property
    def multiply_adds(self) -> int | None:
        """None if they can't be counted."""
        if self.is_keras_layer and self.kind in FREE:
            return 0
        if self.is_keras_layer and self.kind in _RULES:
            return _RULES[self.kind](self.layer, _shape(self.inputs[0]), _shape(self.outputs[0]))
        return keras_trace.multiply_adds(self.layer, self.arguments)


def _calls(model: KerasModel, prefix: str = "") -> Iterator[_Call]:
    for node in nodes(_graph(model)):
        layer, name = node.operation, prefix + node.operation.name
        inner = _inner_graph(layer)
        if inner is None:
            yield _Call(node, name)
        else:
            yield from _inner_calls(inner, node, name)


def _inner_calls(inner: KerasModel, node: Any, name: str) -> Iterator[_Call]:
    # A model inside a model has symbolic tensors of its own. The outer inputs and outputs take the place of its own.
    outer = {id(a): b for a, b in zip(inner.inputs, node.arguments.keras_tensors, strict=True)}
    outer |= {id(a): b for a, b in zip(inner.outputs, node.outputs, strict=True)}
    for call in _calls(inner, f"{name}/"):
        call.inputs = [outer.get(id(tensor), tensor) for tensor in call.inputs]
        call.outputs = [outer.get(id(tensor), tensor) for tensor in call.outputs]
        if call.kind != "InputLayer":
            yield call


def _graph(model: KerasModel) -> KerasModel:
    """The Functional model behind a model."""
    graph = graph_of(model)
    if graph is None:
        raise ValueError(
            f"a cost is counted on a built Functional or Sequential model; got {type(model).__name__} {model.name!r} "
            "without a graph. Build it, or write it with the functional interface."
        )
    return graph


def _inner_graph(layer: KerasLayer) -> KerasModel | None:
    """The Functional model behind a model that is used as a layer. None for other layers."""
    return _graph(layer) if type(layer).__name__ == "Sequential" or _is_model(layer) else graph_of(layer)


def _is_model(layer: KerasLayer) -> bool:
    return any(base.__name__ == "Model" and base.__module__.startswith("keras") for base in type(layer).__mro__)


def _row(call: _Call, live_bytes: int, counted_layers: set[int]) -> LayerCost:
    # A layer that is used twice has one set of weights.
    is_counted = id(call.layer) in counted_layers or not hasattr(call.layer, "count_params")
    parameters = 0 if is_counted else call.layer.count_params()
    counted_layers.add(id(call.layer))
    is_convolution = call.is_keras_layer and call.kind in _WINDOWS
    kernel_size = max(call.layer.kernel_size) if is_convolution else 0
    input_channels = _channels(call.layer, _shape(call.inputs[0])) if is_convolution else 0
    shape, multiply_adds = _shape(call.outputs[0]), call.multiply_adds or 0
    return LayerCost(call.name, call.kind, shape, multiply_adds, parameters, live_bytes, kernel_size, input_channels)


def _convolution(layer: KerasLayer, inputs: Shape, outputs: Shape) -> int:
    groups: int = layer.groups
    return math.prod(outputs) * _window(layer) * (_channels(layer, inputs) // groups)


def _transposed(layer: KerasLayer, inputs: Shape, outputs: Shape) -> int:
    filters: int = layer.filters
    return math.prod(inputs) * _window(layer) * filters


def _depthwise(layer: KerasLayer, inputs: Shape, outputs: Shape) -> int:
    return math.prod(outputs) * _window(layer)


def _separable(layer: KerasLayer, inputs: Shape, outputs: Shape) -> int:
    filters: int = layer.filters
    depth_multiplier: int = layer.depth_multiplier
    positions = math.prod(outputs) // filters
    return positions * _channels(layer, inputs) * depth_multiplier * (_window(layer) + filters)


def _dense(layer: KerasLayer, inputs: Shape, outputs: Shape) -> int:
    return math.prod(outputs) * inputs[-1]


_Rule = Callable[[KerasLayer, Shape, Shape], int]

_WINDOWS: dict[str, _Rule] = {
    **{f"Conv{n}D": _convolution for n in (1, 2, 3)},
    **{f"Conv{n}DTranspose": _transposed for n in (1, 2, 3)},
    **{f"DepthwiseConv{n}D": _depthwise for n in (1, 2)},
    **{f"SeparableConv{n}D": _separable for n in (1, 2)},
}
_RULES: dict[str, _Rule] = {**_WINDOWS, "Dense": _dense}

LAYERS = IN_PLACE | AUGMENTING | OTHERS | frozenset(_RULES)
"""Keras layers that are counted. None of them runs code from a model file."""


def _window(layer: KerasLayer) -> int:
    """Positions in the window of a convolution."""
    return math.prod(layer.kernel_size)


def _channels(layer: KerasLayer, shape: Shape) -> int:
    return shape[-1] if layer.data_format == "channels_last" else shape[0]


def _shape(tensor: KerasTensor) -> Shape:
    shape = tuple(tensor.shape[1:])
    if None in shape:
        raise ValueError(
            f"a cost needs known sizes; got a tensor of shape {tuple(tensor.shape)}. Give the input a size."
        )
    return shape


def _live_bytes(calls: list[_Call], model: KerasModel) -> list[int]:
    """Bytes held during each call: its outputs, and the tensors that this call or a later one reads."""
    reads_left = Counter(id(tensor) for call in calls for tensor in call.inputs)
    reads_left.update(id(tensor) for tensor in _graph(model).outputs)
    live_tensors: dict[int, int] = {}
    live_bytes = []
    for call in calls:
        outputs = {id(tensor): BYTES_PER_VALUE * math.prod(_shape(tensor)) for tensor in call.outputs}
        new_bytes = 0 if _is_in_place(call, reads_left) else sum(outputs.values()) + _extra_bytes(call, reads_left)
        live_bytes.append(sum(live_tensors.values()) + new_bytes)
        live_tensors |= outputs
        reads_left.subtract(id(tensor) for tensor in call.inputs)
        live_tensors = {tensor: size for tensor, size in live_tensors.items() if reads_left[tensor] > 0}
    return live_bytes


def _is_in_place(call: _Call, reads_left: Counter[int]) -> bool:
    """Whether the output may overwrite an input, because no other call reads it."""
    size = math.prod(_shape(call.outputs[0]))
    return call.kind in IN_PLACE and any(
        reads_left[id(tensor)] == 1 and math.prod(_shape(tensor)) == size for tensor in call.inputs
    )


def _extra_bytes(call: _Call, reads_left: Counter[int]) -> int:
    """The most bytes that the two halves of a separable convolution hold beyond its input and output."""
    if not call.kind.startswith("SeparableConv"):
        return 0
    output_bytes = BYTES_PER_VALUE * math.prod(_shape(call.outputs[0]))
    input_bytes = BYTES_PER_VALUE * math.prod(_shape(call.inputs[0]))
    filters: int = call.layer.filters
    depth_multiplier: int = call.layer.depth_multiplier
    middle_bytes = output_bytes // filters * _channels(call.layer, _shape(call.inputs[0])) * depth_multiplier
    kept_bytes = input_bytes if reads_left[id(call.inputs[0])] > 1 else 0
    return max(input_bytes + middle_bytes, middle_bytes + output_bytes + kept_bytes) - input_bytes - output_bytes
