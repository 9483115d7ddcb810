"""A space with the blocks of MobileNet, Xception and EfficientNet besides standard and separable convolutions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from spaces.architecture import Architecture
from spaces.blocks import Block, InvertedResidual, MaxPool, Residual, Resize, SeparableConv, StandardConv, Xception
from spaces.cost import ImageShape, Shape
from spaces.heads import GlobalAverageHead
from spaces.keras_types import HyperParameters, KerasModel

STEM_FILTERS = (8, 16, 24, 32)

FILTERS = (
    (8, 16, 24, 32, 48),
    (16, 24, 32, 48, 64, 96),
    (24, 32, 48, 64, 96, 128, 192),
    (32, 48, 64, 96, 128, 192, 256),
)
"""Filters to choose from, by stage."""

LAYERS = ((0, 1, 2), (1, 2, 3), (1, 2, 3), (0, 1, 2, 3))
"""Numbers of layers to choose from, by stage. A layer of kind "xception" is a block of two convolutions."""

KINDS = ("standard", "separable", "inverted_residual", "xception")
ACTIVATIONS = ("relu", "hard_silu", "silu")
KERNEL_SIZES = (3, 5)
DEPTH_MULTIPLIERS = (1, 2)
EXPANSIONS = (1.0, 2.0, 3.0, 4.0, 6.0)
SQUEEZES = (0.0, 1 / 16, 1 / 4)
"""Ratios of squeeze-and-excite: none, EfficientNet's at an expansion of 4, MobileNetV3's."""

LAST_FILTERS = (0, 64, 128, 256)
"""Filters of a last 1x1 convolution before the global average. 0 for none."""

EIGHTHS = (6, 7, 8)
"""Resolutions, in eighths of the sides of the image: 24, 28 and 32 pixels for CIFAR-10."""

MIN_SIDE = 8


class MobileSpace:
    """A first convolution, four stages, an optional 1x1 convolution, and a global average.

    The image may be resized first. All layers of a stage are of one kind: standard, separable, inverted residual or
    Xception's. Parameters of each stage: its kind, its number of layers, its filters and its kernel size, and those
    of its kind (depth multiplier; expansion and squeeze-and-excite; whether inputs are added). From the second on, each
    stage halves its maps, by a max-pool before it or by the strides of its first layer. All layers have the same
    activation. No convolution has a bias.

    Args:
        input_shape: (height, width, channels); at least 8 pixels a side.
        classes: Number of classes.
    Raises:
        ValueError: If the image is smaller.
    """

    name = "mobile"

    def __init__(self, *, input_shape: ImageShape = (32, 32, 3), classes: int = 10) -> None:
        if min(input_shape[:2]) < MIN_SIDE:
            raise ValueError(
                f"the mobile space halves an image up to four times and needs {MIN_SIDE} pixels a side; got "
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
        return Architecture(self.input_shape, tuple(network.blocks), GlobalAverageHead(self.classes))

    def build(self, hp: HyperParameters) -> KerasModel:
        """The compiled Keras model, for a tuner of KerasTuner."""
        import keras

        model = self.architecture(hp).build()
        model.compile(keras.optimizers.Adam(0.001), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    def start_points(self) -> Mapping[str, Mapping[str, Any]]:
        """Networks that every study tries first: name to params."""
        return {name: {"resolution": self.input_shape[0], **params} for name, params in _START_POINTS.items()}

    def _resize(self, hp: HyperParameters) -> list[Resize]:
        height, width, _ = self.input_shape
        resolution = hp.Choice("resolution", [_eighths(height, eighths) for eighths in EIGHTHS])
        widths = {_eighths(height, eighths): _eighths(width, eighths) for eighths in EIGHTHS}
        return [] if resolution == height else [Resize(resolution, widths[resolution])]


class _Network:
    """The blocks so far, and the shape of their output."""

    def __init__(self, input_shape: Shape) -> None:
        self.blocks: list[Block] = []
        self.shape = input_shape

    def append(self, *blocks: Block) -> None:
        for block in blocks:
            self.blocks.append(block)
            self.shape = block.output_shape(self.shape)


def _eighths(side: int, eighths: int) -> int:
    return side * eighths // 8


def _stem(hp: HyperParameters, activation: str) -> StandardConv:
    filters, strides = hp.Choice("stem_filters", STEM_FILTERS), hp.Choice("stem_strides", (1, 2))
    return StandardConv(filters, strides=strides, bias=False, activation=activation)


def _last(hp: HyperParameters, activation: str) -> list[StandardConv]:
    filters = hp.Choice("last_filters", LAST_FILTERS)
    return [StandardConv(filters, 1, bias=False, activation=activation)] if filters else []


def _append_stage(network: _Network, hp: HyperParameters, stage: int, activation: str) -> None:
    name, numbers = f"stage{stage}", LAYERS[stage - 1]
    count = hp.Choice(f"{name}_layers", numbers)
    if not count:
        return
    with hp.conditional_scope(f"{name}_layers", [number for number in numbers if number]):
        strides = 1 if stage == 1 else _halve(network, hp, name)
        make_layer = _layer(hp, name, FILTERS[stage - 1], activation)
        blocks = [make_layer(strides), *(make_layer(1) for _ in range(count - 1))]
        residual = _may_add_input(blocks, network.shape) and hp.Boolean(f"{name}_residual")
    for block in blocks:
        network.append(_with_input_added(block, network.shape) if residual else block)


def _with_input_added(block: Block, shape: Shape) -> Block:
    """A residual block around a convolution that keeps the shape; any other block as it is."""
    if isinstance(block, StandardConv | SeparableConv) and block.output_shape(shape) == shape:
        return Residual((block,))
    return block


def _halve(network: _Network, hp: HyperParameters, name: str) -> int:
    """The strides of the stage's first layer. Appends a max-pool if one is chosen; a single pixel can't have one."""
    if min(network.shape[:2]) >= 2 and hp.Choice(f"{name}_halved_by", ("strides", "max_pool")) == "max_pool":
        network.append(MaxPool())
        return 1
    return 2


def _layer(hp: HyperParameters, name: str, filters: Sequence[int], activation: str) -> Callable[[int], Block]:
    """A function from strides to a block. All other parameters of the block are chosen here."""
    kind = hp.Choice(f"{name}_kind", KINDS)
    options: dict[str, Any] = {
        "filters": hp.Choice(f"{name}_filters", filters),
        "kernel_size": hp.Choice(f"{name}_kernel", KERNEL_SIZES),
        "activation": activation,
    }
    with hp.conditional_scope(f"{name}_kind", [kind]):
        if kind == "standard":
            return lambda strides: StandardConv(strides=strides, bias=False, **options)
        if kind == "separable":
            options["depth_multiplier"] = hp.Choice(f"{name}_depth_multiplier", DEPTH_MULTIPLIERS)
            return lambda strides: SeparableConv(strides=strides, bias=False, **options)
        if kind == "xception":
            return lambda strides: Xception(strides=strides, **options)
        options["expansion"] = hp.Choice(f"{name}_expansion", EXPANSIONS)
        options["squeeze_excite"] = hp.Choice(f"{name}_squeeze_excite", SQUEEZES)
        return lambda strides: InvertedResidual(strides=strides, **options)


def _may_add_input(blocks: Sequence[Block], shape: Shape) -> bool:
    """Whether the input could be added to some block that does not always add it.

    Only then is it a parameter, so that no two sets of params describe the same network.
    """
    if isinstance(blocks[0], InvertedResidual | Xception):
        return False
    return len(blocks) > 1 or blocks[0].output_shape(shape) == shape


def _start_point(*stages: Mapping[str, Any], activation: str, stem: int, last: int) -> dict[str, Any]:
    params = {"activation": activation, "stem_filters": stem, "stem_strides": 1, "last_filters": last}
    for stage, stage_params in enumerate(stages, start=1):
        halved_by = {} if stage == 1 or not stage_params["layers"] else {"halved_by": "strides"}
        params |= {f"stage{stage}_{name}": value for name, value in {**stage_params, **halved_by}.items()}
    return params


def _separable(layers: int, filters: int) -> dict[str, Any]:
    params = {"layers": layers, "kind": "separable", "filters": filters, "kernel": 3, "depth_multiplier": 1}
    return {**params, "residual": False} if layers > 1 else params


def _inverted(layers: int, filters: int, *, expansion: float, kernel: int = 3, squeeze: float = 0.0) -> dict[str, Any]:
    params = {"layers": layers, "kind": "inverted_residual", "filters": filters, "kernel": kernel}
    return {**params, "expansion": expansion, "squeeze_excite": squeeze}


def _xception(layers: int, filters: int) -> dict[str, Any]:
    return {"layers": layers, "kind": "xception", "filters": filters, "kernel": 3}


_NONE = {"layers": 0}
_QUARTER, _SIXTEENTH = 1 / 4, 1 / 16

_START_POINTS = {
    "MobileNetV1": _start_point(
        _separable(1, 32), _separable(2, 64), _separable(3, 128), _separable(2, 256), activation="relu", stem=16, last=0
    ),
    "MobileNetV2": _start_point(
        _inverted(1, 16, expansion=1.0),
        _inverted(2, 24, expansion=6.0),
        _inverted(2, 32, expansion=6.0),
        _inverted(2, 64, expansion=6.0),
        activation="relu",
        stem=16,
        last=256,
    ),
    "MobileNetV3": _start_point(
        _inverted(1, 16, expansion=1.0, squeeze=_QUARTER),
        _inverted(2, 24, expansion=4.0),
        _inverted(2, 48, expansion=4.0, kernel=5, squeeze=_QUARTER),
        _inverted(2, 96, expansion=4.0, kernel=5, squeeze=_QUARTER),
        activation="hard_silu",
        stem=16,
        last=256,
    ),
    "EfficientNet": _start_point(
        _inverted(1, 16, expansion=1.0, squeeze=_QUARTER),
        _inverted(2, 24, expansion=4.0, squeeze=_SIXTEENTH),
        _inverted(2, 48, expansion=4.0, kernel=5, squeeze=_SIXTEENTH),
        _inverted(2, 96, expansion=4.0, squeeze=_SIXTEENTH),
        activation="silu",
        stem=16,
        last=256,
    ),
    "Xception": _start_point(
        _NONE, _xception(1, 64), _xception(2, 96), _xception(1, 128), activation="relu", stem=24, last=256
    ),
}
"""The networks of `reference.FAMILIES`."""
