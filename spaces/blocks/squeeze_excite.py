"""Squeeze-and-excite, a part of other blocks: the means of all channels decide a weight for each channel."""

from spaces import cost
from spaces.cost import LayerCost
from spaces.int8 import operators
from spaces.int8.operators import Operator
from spaces.keras_types import KerasTensor
from spaces.shapes import Shape

_EFFICIENTNET = ("silu", "sigmoid")
_MOBILENET_V3 = ("relu", "hard_sigmoid")


def squeeze_excite_activations(activation: str) -> tuple[str, str]:
    """Activations of the squeezed vector and of the gate, in a block with this activation.

    EfficientNet's for "silu", otherwise MobileNetV3's.
    """
    return _EFFICIENTNET if activation == "silu" else _MOBILENET_V3


def squeezed_units(channels: int, *, ratio: float) -> int:
    """Length of the squeezed vector, at least 1, for `ratio` of the channels."""
    return max(1, round(ratio * channels))


def squeeze_excite_layers(shape: Shape, name: str, *, ratio: float) -> tuple[LayerCost, ...]:
    """Cost by layer, for feature maps of shape (height, width, channels)."""
    channels, units = shape[2], squeezed_units(shape[2], ratio=ratio)
    return (
        cost.weightless(f"{name}_means", "GlobalAveragePooling2D", (channels,)),
        cost.dense(f"{name}_squeeze", channels, units),
        cost.weightless(f"{name}_squeezed", "Activation", (units,)),
        cost.dense(f"{name}_excite", units, channels),
        cost.weightless(f"{name}_gate", "Activation", (channels,)),
        cost.weightless(f"{name}_spread", "Reshape", (1, 1, channels)),
        cost.weightless(f"{name}_weigh", "Multiply", shape),
    )


def squeeze_excite_operators(shape: Shape, *, ratio: float, activation: str) -> tuple[Operator, ...]:
    """The int8 operators, for feature maps of shape (height, width, channels)."""
    channels, units = shape[2], squeezed_units(shape[2], ratio=ratio)
    squeezed, gate = squeeze_excite_activations(activation)
    weights = (
        operators.mean(shape),
        *operators.activated(operators.dense(channels, units), squeezed),
        *operators.activated(operators.dense(units, channels), gate),
    )
    return operators.gated(weights, shape)


def squeeze_excite_build(tensor: KerasTensor, name: str, *, ratio: float, activation: str) -> KerasTensor:
    """Apply the Keras layers to `tensor`.

    References:
        Hu, Shen, Sun (2018), Squeeze-and-excitation networks, CVPR.
    """
    from keras import layers

    channels = tensor.shape[-1]
    squeezed, gate = squeeze_excite_activations(activation)
    weights = layers.GlobalAveragePooling2D(name=f"{name}_means")(tensor)
    weights = layers.Dense(squeezed_units(channels, ratio=ratio), name=f"{name}_squeeze")(weights)
    weights = layers.Activation(squeezed, name=f"{name}_squeezed")(weights)
    weights = layers.Dense(channels, name=f"{name}_excite")(weights)
    weights = layers.Activation(gate, name=f"{name}_gate")(weights)
    weights = layers.Reshape((1, 1, channels), name=f"{name}_spread")(weights)
    return layers.Multiply(name=f"{name}_weigh")([tensor, weights])
