"""The bias that BatchNorm removes again: with it or without it, a block can learn the same functions."""

import dataclasses
import functools
from typing import TypeVar

from spaces.blocks.convolutions import SeparableConv, StandardConv
from spaces.blocks.protocol import Block
from spaces.blocks.residual import Residual

C = TypeVar("C", bound=StandardConv | SeparableConv)


@functools.lru_cache(maxsize=100_000)
def without_redundant_bias(block: Block) -> Block:
    """The same block without the biases of convolutions right before a BatchNorm.

    BatchNorm subtracts the mean of each channel, and a bias only moves that mean.
    """
    if isinstance(block, StandardConv | SeparableConv):
        return _of_convolution(block)
    if isinstance(block, Residual):
        shortcut = _of_convolution(block.shortcut) if block.shortcut else None
        return Residual(tuple(map(_of_convolution, block.body)), shortcut, block.activation)
    return block


def _of_convolution(convolution: C) -> C:
    return dataclasses.replace(convolution, bias=False) if convolution.bias and convolution.batch_norm else convolution
