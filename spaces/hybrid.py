"""The default space: each layer of a network chooses its own kind of convolution."""

import functools
from collections.abc import Mapping
from typing import Any

from spaces import hybrid_layers
from spaces.architecture import Architecture
from spaces.blocks import Block, MaxPool, Resize, SeparableConv, StandardConv
from spaces.given_values import GivenValues
from spaces.heads import FlattenHead, GlobalAverageHead, Head
from spaces.hybrid_start_points import START_POINTS
from spaces.keras_types import HyperParameters, KerasModel
from spaces.shapes import ImageShape, Shape

MIN_SIDE = 8
"""Pixels a side of the smallest image."""

SMALL_SIDE = 32
"""Pixels a side from which on an image may be halved before the first layer, if so many are left."""

STEM_FILTERS = (8, 12, 16, 24, 32)

FILTERS = (
    (8, 12, 16, 24, 32, 48),
    (16, 24, 32, 48, 64, 96),
    (16, 24, 32, 48, 64, 96, 128, 192),
    (24, 32, 48, 64, 96, 128, 192, 256),
)
"""Filters to choose from, by stage."""

LAYERS = ((0, 1, 2), (1, 2, 3), (1, 2, 3), (0, 1, 2, 3))
"""Numbers of layers to choose from, by stage."""

LAST_FILTERS = (0, 64, 128, 256)
"""Filters of a last 1x1 convolution. 0 for none."""

ACTIVATIONS = ("relu", "hard_silu", "silu")


class HybridSpace:
    """A first convolution, four stages of up to three layers, perhaps a last 1x1 convolution, and a head.

    Each layer chooses its kind: standard, separable, inverted residual, Xception's block or ResNet's basic block; and
    its filters, its bias and what its kind has beside. The first convolution has strides of 1 or 2. From the second on,
    each stage halves its maps by the strides of its first layer or by a max-pool, or keeps their size. All layers have
    the same activation. Images of 64 pixels a side or more may be made smaller first.

    Args:
        input_shape: (height, width, channels); at least 8 pixels a side.
        classes: Number of classes.
    Raises:
        ValueError: If the image is smaller.
    """

    name = "hybrid"

    def __init__(self, *, input_shape: ImageShape = (32, 32, 3), classes: int = 10) -> None:
        if min(input_shape[:2]) < MIN_SIDE:
            raise ValueError(
                f"the hybrid space halves an image up to four times and needs {MIN_SIDE} pixels a side; got "
                f"{input_shape[0]}x{input_shape[1]}. Use larger images."
            )
        self.input_shape = input_shape
        self.classes = classes

    def architecture(self, hp: HyperParameters) -> Architecture:
        """The network with the parameter values of `hp`. No model is built."""
        activation = hp.Choice("activation", ACTIVATIONS)
        network = _Network(self.input_shape)
        network.append(*self._resize(hp), _stem(hp, activation))
        for stage in range(1, len(FILTERS) + 1):
            _append_stage(network, hp, stage, activation)
        network.append(*_last(hp, activation))
        return Architecture(self.input_shape, tuple(network.blocks), self._head(hp))

    def build(self, hp: HyperParameters) -> KerasModel:
        """The compiled Keras model, for a tuner of KerasTuner."""
        import keras

        model = self.architecture(hp).build()
        model.compile(keras.optimizers.Adam(0.001), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    def start_points(self) -> Mapping[str, Mapping[str, Any]]:
        """Networks that every study tries first: name to params."""
        return {name: self._start(name)[1] for name in START_POINTS}

    def start_network(self, name: str) -> Architecture:
        """One of the start points, by name."""
        return self._start(name)[0]

    def network_of(self, params: Mapping[str, Any]) -> Architecture:
        """The network of params as `hybrid_start_points` has them, at the images' own resolution."""
        return self._given(params)[0]

    def _start(self, name: str) -> tuple[Architecture, Mapping[str, Any]]:
        return self._given(START_POINTS[name])

    def _given(self, params: Mapping[str, Any]) -> tuple[Architecture, Mapping[str, Any]]:
        # On small images some params are not asked for, on large ones the resolution is.
        hp: Any = GivenValues({"resolution": self.input_shape[0], **params})
        return self.architecture(hp), hp.asked

    def is_without_effect(self, name: str) -> bool:
        """Whether networks that differ in this param alone can learn the same functions.

        BatchNorm follows every convolution that may have a bias, and removes it.
        """
        return name.endswith("_bias")

    @functools.cached_property
    def _resolutions(self) -> Mapping[int, int]:
        """Height to width of the images that the first convolution may get, largest first."""
        height, width = self.input_shape[:2]
        sizes = {height: width}
        while min(height, width) >= 2 * SMALL_SIDE:
            height, width = height // 2, width // 2
            sizes[height] = width
        return sizes

    def _resize(self, hp: HyperParameters) -> list[Resize]:
        if len(self._resolutions) == 1:
            return []
        height = hp.Choice("resolution", list(self._resolutions))
        return [] if height == self.input_shape[0] else [Resize(height, self._resolutions[height])]

    def _head(self, hp: HyperParameters) -> Head:
        kind = hp.Choice("head", ["flatten", "global_average"])
        return FlattenHead(self.classes) if kind == "flatten" else GlobalAverageHead(self.classes)


class _Network:
    """The blocks so far, and the shape of their output."""

    def __init__(self, input_shape: Shape) -> None:
        self.blocks: list[Block] = []
        self.shape = input_shape

    def append(self, *blocks: Block) -> None:
        for block in blocks:
            self.blocks.append(block)
            self.shape = block.output_shape(self.shape)


def _stem(hp: HyperParameters, activation: str) -> StandardConv | SeparableConv:
    kind = hp.Choice("stem_kind", ("standard", "separable"))
    filters, strides = hp.Choice("stem_filters", STEM_FILTERS), hp.Choice("stem_strides", (1, 2))
    bias = hp.Boolean("stem_bias")
    make = hybrid_layers.standard if kind == "standard" else hybrid_layers.separable
    return make(filters, strides=strides, bias=bias, activation=activation)


def _last(hp: HyperParameters, activation: str) -> list[StandardConv]:
    filters = hp.Choice("last_filters", LAST_FILTERS)
    return [StandardConv(filters, 1, bias=False, activation=activation)] if filters else []


def _append_stage(network: _Network, hp: HyperParameters, stage: int, activation: str) -> None:
    name, numbers, filters = f"stage{stage}", LAYERS[stage - 1], FILTERS[stage - 1]
    count = hp.Choice(f"{name}_layers", numbers)
    with hp.conditional_scope(f"{name}_layers", [number for number in numbers if bool(number) == bool(count)]):
        strides = _halve(network, hp, name, layers=count) if stage > 1 else 1
    for layer in range(1, count + 1):
        with hp.conditional_scope(f"{name}_layers", [number for number in numbers if number >= layer]):
            block = hybrid_layers.layer(
                hp, f"{name}_layer{layer}", filters, network.shape, strides=strides, activation=activation
            )
        network.append(block)
        strides = 1


def _halve(network: _Network, hp: HyperParameters, name: str, *, layers: int) -> int:
    """The strides of the stage's first layer. Appends a max-pool if one is chosen; a single pixel can't be halved."""
    if min(network.shape[:2]) < 2:
        return 1
    if not layers:
        if hp.Boolean(f"{name}_max_pool"):
            network.append(MaxPool())
        return 1
    halved_by = hp.Choice(f"{name}_halved_by", ("strides", "max_pool", "nothing"))
    if halved_by == "max_pool":
        network.append(MaxPool())
    return 2 if halved_by == "strides" else 1
