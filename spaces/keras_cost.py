"""The cost of any built Keras model, by the rules of `spaces.cost`.

A layer that no rule knows, such as somebody's own, is counted on the graph of its call. What can't be told even there
is reported in `Cost.unknown`, never counted as zero in silence.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

from spaces import keras_trace
from spaces.cost import BYTES_PER_VALUE, Cost, LayerCost

IN_PLACE = frozenset(
    "Activation ActivityRegularization Add AlphaDropout Average BatchNormalization Dropout ELU Flatten GELU "
    "GaussianDropout GaussianNoise GroupNormalization Identity LayerNormalization LeakyReLU Masking Maximum Minimum "
    "Multiply Normalization PReLU RMSNormalization ReLU Rescaling Reshape Softmax SpatialDropout1D SpatialDropout2D "
    "SpatialDropout3D Subtract UnitNormalization".split()
)
"""Layers that work where an input lies, when nothing else reads it later."""

AUGMENTING = frozenset(
    "AugMix AutoContrast CutMix Equalization MixUp Pipeline RandAugment RandomBrightness RandomColorDegeneration "
    "RandomColorJitter RandomContrast RandomCrop RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur "
    "RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation "
    "RandomSharpness RandomShear RandomTranslation RandomZoom Solarization".split()
)
"""Layers that change images in training and give them as they are afterwards."""

OPERATIONS = frozenset(
    "Absolute Clip Exp ExpandDims Flip Gelu GetItem HardSigmoid HardSwish LeakyRelu Log Max Mean Min Pad Relu Relu6 "
    "Resize Selu Sigmoid Silu Sqrt Square Squeeze Sum Swish Tanh Transpose".split()
)
"""What `keras.ops`, arithmetic and slices of tensors become in a graph."""

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
"""What has no multiply-adds: only convolutions and dense layers have any."""


def count(model) -> Cost:
    """Cost of a Keras model, for one input.

    Args:
        model: A built Functional or Sequential `keras.Model`, with models inside it if need be.
    Returns:
        Its cost; `unknown` names what could not be counted. Activations are those of a model that runs layer by layer
        in Keras's order and frees what no later layer reads.
    Raises:
        ValueError: If the model is not built or has no graph.
    """
    calls = list(_calls(model))
    unknown = tuple(call.name for call in calls if call.multiply_adds is None)
    alive = _alive(calls, model)
    counted: set[int] = set()
    rows = [_row(call, alive[index], counted) for index, call in enumerate(calls)]
    return Cost(tuple(rows), unknown)


class _Call:
    """One use of a layer: what goes in, what comes out."""

    def __init__(self, node, name: str) -> None:
        self.layer, self.arguments, self.name = node.operation, node.arguments, name
        self.inputs, self.outputs = list(node.arguments.keras_tensors), list(node.outputs)
        self.kind = type(self.layer).__name__

    @property
    def own(self) -> bool:
        """Whether the layer is Keras's; other classes may be called likewise."""
        return type(self.layer).__module__.startswith("keras.")

    @cached_property
    def multiply_adds(self) -> int | None:
        """None where they can't be told."""
        if self.own and self.kind in FREE:
            return 0
        if self.own and self.kind in _RULES:
            return _RULES[self.kind](self.layer, _shape(self.inputs[0]), _shape(self.outputs[0]))
        return keras_trace.multiply_adds(self.layer, self.arguments)


def _calls(model, prefix: str = "") -> Iterator[_Call]:
    for node in _nodes(model):
        layer, name = node.operation, prefix + node.operation.name
        inner = _graph(layer)
        if inner is None:
            yield _Call(node, name)
        else:
            yield from _inner_calls(inner, node, name)


def _inner_calls(inner, node, name: str) -> Iterator[_Call]:
    # A model used as a layer has its own symbolic tensors: what it is given and gives stand in for its first and last.
    outer = {id(a): b for a, b in zip(inner.inputs, node.arguments.keras_tensors, strict=True)}
    outer |= {id(a): b for a, b in zip(inner.outputs, node.outputs, strict=True)}
    for call in _calls(inner, f"{name}/"):
        call.inputs = [outer.get(id(tensor), tensor) for tensor in call.inputs]
        call.outputs = [outer.get(id(tensor), tensor) for tensor in call.outputs]
        if call.kind != "InputLayer":
            yield call


def _graph(model):
    """The Functional graph behind a model; None for a layer that is no model."""
    functional = getattr(model, "_functional", None) or model
    if hasattr(functional, "_nodes_by_depth"):
        return functional
    if type(model).__name__ == "Sequential" or _is_model(model):
        raise ValueError(
            f"a cost is counted on a built Functional or Sequential model; got {type(model).__name__} {model.name!r} "
            "without a graph. Build it, or write it with the functional interface."
        )
    return None


def _is_model(layer) -> bool:
    return any(base.__name__ == "Model" and base.__module__.startswith("keras") for base in type(layer).__mro__)


def _nodes(model) -> Iterable:
    by_depth = _graph(model)._nodes_by_depth
    return [node for depth in sorted(by_depth, reverse=True) for node in by_depth[depth]]


def _row(call: _Call, alive: int, counted: set[int]) -> LayerCost:
    # A layer used twice has one set of weights.
    parameters = (
        0 if id(call.layer) in counted or not hasattr(call.layer, "count_params") else call.layer.count_params()
    )
    counted.add(id(call.layer))
    kernel_size = max(call.layer.kernel_size) if call.own and call.kind in _WINDOWS else 0
    shape, multiply_adds = _shape(call.outputs[0]), call.multiply_adds or 0
    return LayerCost(call.name, call.kind, shape, multiply_adds, parameters, alive, kernel_size)


def _convolution(layer, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> int:
    return math.prod(outputs) * math.prod(layer.kernel_size) * (_channels(layer, inputs) // layer.groups)


def _transposed(layer, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> int:
    return math.prod(inputs) * math.prod(layer.kernel_size) * layer.filters


def _depthwise(layer, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> int:
    return math.prod(outputs) * math.prod(layer.kernel_size)


def _separable(layer, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> int:
    middle = _channels(layer, inputs) * layer.depth_multiplier
    positions = math.prod(outputs) // layer.filters
    return positions * middle * (math.prod(layer.kernel_size) + layer.filters)


def _dense(layer, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> int:
    return math.prod(outputs) * inputs[-1]


_WINDOWS = {
    **{f"Conv{n}D": _convolution for n in (1, 2, 3)},
    **{f"Conv{n}DTranspose": _transposed for n in (1, 2, 3)},
    **{f"DepthwiseConv{n}D": _depthwise for n in (1, 2)},
    **{f"SeparableConv{n}D": _separable for n in (1, 2)},
}
_RULES = {**_WINDOWS, "Dense": _dense}

LAYERS = IN_PLACE | AUGMENTING | OTHERS | frozenset(_RULES)
"""Layers of Keras's that are counted. None of them runs code that a model file could bring along."""


def _channels(layer, shape: tuple[int, ...]) -> int:
    return shape[-1] if layer.data_format == "channels_last" else shape[0]


def _shape(tensor) -> tuple[int, ...]:
    shape = tuple(tensor.shape[1:])
    if None in shape:
        raise ValueError(
            f"a cost needs known sizes; got a tensor of shape {tuple(tensor.shape)}. Give the input a size."
        )
    return shape


def _alive(calls: list[_Call], model) -> list[int]:
    """Bytes alive during each call: tensors that this call or a later one still reads, and its outputs."""
    reads_left = Counter(id(tensor) for call in calls for tensor in call.inputs)
    reads_left.update(id(tensor) for tensor in _graph(model).outputs)
    held: dict[int, int] = {}
    bytes_alive = []
    for call in calls:
        outputs = {id(tensor): BYTES_PER_VALUE * math.prod(_shape(tensor)) for tensor in call.outputs}
        more = 0 if _reuses(call, reads_left) else sum(outputs.values()) + _between(call, reads_left)
        now = sum(held.values()) + more
        bytes_alive.append(now)
        held |= outputs
        reads_left.subtract(id(tensor) for tensor in call.inputs)
        held = {tensor: size for tensor, size in held.items() if reads_left[tensor] > 0}
    return bytes_alive


def _reuses(call: _Call, reads_left: Counter) -> bool:
    """Whether the output may take the place of an input that nothing else reads."""
    size = math.prod(_shape(call.outputs[0]))
    return call.kind in IN_PLACE and any(
        reads_left[id(tensor)] == 1 and math.prod(_shape(tensor)) == size for tensor in call.inputs
    )


def _between(call: _Call, reads_left: Counter) -> int:
    """What the two halves of a separable convolution hold beyond its input and output, at the busier moment."""
    if not call.kind.startswith("SeparableConv"):
        return 0
    output = BYTES_PER_VALUE * math.prod(_shape(call.outputs[0]))
    middle = output // call.layer.filters * _channels(call.layer, _shape(call.inputs[0])) * call.layer.depth_multiplier
    given = BYTES_PER_VALUE * math.prod(_shape(call.inputs[0]))
    waiting = given if reads_left[id(call.inputs[0])] > 1 else 0
    return max(given + middle, middle + output + waiting) - given - output
