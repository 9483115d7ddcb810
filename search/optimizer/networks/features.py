"""What a network is, in numbers that the surrogate compares: size, depth, width and what its layers are.

Params say how a network was asked for. Two networks may differ in many params and be much alike, or in one and not be.
The numbers follow from the cost by layer, so nothing is built, and a user's hypermodel has them as well.
"""

import math
from collections.abc import Sequence

import numpy as np

from search.optimizer.arrays import IntArray
from spaces.cost import Cost, LayerCost

SIZES = 5
"""Maps of the image's size, of half of it, of a quarter, ...; the last stands for all smaller ones."""

GROUPS: IntArray = np.repeat(np.arange(8), [1, 1, 1, 1, 1, 2, SIZES, SIZES])
"""Which of the numbers of `features_of` share a length scale."""

PARAMETERS = 0
"""Index of the logarithm of the number of parameters."""


def features_of(cost: Cost, *, side: int) -> list[float]:
    """Numbers of about 0 to 1.

    Args:
        cost: By layer.
        side: Pixels of the image's shorter side.
    Returns:
        Logarithms of parameters, of all activations, of the receptive field, and of the side and the channels of the
        last maps; the shares of depthwise and of other windows in the multiply-adds; the largest number of channels of
        the maps of each size, and the number of layers with windows that give maps of that size, as logarithms.
    """
    maps = [layer for layer in cost.layers if len(layer.output_shape) == 3]
    windows = [layer for layer in maps if layer.kernel_size > 1]
    total = max(1, cost.multiply_adds)
    depthwise = sum(layer.multiply_adds for layer in windows if layer.kind == "DepthwiseConv2D")
    others = sum(layer.multiply_adds for layer in windows) - depthwise
    channels, layers = [0] * SIZES, [0] * SIZES
    for layer in maps:
        size = _size(layer, side)
        channels[size] = max(channels[size], layer.output_shape[2])
        layers[size] += layer.kernel_size > 1
    last = maps[-1].output_shape if maps else (1, 1, 1)
    return [
        math.log10(1 + cost.parameters) / 6,
        math.log10(1 + sum(math.prod(layer.output_shape) for layer in maps if layer.multiply_adds)) / 6,
        math.log2(_receptive_field(maps, side)) / 7,
        math.log2(min(last[:2])) / 5,
        math.log2(last[2]) / 8,
        depthwise / total,
        others / total,
        *(math.log2(1 + number) / 8 for number in channels),
        *(math.log2(1 + number) / 3 for number in layers),
    ]


def _size(layer: LayerCost, side: int) -> int:
    """Index of the size of a layer's output: how often it was halved."""
    return min(SIZES - 1, max(0, round(math.log2(side / min(layer.output_shape[:2])))))


def _receptive_field(maps: Sequence[LayerCost], side: int) -> float:
    """Pixels of the image that a value of the last maps sees, in one direction."""
    field, step = 1.0, 1.0  # Pixels between two neighbouring values.
    for layer in maps:
        step_after = side / min(layer.output_shape[:2])
        window = layer.kernel_size or (step_after / step if layer.kind.startswith("Max") else 1)
        field += (window - 1) * step
        step = step_after
    return field
