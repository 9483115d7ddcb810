"""Fixed networks that a search can be compared with."""

from collections.abc import Sequence
from typing import Any

from spaces.architecture import Architecture
from spaces.blocks import Block, InvertedResidual, Residual, SeparableConv, StandardConv, Xception
from spaces.heads import GlobalAverageHead
from spaces.hybrid import HybridSpace
from spaces.shapes import ImageShape

CIFAR10_SHAPE = (32, 32, 3)


def standard_cnn(*, input_shape: ImageShape = CIFAR10_SHAPE, classes: int = 10) -> Architecture:
    """Three standard convolutions of 32, 64 and 128 filters, a max-pool after each, and a dense head.

    357,706 parameters and 10.6 M multiply-adds on CIFAR-10.
    """
    return HybridSpace(input_shape=input_shape, classes=classes).start_network("StandardCNN")


def separable_cnn(*, input_shape: ImageShape = CIFAR10_SHAPE, classes: int = 10) -> Architecture:
    """The same network as `standard_cnn`, but with depthwise separable convolutions.

    275,909 parameters and 1.5 M multiply-adds on CIFAR-10.
    """
    return HybridSpace(input_shape=input_shape, classes=classes).start_network("SeparableCNN")


def resnet8(*, input_shape: ImageShape = CIFAR10_SHAPE, classes: int = 10) -> Architecture:
    """The image classifier of MLPerf Tiny: three residual blocks of 16, 32 and 64 filters.

    78,666 parameters and 12.5 M multiply-adds on CIFAR-10.

    References:
        Banbury et al. (2021), MLPerf Tiny benchmark, arXiv:2106.07597.
    """
    blocks: tuple[Block, ...] = (
        StandardConv(16),
        Residual((StandardConv(16), StandardConv(16, activation="linear")), activation="relu"),
        _halving_residual(32),
        _halving_residual(64),
    )
    return Architecture(input_shape, blocks, GlobalAverageHead(classes))


def hybrid_cnn(*, input_shape: ImageShape = CIFAR10_SHAPE, classes: int = 10) -> Architecture:
    """A standard first layer, then separable ones that are wide where the maps are small. Made by hand.

    114,650 parameters and 3.6 M multiply-adds on CIFAR-10.
    """
    return HybridSpace(input_shape=input_shape, classes=classes).start_network("HybridCNN")


def hybrid_cnn_l(*, input_shape: ImageShape = CIFAR10_SHAPE, classes: int = 10) -> Architecture:
    """An inverted residual with squeeze-and-excite, then separable layers in two stages, and swish.

    111,890 parameters and 4.9 M multiply-adds on CIFAR-10.
    """
    return HybridSpace(input_shape=input_shape, classes=classes).start_network("HybridCNN-L")


def hybrid_cnn_m(*, input_shape: ImageShape = CIFAR10_SHAPE, classes: int = 10) -> Architecture:
    """A `hybrid_cnn_l` with three quarters of the filters in its first layers.

    102,710 parameters and 3.4 M multiply-adds on CIFAR-10.
    """
    return HybridSpace(input_shape=input_shape, classes=classes).start_network("HybridCNN-M")


def hybrid_cnn_s(*, input_shape: ImageShape = CIFAR10_SHAPE, classes: int = 10) -> Architecture:
    """Two inverted residuals on small maps, then wide separable layers, and swish.

    105,886 parameters and 0.9 M multiply-adds on CIFAR-10.
    """
    return HybridSpace(input_shape=input_shape, classes=classes).start_network("HybridCNN-S")


def hybrid_cnn_xs(*, input_shape: ImageShape = CIFAR10_SHAPE, classes: int = 10) -> Architecture:
    """An inverted residual on small maps, then three separable layers, and swish.

    17,659 parameters and 0.2 M multiply-adds on CIFAR-10.
    """
    return HybridSpace(input_shape=input_shape, classes=classes).start_network("HybridCNN-XS")


def mobilenet_v1(*, input_shape: ImageShape = CIFAR10_SHAPE, classes: int = 10) -> Architecture:
    """A small MobileNet: separable convolutions, some with strides. BatchNorm follows the pair, not each half.

    160,554 parameters and 7.3 M multiply-adds on CIFAR-10.

    References:
        Howard et al. (2017), MobileNets, arXiv:1704.04861.
    """
    stages = ((SeparableConv, 1, 32), (SeparableConv, 2, 64), (SeparableConv, 3, 128), (SeparableConv, 2, 256))
    blocks: list[Block] = [_stem(16), *_stages(stages, bias=False)]
    return Architecture(input_shape, tuple(blocks), GlobalAverageHead(classes))


def mobilenet_v2(*, input_shape: ImageShape = CIFAR10_SHAPE, classes: int = 10) -> Architecture:
    """A small MobileNetV2: inverted residuals with an expansion of 6.

    140,234 parameters and 9.2 M multiply-adds on CIFAR-10.

    References:
        Sandler et al. (2018), MobileNetV2, arXiv:1801.04381.
    """
    first = InvertedResidual(16, expansion=1.0)
    stages = ((InvertedResidual, 2, 24), (InvertedResidual, 2, 32), (InvertedResidual, 2, 64))
    blocks: list[Block] = [_stem(16), first, *_stages(stages, first=2, expansion=6.0), _last(256)]
    return Architecture(input_shape, tuple(blocks), GlobalAverageHead(classes))


def mobilenet_v3(*, input_shape: ImageShape = CIFAR10_SHAPE, classes: int = 10) -> Architecture:
    """A small MobileNetV3: inverted residuals, windows of 5x5, squeeze-and-excite of a quarter, hard swish.

    312,086 parameters and 9.2 M multiply-adds on CIFAR-10.

    References:
        Howard et al. (2019), Searching for MobileNetV3, arXiv:1905.02244.
    """
    swish = "hard_silu"
    options: dict[str, Any] = {"kernel_size": 5, "squeeze_excite": 1 / 4, "activation": swish}
    blocks: list[Block] = [
        _stem(16, swish),
        InvertedResidual(16, expansion=1.0, squeeze_excite=1 / 4, activation=swish),
        *_stages([(InvertedResidual, 2, 24)], first=2, expansion=4.0, activation=swish),
        *_stages([(InvertedResidual, 2, 48), (InvertedResidual, 2, 96)], first=2, expansion=4.0, **options),
        _last(256, swish),
    ]
    return Architecture(input_shape, tuple(blocks), GlobalAverageHead(classes))


def efficientnet(*, input_shape: ImageShape = CIFAR10_SHAPE, classes: int = 10) -> Architecture:
    """A small EfficientNet: inverted residuals, squeeze-and-excite of a quarter of each block's input, swish.

    218,142 parameters and 8.9 M multiply-adds on CIFAR-10.

    References:
        Tan, Le (2019), EfficientNet, arXiv:1905.11946.
    """
    options: dict[str, Any] = {"expansion": 4.0, "squeeze_excite": 1 / 16, "activation": "silu"}
    blocks: list[Block] = [
        _stem(16, "silu"),
        InvertedResidual(16, expansion=1.0, squeeze_excite=1 / 4, activation="silu"),
        *_stages([(InvertedResidual, 2, 24)], first=2, **options),
        *_stages([(InvertedResidual, 2, 48)], first=2, kernel_size=5, **options),
        *_stages([(InvertedResidual, 2, 96)], first=2, **options),
        _last(256, "silu"),
    ]
    return Architecture(input_shape, tuple(blocks), GlobalAverageHead(classes))


def xception(*, input_shape: ImageShape = CIFAR10_SHAPE, classes: int = 10) -> Architecture:
    """A small Xception: separable convolutions after their activations, and a residual connection around each two.

    134,506 parameters and 6.7 M multiply-adds on CIFAR-10.

    References:
        Chollet (2017), Xception, CVPR.
    """
    stages = ((Xception, 1, 64), (Xception, 2, 96), (Xception, 1, 128))
    blocks: list[Block] = [_stem(24), *_stages(stages, first=2), _last(256)]
    return Architecture(input_shape, tuple(blocks), GlobalAverageHead(classes))


CLASSICS = {"StandardCNN": standard_cnn, "SeparableCNN": separable_cnn, "ResNet-8": resnet8}

HAND_MADE = {
    "HybridCNN": hybrid_cnn,
    "HybridCNN-L": hybrid_cnn_l,
    "HybridCNN-M": hybrid_cnn_m,
    "HybridCNN-S": hybrid_cnn_s,
    "HybridCNN-XS": hybrid_cnn_xs,
}
"""Start points of the hybrid space besides StandardCNN and SeparableCNN."""

FAMILIES = {
    "MobileNetV1": mobilenet_v1,
    "MobileNetV2": mobilenet_v2,
    "MobileNetV3": mobilenet_v3,
    "EfficientNet": efficientnet,
    "Xception": xception,
}
"""Small versions of well-known families."""

REFERENCES = {**CLASSICS, **HAND_MADE, **FAMILIES}
"""Each is a point of the hybrid space."""


def _stem(filters: int, activation: str = "relu") -> StandardConv:
    return StandardConv(filters, bias=False, activation=activation)


def _last(filters: int, activation: str = "relu") -> StandardConv:
    return StandardConv(filters, 1, bias=False, activation=activation)


def _stages(
    stages: Sequence[tuple[type[SeparableConv | InvertedResidual | Xception], int, int]],
    *,
    first: int = 1,
    **options: Any,
) -> list[Block]:
    """Blocks of several stages.

    Args:
        stages: Kind of block, number of blocks and filters, for each stage.
        first: Strides of the very first block. The first block of each later stage has strides of 2.
        options: Further arguments of every block.
    """
    blocks: list[Block] = []
    for index, (kind, layers, filters) in enumerate(stages):
        all_strides = [2 if index else first] + [1] * (layers - 1)
        blocks += [kind(filters, strides=strides, **options) for strides in all_strides]
    return blocks


def _halving_residual(filters: int) -> Residual:
    body = (StandardConv(filters, strides=2), StandardConv(filters, activation="linear"))
    shortcut = StandardConv(filters, kernel_size=1, strides=2, batch_norm=False, activation="linear")
    return Residual(body, shortcut, activation="relu")
