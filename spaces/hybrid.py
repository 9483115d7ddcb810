"""The default space: standard and depthwise separable convolutions, mixed layer by layer."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from spaces.architecture import Architecture
from spaces.blocks import Block, MaxPool, Residual, SeparableConv, StandardConv
from spaces.cost import ImageShape
from spaces.heads import FlattenHead, GlobalAverageHead, Head
from spaces.keras_types import HyperParameters, KerasModel

FILTERS = (
    (8, 16, 24, 32, 48, 64),
    (16, 24, 32, 48, 64, 96, 128),
    (32, 48, 64, 96, 128, 192, 256),
    (64, 96, 128, 192, 256),
)
"""Filters to choose from, by stage."""

LAYERS = ((1, 2, 3), (1, 2, 3), (1, 2, 3), (0, 1, 2))
"""Numbers of layers to choose from, by stage. Layers of the fourth stage have many parameters and few multiply-adds."""

DEPTH_MULTIPLIERS = (1, 2)


class HybridSpace:
    """Three stages of one to three convolutions, a 2x2 max-pool after each, up to two more convolutions, and a head.

    Parameters of each layer: its kind, its filters, its bias, its depth multiplier (if it is separable), and whether
    its input is added to its output (if both have the same number of channels).

    Args:
        input_shape: (height, width, channels); at least 8 pixels a side.
        classes: Number of classes.
    Raises:
        ValueError: If three max-pools do not fit the image.
    """

    name = "hybrid"

    def __init__(self, *, input_shape: ImageShape = (32, 32, 3), classes: int = 10) -> None:
        if min(input_shape[:2]) < 8:
            raise ValueError(
                f"the hybrid space halves an image three times and needs 8 pixels a side; got "
                f"{input_shape[0]}x{input_shape[1]}. Use larger images."
            )
        self.input_shape = input_shape
        self.classes = classes

    def architecture(self, hp: HyperParameters) -> Architecture:
        """The network with the parameter values of `hp`. No model is built."""
        blocks: list[Block] = []
        channels = self.input_shape[2]
        for stage, (filters, layers) in enumerate(zip(FILTERS, LAYERS, strict=True), start=1):
            if stage > 1:
                blocks.append(MaxPool())
            count = hp.Choice(f"stage{stage}_layers", layers)
            for layer in range(1, count + 1):
                with hp.conditional_scope(f"stage{stage}_layers", [number for number in layers if number >= layer]):
                    block, channels = _layer(hp, f"stage{stage}_layer{layer}", filters, channels)
                blocks.append(block)
        return Architecture(self.input_shape, tuple(blocks), self._head(hp))

    def build(self, hp: HyperParameters) -> KerasModel:
        """The compiled Keras model, for a tuner of KerasTuner."""
        import keras

        model = self.architecture(hp).build()
        model.compile(keras.optimizers.Adam(0.001), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    def start_points(self) -> Mapping[str, Mapping[str, Any]]:
        """Networks that every study tries first: name to params."""
        return {
            "StandardCNN": _three_stages("standard"),
            "SeparableCNN": _three_stages("separable"),
            "HybridCNN": HYBRID_CNN,
        }

    def _head(self, hp: HyperParameters) -> Head:
        kind = hp.Choice("head", ["flatten", "global_average"])
        return FlattenHead(self.classes) if kind == "flatten" else GlobalAverageHead(self.classes)


def _layer(hp: HyperParameters, name: str, filters: tuple[int, ...], channels: int) -> tuple[Block, int]:
    """The next layer and its number of output channels, from the number of input `channels`."""
    kind = hp.Choice(f"{name}_kind", ["standard", "separable"])
    width = hp.Choice(f"{name}_filters", filters)
    bias = hp.Boolean(f"{name}_bias")
    convolution: StandardConv | SeparableConv
    if kind == "separable":
        with hp.conditional_scope(f"{name}_kind", ["separable"]):
            multiplier = hp.Choice(f"{name}_depth_multiplier", DEPTH_MULTIPLIERS)
        convolution = _separable(width, multiplier, bias)
    else:
        convolution = _standard(width, bias)
    # A parameter only where shapes agree, so that no two sets of params describe the same network.
    if width == channels and hp.Boolean(f"{name}_residual"):
        return _residual(convolution), width
    return convolution, width


# A proposal describes a thousand networks out of about a hundred different blocks. Each block is made and checked once.


@functools.cache
def _standard(filters: int, bias: bool) -> StandardConv:
    return StandardConv(filters, bias=bias)


@functools.cache
def _separable(filters: int, depth_multiplier: int, bias: bool) -> SeparableConv:
    return SeparableConv(filters, depth_multiplier=depth_multiplier, bias=bias)


@functools.cache
def _residual(convolution: StandardConv | SeparableConv) -> Residual:
    return Residual((convolution,))


def _three_stages(kind: str) -> dict[str, Any]:
    stages = [[_layer_params(kind, filters, bias=True)] for filters in (32, 64, 128)]
    return _start_point(stages, head="flatten")


def _layer_params(kind: str, filters: int, *, depth_multiplier: int = 1, bias: bool = False) -> dict[str, Any]:
    separable = {"depth_multiplier": depth_multiplier} if kind == "separable" else {}
    return {"kind": kind, "filters": filters, "bias": bias, **separable}


def _start_point(stages: Sequence[Sequence[Mapping[str, Any]]], *, head: str) -> dict[str, Any]:
    params: dict[str, Any] = {"head": head}
    for stage in range(1, len(LAYERS) + 1):
        layers = stages[stage - 1] if stage <= len(stages) else ()
        params[f"stage{stage}_layers"] = len(layers)
        for number, layer in enumerate(layers, start=1):
            params |= {f"stage{stage}_layer{number}_{name}": value for name, value in layer.items()}
    return params


HYBRID_CNN = _start_point(
    (
        [_layer_params("standard", 16)],
        [_layer_params("separable", 64, depth_multiplier=2)],
        [_layer_params("separable", 128, depth_multiplier=2)],
        [_layer_params("separable", 192, depth_multiplier=2), _layer_params("separable", 192) | {"residual": True}],
    ),
    head="global_average",
)
"""A standard convolution, then separable ones, wider where the maps are smaller: 3.6 M multiply-adds on CIFAR-10."""
