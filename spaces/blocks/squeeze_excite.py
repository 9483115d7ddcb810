"""Squeeze-and-excite, a part of blocks: each channel is weighed by a number that all channels' means decide."""

from spaces import cost
from spaces.cost import LayerCost, Shape

SQUEEZED = {"silu": ("silu", "sigmoid")}
OTHERWISE = ("relu", "hard_sigmoid")
"""Activations of the squeezed vector and of the gate, by the block's own: EfficientNet's, or else MobileNetV3's."""


def squeezed_units(channels: int, *, ratio: float) -> int:
    """Length of the squeezed vector, at least 1."""
    return max(1, round(ratio * channels))


def squeeze_excite_layers(shape: Shape, name: str, *, ratio: float) -> tuple[LayerCost, ...]:
    """Cost by layer, over feature maps of shape (height, width, channels), which wait till they are multiplied."""
    channels, units = shape[2], squeezed_units(shape[2], ratio=ratio)
    beside = (
        cost.dense(f"{name}_squeeze", channels, units),
        cost.in_place(f"{name}_squeezed", "Activation", (units,)),
        cost.dense(f"{name}_excite", units, channels),
        cost.in_place(f"{name}_gate", "Activation", (channels,)),
        cost.in_place(f"{name}_spread", "Reshape", (1, 1, channels)),
    )
    return (
        cost.pooling(f"{name}_means", "GlobalAveragePooling2D", shape, (channels,)),
        *cost.with_waiting(beside, shape),
        *cost.with_waiting([cost.in_place(f"{name}_weigh", "Multiply", shape)], (channels,)),
    )


def squeeze_excite_build(tensor, name: str, *, ratio: float, activation: str):
    """Apply the layers.

    References:
        Hu, Shen, Sun (2018), Squeeze-and-excitation networks, CVPR.
    """
    from keras import layers

    channels = tensor.shape[-1]
    squeezed, gate = SQUEEZED.get(activation, OTHERWISE)
    weights = layers.GlobalAveragePooling2D(name=f"{name}_means")(tensor)
    weights = layers.Dense(squeezed_units(channels, ratio=ratio), name=f"{name}_squeeze")(weights)
    weights = layers.Activation(squeezed, name=f"{name}_squeezed")(weights)
    weights = layers.Dense(channels, name=f"{name}_excite")(weights)
    weights = layers.Activation(gate, name=f"{name}_gate")(weights)
    weights = layers.Reshape((1, 1, channels), name=f"{name}_spread")(weights)
    return layers.Multiply(name=f"{name}_weigh")([tensor, weights])
