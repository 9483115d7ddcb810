"""What stands around a convolution: BatchNorm and activation, and the marks by which words tell them."""

from spaces import cost
from spaces.cost import LayerCost, Shape
from spaces.validation import require

ACTIVATIONS = ("linear", "relu", "relu6", "silu", "hard_silu", "elu", "gelu")

# Keras's own 0.99 remembers 100 steps, more than a small data set has in several epochs.
BATCH_NORM_MOMENTUM = 0.9

ACTIVATION_MARKS = {"hard_silu": "h", "silu": "w"}


def norm_layers(shape: Shape, name: str) -> tuple[LayerCost, ...]:
    """Cost of a BatchNorm."""
    return (cost.batch_norm(f"{name}_norm", shape),)


def activation_layers(activation: str, shape: Shape, name: str) -> tuple[LayerCost, ...]:
    """Cost of an activation; none for a linear one."""
    return () if activation == "linear" else (cost.in_place(f"{name}_activation", "Activation", shape),)


def norm_build(tensor, name: str):
    """Apply a BatchNorm."""
    from keras import layers

    return layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM, name=f"{name}_norm")(tensor)


def activation_build(activation: str, tensor, name: str):
    """Apply an activation; a linear one is left out."""
    from keras import layers

    return tensor if activation == "linear" else layers.Activation(activation, name=f"{name}_activation")(tensor)


def check_activation(activation: str) -> None:
    """Refuse an activation that no block has."""
    require("activation", activation, activation in ACTIVATIONS, f"one of {', '.join(ACTIVATIONS)}")


def check_window(block) -> None:
    """Refuse what no window over feature maps can be: `filters`, `kernel_size`, `strides`, `activation`."""
    for name in ("filters", "kernel_size", "strides"):
        require(name, getattr(block, name), getattr(block, name) >= 1, "a whole number of 1 or more")
    check_activation(block.activation)


def window_marks(block) -> str:
    """Marks of what a window is not usually: its size, its strides, its activation."""
    kernel = f"k{block.kernel_size}" if block.kernel_size != 3 else ""
    strides = f"/{block.strides}" if block.strides > 1 else ""
    return kernel + strides + ACTIVATION_MARKS.get(block.activation, "")
