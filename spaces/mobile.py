"""The blocks of the MobileNets, of Xception and of EfficientNet, beside standard and separable convolutions."""

from collections.abc import Mapping, Sequence
from typing import Any

from spaces.architecture import Architecture
from spaces.blocks import Block, InvertedResidual, MaxPool, Residual, Resize, SeparableConv, StandardConv, Xception
from spaces.cost import Shape
from spaces.heads import GlobalAverageHead

STEM_FILTERS = (8, 16, 24, 32)

FILTERS = (
    (8, 16, 24, 32, 48),
    (16, 24, 32, 48, 64, 96),
    (24, 32, 48, 64, 96, 128, 192),
    (32, 48, 64, 96, 128, 192, 256),
)
"""Filters to choose from, by stage."""

LAYERS = ((0, 1, 2), (1, 2, 3), (1, 2, 3), (0, 1, 2, 3))
"""Numbers of layers to choose from, by stage; a layer of Xception's kind is a block of two convolutions."""

KINDS = ("standard", "separable", "inverted_residual", "xception")
ACTIVATIONS = ("relu", "hard_silu", "silu")
KERNEL_SIZES = (3, 5)
DEPTH_MULTIPLIERS = (1, 2)
EXPANSIONS = (1.0, 2.0, 3.0, 4.0, 6.0)
SQUEEZES = (0.0, 1 / 16, 1 / 4)
"""Shares of squeeze-and-excite: none, EfficientNet's at an expansion of 4, MobileNetV3's."""

LAST_FILTERS = (0, 64, 128, 256)
"""Of a last 1x1 convolution before the mean; 0 for none."""

EIGHTHS = (6, 7, 8)
"""Resolutions, of the image's sides: 24, 28 and 32 pixels of CIFAR-10's 32."""

LEAST_SIDE = 8


class MobileSpace:
    """A first convolution, four stages of one kind of layer each, perhaps a last 1x1 convolution, and a global average.

    The image may be resized first. Each stage chooses its kind (standard, separable, inverted residual, Xception's),
    its number of layers, its filters and its windows, and what its kind has beside these: the depth multiplier, the
    expansion and the squeeze-and-excite, whether inputs are added. From the second stage on each halves its maps, by a
    max-pool in front or by the steps of its first layer. The activation is one for all; no convolution has a bias.

    Args:
        input_shape: (height, width, channels); at least 8 pixels a side.
        classes: Number of classes.
    Raises:
        ValueError: If the image is smaller.
    """

    name = "mobile"

    def __init__(self, *, input_shape: Shape = (32, 32, 3), classes: int = 10) -> None:
        if min(input_shape[:2]) < LEAST_SIDE:
            raise ValueError(
                f"the mobile space halves an image up to four times and needs {LEAST_SIDE} pixels a side; got "
                f"{input_shape[0]}x{input_shape[1]}. Use larger images."
            )
        self.input_shape = tuple(input_shape)
        self.classes = classes

    def architecture(self, hp) -> Architecture:
        """The network that the answers of `hp` (KerasTuner's interface) describe; nothing is built."""
        activation = hp.Choice("activation", ACTIVATIONS)
        network = _Network(self.input_shape)
        network.append(*self._resized(hp), _stem(hp, activation))
        for stage in range(1, len(FILTERS) + 1):
            _append_stage(network, hp, stage, activation)
        network.append(*_last(hp, activation))
        return Architecture(self.input_shape, tuple(network.blocks), GlobalAverageHead(self.classes))

    def build(self, hp):
        """The compiled Keras model, as a KerasTuner tuner wants it."""
        import keras

        model = self.architecture(hp).build()
        model.compile(keras.optimizers.Adam(0.001), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    def start_points(self) -> Mapping[str, Mapping[str, Any]]:
        """Networks that every study tries first: name to answers."""
        return {name: {"resolution": self.input_shape[0], **answers} for name, answers in _START_POINTS.items()}

    def _resized(self, hp) -> list[Resize]:
        height, width, _ = self.input_shape
        chosen = hp.Choice("resolution", [_eighths(height, eighths) for eighths in EIGHTHS])
        widths = {_eighths(height, eighths): _eighths(width, eighths) for eighths in EIGHTHS}
        return [] if chosen == height else [Resize(chosen, widths[chosen])]


class _Network:
    """Blocks so far, and the shape of what comes out of them."""

    def __init__(self, input_shape: Shape) -> None:
        self.blocks: list[Block] = []
        self.shape = input_shape

    def append(self, *blocks: Block) -> None:
        for block in blocks:
            self.blocks.append(block)
            self.shape = block.output_shape(self.shape)


def _eighths(side: int, eighths: int) -> int:
    return side * eighths // 8


def _stem(hp, activation: str) -> StandardConv:
    filters, strides = hp.Choice("stem_filters", STEM_FILTERS), hp.Choice("stem_strides", (1, 2))
    return StandardConv(filters, strides=strides, bias=False, activation=activation)


def _last(hp, activation: str) -> list[StandardConv]:
    filters = hp.Choice("last_filters", LAST_FILTERS)
    return [StandardConv(filters, 1, bias=False, activation=activation)] if filters else []


def _append_stage(network: _Network, hp, stage: int, activation: str) -> None:
    name, numbers = f"stage{stage}", LAYERS[stage - 1]
    count = hp.Choice(f"{name}_layers", numbers)
    if not count:
        return
    with hp.conditional_scope(f"{name}_layers", [number for number in numbers if number]):
        strides = 1 if stage == 1 else _halved(network, hp, name)
        layer = _layer(hp, name, FILTERS[stage - 1], activation)
        blocks = [layer(strides), *(layer(1) for _ in range(count - 1))]
        added = _may_add(blocks, network.shape) and hp.Boolean(f"{name}_residual")
    for block in blocks:
        network.append(Residual((block,)) if added and block.output_shape(network.shape) == network.shape else block)


def _halved(network: _Network, hp, name: str) -> int:
    """Strides of the stage's first layer, after a max-pool where one is chosen; there is none for a single pixel."""
    if min(network.shape[:2]) >= 2 and hp.Choice(f"{name}_halved_by", ("strides", "max_pool")) == "max_pool":
        network.append(MaxPool())
        return 1
    return 2


def _layer(hp, name: str, filters: Sequence[int], activation: str):
    """A function from strides to a block; every question about the block is asked."""
    kind = hp.Choice(f"{name}_kind", KINDS)
    chosen = {
        "filters": hp.Choice(f"{name}_filters", filters),
        "kernel_size": hp.Choice(f"{name}_kernel", KERNEL_SIZES),
        "activation": activation,
    }
    with hp.conditional_scope(f"{name}_kind", [kind]):
        if kind == "standard":
            return lambda strides: StandardConv(strides=strides, bias=False, **chosen)
        if kind == "separable":
            chosen["depth_multiplier"] = hp.Choice(f"{name}_depth_multiplier", DEPTH_MULTIPLIERS)
            return lambda strides: SeparableConv(strides=strides, bias=False, **chosen)
        if kind == "xception":
            return lambda strides: Xception(strides=strides, **chosen)
        chosen["expansion"] = hp.Choice(f"{name}_expansion", EXPANSIONS)
        chosen["squeeze_excite"] = hp.Choice(f"{name}_squeeze_excite", SQUEEZES)
        return lambda strides: InvertedResidual(strides=strides, **chosen)


def _may_add(blocks: Sequence[Block], shape: Shape) -> bool:
    """Whether some block could have its input added that does not add it anyway.

    Asked only there, so that no two sets of answers mean the same network.
    """
    if isinstance(blocks[0], InvertedResidual | Xception):
        return False
    return len(blocks) > 1 or blocks[0].output_shape(shape) == shape


def _start_point(*stages: Mapping[str, Any], activation: str, stem: int, last: int) -> dict[str, Any]:
    answers = {"activation": activation, "stem_filters": stem, "stem_strides": 1, "last_filters": last}
    for stage, chosen in enumerate(stages, start=1):
        halved = {} if stage == 1 or not chosen["layers"] else {"halved_by": "strides"}
        answers |= {f"stage{stage}_{name}": value for name, value in {**chosen, **halved}.items()}
    return answers


def _separable(layers: int, filters: int) -> dict[str, Any]:
    chosen = {"layers": layers, "kind": "separable", "filters": filters, "kernel": 3, "depth_multiplier": 1}
    return {**chosen, "residual": False} if layers > 1 else chosen


def _inverted(layers: int, filters: int, *, expansion: float, kernel: int = 3, squeeze: float = 0.0) -> dict[str, Any]:
    chosen = {"layers": layers, "kind": "inverted_residual", "filters": filters, "kernel": kernel}
    return {**chosen, "expansion": expansion, "squeeze_excite": squeeze}


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
