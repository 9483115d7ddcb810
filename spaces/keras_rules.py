"""Keras layers whose multiply-adds follow from the shapes of their inputs and outputs."""

import math
from collections.abc import Callable
from types import FunctionType
from typing import Any

from spaces.keras_types import KerasLayer
from spaces.shapes import Shape

AUGMENTING = frozenset(
    "AugMix AutoContrast CutMix Equalization MixUp RandAugment RandomBrightness RandomColorDegeneration "
    "RandomColorJitter RandomContrast RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur "
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
    "Activation ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D "
    "AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D Add AlphaDropout Average AveragePooling1D "
    "AveragePooling2D AveragePooling3D BatchNormalization CenterCrop Concatenate Cropping1D Cropping2D Cropping3D "
    "Dropout ELU Flatten GELU GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D "
    "GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D GroupNormalization Identity "
    "InputLayer LayerNormalization LeakyReLU Masking MaxPooling1D MaxPooling2D MaxPooling3D Maximum Minimum "
    "Multiply Normalization PReLU Permute RMSNormalization ReLU RepeatVector Rescaling Reshape Resizing Softmax "
    "SpatialDropout1D SpatialDropout2D SpatialDropout3D Subtract UnitNormalization UpSampling1D UpSampling2D "
    "UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D".split()
)
"""Other layers without multiply-adds."""

TRACED = frozenset(("Pipeline", "RandomCrop"))
"""Layers whose graph alone tells what they do: one runs others, one has another output than Keras says."""

FREE = AUGMENTING | OPERATIONS | OTHERS
"""All without multiply-adds."""

Rule = Callable[[KerasLayer, Shape, Shape], int]
"""Multiply-adds of a layer by the shapes of its first input and output. Both begin with the batch."""


def rule_of(layer: KerasLayer) -> Rule | None:
    """The rule for a call of a layer in inference. None if it has to be counted on its graph."""
    if not is_keras(layer) or not is_unmodified(layer):
        return None
    return _free if kind_of(layer) in FREE else _RULES.get(kind_of(layer))


def kind_of(layer: KerasLayer) -> str:
    """The name of a layer's class."""
    return type(layer).__name__


def is_keras(layer: Any) -> bool:
    """Whether the class of a layer, or a function, is Keras's. One of a user's may have the same name."""
    return str(layer.__module__).partition(".")[0] == "keras"


def window_side(layer: KerasLayer) -> int:
    """The longest side of a convolution's window; 0 for other layers."""
    return max(layer.kernel_size) if is_keras(layer) and kind_of(layer) in _WINDOWS else 0


def channels_in(layer: KerasLayer, shape: Shape) -> int:
    """Channels of a convolution's input, or of its output, by its shape."""
    return shape[-1] if layer.data_format == "channels_last" else shape[1]


def is_unmodified(layer: KerasLayer) -> bool:
    """Whether a layer calls no function of a user's, and no kernel has been added to its own."""
    activation = getattr(layer, "activation", None)
    is_known = activation is None or (isinstance(activation, FunctionType) and is_keras(activation))
    return is_known and not getattr(layer, "lora_enabled", False)


def _free(layer: KerasLayer, inputs: Shape, outputs: Shape) -> int:
    return 0


def _convolution(layer: KerasLayer, inputs: Shape, outputs: Shape) -> int:
    groups: int = layer.groups
    return math.prod(outputs) * _window(layer) * (channels_in(layer, inputs) // groups)


def _transposed(layer: KerasLayer, inputs: Shape, outputs: Shape) -> int:
    filters: int = layer.filters
    return math.prod(inputs) * _window(layer) * filters


def _depthwise(layer: KerasLayer, inputs: Shape, outputs: Shape) -> int:
    return math.prod(outputs) * _window(layer)


def _separable(layer: KerasLayer, inputs: Shape, outputs: Shape) -> int:
    depth_multiplier: int = layer.depth_multiplier
    filters: int = layer.filters
    middle_channels = channels_in(layer, inputs) * depth_multiplier
    positions = math.prod(outputs) // channels_in(layer, outputs)
    return positions * middle_channels * (_window(layer) + filters)


def _dense(layer: KerasLayer, inputs: Shape, outputs: Shape) -> int:
    return math.prod(outputs) * inputs[-1]


_WINDOWS: dict[str, Rule] = {
    **{f"Conv{n}D": _convolution for n in (1, 2, 3)},
    **{f"Conv{n}DTranspose": _transposed for n in (1, 2, 3)},
    **{f"DepthwiseConv{n}D": _depthwise for n in (1, 2)},
    **{f"SeparableConv{n}D": _separable for n in (1, 2)},
}
_RULES: dict[str, Rule] = {**_WINDOWS, "Dense": _dense}

LAYERS = AUGMENTING | OTHERS | TRACED | frozenset(_RULES)
"""Keras layers that are counted. None of them runs code from a model file."""


def _window(layer: KerasLayer) -> int:
    """Positions in the window of a convolution."""
    return math.prod(layer.kernel_size)
