"""One layer of the hybrid space: its params, and the block that they describe."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from spaces.blocks import Block, InvertedResidual, Residual, SeparableConv, StandardConv, Xception
from spaces.keras_types import HyperParameters
from spaces.shapes import Shape

T = TypeVar("T")

KINDS = ("standard", "separable", "inverted_residual", "xception", "basic_block")
KERNEL_SIZES = (3, 5)
DEPTH_MULTIPLIERS = (1, 2)
EXPANSIONS = (1.0, 2.0, 3.0, 4.0, 6.0)
SQUEEZES = (0.0, 1 / 16, 1 / 4)
"""Ratios of squeeze-and-excite: none, EfficientNet's at an expansion of 4, MobileNetV3's."""

ADD_SAME_SHAPE = ("standard", "separable", "inverted_residual")
"""Kinds that add their input only if it has the shape of their output. The others project it first."""


def layer(
    hp: HyperParameters, name: str, filters: tuple[int, ...], input_shape: Shape, *, strides: int, activation: str
) -> Block:
    """The block of one layer.

    A layer that adds its input has the filters of the layer before it. So it has no param for them, and it still adds
    its input when the layer before it gets other filters.

    Args:
        hp: Gives the params; their names begin with `name`.
        name: Of the layer.
        filters: Numbers to choose from.
        input_shape: (height, width, channels).
        strides: Of the layer.
        activation: Of the network.
    """
    channels = input_shape[2]
    kind = hp.Choice(f"{name}_kind", KINDS)
    may_add = kind in ADD_SAME_SHAPE and strides == 1 and channels in filters
    residual = may_add and _boolean(hp, name, "residual", of=ADD_SAME_SHAPE)
    width = channels if residual else hp.Choice(f"{name}_filters", filters)
    make = _MAKERS[kind](hp, name)
    block = make(width, strides=strides, activation=activation)
    if kind == "basic_block":
        return basic_block(block, projected=strides > 1 or channels != width)
    # An inverted residual adds its input by itself.
    return add_input(block) if residual and isinstance(block, StandardConv | SeparableConv) else block


# To KerasTuner, one name under two conditions is two params, and one may remove the value of the other. So a name has
# one condition: all kinds that have this param.
def _boolean(hp: HyperParameters, layer_name: str, param: str, *, of: tuple[str, ...]) -> bool:
    with hp.conditional_scope(f"{layer_name}_kind", list(of)):
        return bool(hp.Boolean(f"{layer_name}_{param}"))


def _choice(hp: HyperParameters, layer_name: str, param: str, values: tuple[T, ...], *, of: tuple[str, ...]) -> T:
    with hp.conditional_scope(f"{layer_name}_kind", list(of)):
        value: T = hp.Choice(f"{layer_name}_{param}", values)
        return value


def _bias(hp: HyperParameters, name: str) -> bool:
    return _boolean(hp, name, "bias", of=("standard", "separable", "basic_block"))


def _kernel(hp: HyperParameters, name: str) -> int:
    return _choice(hp, name, "kernel", KERNEL_SIZES, of=("separable", "inverted_residual", "xception"))


def _standard(hp: HyperParameters, name: str) -> Callable[..., Block]:
    return functools.partial(standard, bias=_bias(hp, name))


def _separable(hp: HyperParameters, name: str) -> Callable[..., Block]:
    kernel_size = _kernel(hp, name)
    multiplier = _choice(hp, name, "depth_multiplier", DEPTH_MULTIPLIERS, of=("separable",))
    return functools.partial(separable, kernel_size=kernel_size, depth_multiplier=multiplier, bias=_bias(hp, name))


def _inverted_residual(hp: HyperParameters, name: str) -> Callable[..., Block]:
    kernel_size = _kernel(hp, name)
    expansion = _choice(hp, name, "expansion", EXPANSIONS, of=("inverted_residual",))
    squeeze = _choice(hp, name, "squeeze_excite", SQUEEZES, of=("inverted_residual",))
    return functools.partial(inverted_residual, kernel_size=kernel_size, expansion=expansion, squeeze_excite=squeeze)


def _xception(hp: HyperParameters, name: str) -> Callable[..., Block]:
    return functools.partial(xception, kernel_size=_kernel(hp, name))


_MAKERS: dict[str, Callable[[HyperParameters, str], Callable[..., Any]]] = {
    "standard": _standard,
    "separable": _separable,
    "inverted_residual": _inverted_residual,
    "xception": _xception,
    "basic_block": _standard,
}


# A proposal describes a thousand networks out of some hundred different blocks. Each block is made and checked once.
standard = functools.cache(StandardConv)
separable = functools.cache(SeparableConv)
inverted_residual = functools.cache(InvertedResidual)
xception = functools.cache(Xception)


@functools.cache
def add_input(convolution: StandardConv | SeparableConv) -> Residual:
    """A convolution with its input added."""
    return Residual((convolution,))


@functools.cache
def basic_block(first: StandardConv, *, projected: bool) -> Residual:
    """ResNet's block of two convolutions, of which the first has the strides.

    Args:
        first: The first convolution. The second is like it, without strides.
        projected: Whether a 1x1 convolution gives the input the shape of the output.
    """
    second = StandardConv(first.filters, bias=first.bias, activation="linear")
    shortcut = StandardConv(first.filters, 1, strides=first.strides, batch_norm=False, activation="linear")
    return Residual((first, second), shortcut if projected else None, activation=first.activation)
