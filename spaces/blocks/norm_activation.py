"""BatchNorm and activation, which follow a convolution, and the marks of a convolution in the notation."""

from typing import Protocol

from spaces import cost
from spaces.cost import LayerCost
from spaces.keras_types import KerasTensor
from spaces.shapes import Shape
from spaces.validation import require

ACTIVATIONS = ("linear", "relu", "relu6", "silu", "hard_silu", "elu", "gelu")
"""Keras's names of the activations that a block may have."""

# Keras's default of 0.99 averages over 100 steps, more than a small data set has in several epochs. On 5,000 images of
# CIFAR-10, 0.8 judges a network 1.5 +- 0.3 points higher than 0.9 after 39 steps, 0.4 +- 0.2 after 117, and after 351
# steps both alike: the weights are the same.
BATCH_NORM_MOMENTUM = 0.8

ACTIVATION_MARKS = {"hard_silu": "h", "silu": "w"}
"""Activations that the notation shows."""


class Window(Protocol):
    """A block with a square window that moves over feature maps."""

    @property
    def filters(self) -> int:
        """Output channels."""

    @property
    def kernel_size(self) -> int:
        """Side of the window."""

    @property
    def strides(self) -> int:
        """Step of the window, in both directions."""

    @property
    def activation(self) -> str:
        """One of `ACTIVATIONS`."""


def norm_layers(shape: Shape, name: str) -> tuple[LayerCost, ...]:
    """Cost of a BatchNorm."""
    return (cost.batch_norm(f"{name}_norm", shape),)


def activation_layers(activation: str, shape: Shape, name: str) -> tuple[LayerCost, ...]:
    """Cost of an activation. A linear one has no layer."""
    return () if activation == "linear" else (cost.weightless(f"{name}_activation", "Activation", shape),)


def norm_build(tensor: KerasTensor, name: str) -> KerasTensor:
    """Apply a BatchNorm."""
    from keras import layers

    return layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM, name=f"{name}_norm")(tensor)


def activation_build(activation: str, tensor: KerasTensor, name: str) -> KerasTensor:
    """Apply an activation. A linear one has no layer."""
    from keras import layers

    return tensor if activation == "linear" else layers.Activation(activation, name=f"{name}_activation")(tensor)


def check_activation(activation: str) -> None:
    """Refuse an activation that is not in `ACTIVATIONS`.

    Raises:
        ValueError: If it is not.
    """
    require("activation", activation, activation in ACTIVATIONS, f"one of {', '.join(ACTIVATIONS)}")


def check_window(block: Window) -> None:
    """Refuse impossible `filters`, `kernel_size`, `strides` and `activation`.

    Raises:
        ValueError: Names the first one.
    """
    for name in ("filters", "kernel_size", "strides"):
        require(name, getattr(block, name), getattr(block, name) >= 1, "a whole number of 1 or more")
    check_activation(block.activation)


def window_marks(block: Window) -> str:
    """Marks of a window, of strides and of an activation that differ from 3x3, 1 and ReLU."""
    kernel = f"k{block.kernel_size}" if block.kernel_size != 3 else ""
    strides = f"/{block.strides}" if block.strides > 1 else ""
    return kernel + strides + ACTIVATION_MARKS.get(block.activation, "")
