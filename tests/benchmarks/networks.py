"""The networks that several benchmarks train."""

from collections.abc import Iterable
from typing import Any

from spaces.architecture import Architecture
from spaces.blocks import Block, InvertedResidual, MaxPool, Residual, SeparableConv, StandardConv
from spaces.heads import GlobalAverageHead
from spaces.reference import CIFAR10_SHAPE, hybrid_cnn, resnet8, separable_cnn, standard_cnn

POOL = MaxPool()


def _standard(filters: int, strides: int = 1, **options: Any) -> StandardConv:
    return StandardConv(filters, strides=strides, bias=False, **options)


def _separable(filters: int, strides: int = 1, *, multiplier: int = 1, activation: str = "relu") -> SeparableConv:
    return SeparableConv(filters, strides=strides, depth_multiplier=multiplier, bias=False, activation=activation)


def _residual(filters: int, activation: str = "relu") -> Residual:
    return Residual((_separable(filters, activation=activation),))


def _network(*blocks: Block) -> Architecture:
    return Architecture(CIFAR10_SHAPE, blocks, GlobalAverageHead(10))


def _inverted_residuals(rows: Iterable[tuple[int, float, int]], **options: Any) -> Architecture:
    activation = options["activation"]
    blocks = (
        InvertedResidual(filters, expansion=expansion, strides=strides, **options)
        for filters, expansion, strides in rows
    )
    last = _standard(128, kernel_size=1, activation=activation)
    return _network(_standard(16, 2, activation=activation), *blocks, last)


def _wide(stem: StandardConv, *filters: int, activation: str = "relu") -> Architecture:
    blocks: list[Block] = [stem]
    for index, width in enumerate(filters):
        multiplier, strides = (1, 2) if index else (2, 1)
        blocks.append(_separable(width, strides, multiplier=multiplier, activation=activation))
        blocks.append(_residual(width, activation))
    return _network(*blocks)


def hybrid() -> Architecture:
    """A standard first layer and separable ones after it: 6.7 M multiply-adds."""
    first = (_standard(32), _separable(64), POOL, _residual(64), POOL)
    return _network(*first, _separable(128), _residual(128), POOL, _separable(256))


NETWORKS = {"standard": standard_cnn(), "separable": separable_cnn(), "hybrid": hybrid(), "resnet8": resnet8()}

FOUND = [
    _network(_standard(8, 2), _separable(32, 2), _separable(64), _separable(64, 2), _residual(64)),
    _network(_standard(8, 2), _separable(32, 2, multiplier=2), _separable(64), _separable(96, 2), _residual(96)),
    _network(_separable(16), POOL, _separable(24), POOL, _separable(96), POOL, _separable(64), _separable(192)),
    _network(
        _standard(12, 2),
        _separable(48, 2, multiplier=2),
        _residual(48),
        _separable(96, 2),
        _residual(96),
        _separable(128),
    ),
    _network(
        _standard(16, 2),
        _separable(48, 2, multiplier=2),
        _residual(48),
        _separable(96, 2, multiplier=2),
        _residual(96),
        _residual(96),
    ),
    _inverted_residuals([(16, 2, 2), (16, 3, 1), (32, 3, 2), (32, 3, 1)], activation="silu"),
    _inverted_residuals([(16, 3, 2), (24, 4, 1), (32, 4, 2), (32, 4, 1)], squeeze_excite=1 / 4, activation="hard_silu"),
    hybrid_cnn(),
    _wide(_standard(24, 2, activation="silu"), 64, 128, 192, activation="silu"),
    _network(_standard(24), _standard(48, 2), _standard(96, 2), _standard(96)),
]
"""Networks as the fronts of searches have them: 0.3 to 11.3 M multiply-adds."""
