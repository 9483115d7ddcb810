"""The bias that BatchNorm removes again: with it or without it, a block can learn the same functions."""

import dataclasses
import functools

from spaces.blocks.convolutions import SeparableConv, StandardConv
from spaces.blocks.protocol import Block
from spaces.blocks.residual import Residual


@functools.lru_cache(maxsize=100_000)
def without_redundant_bias(block: Block) -> Block:
    """The same block without the biases of convolutions right before a BatchNorm.

    BatchNorm subtracts the mean of each channel, and a bias only moves that mean.
    """
    if isinstance(block, StandardConv | SeparableConv):
        return _of_convolution(block)
    if isinstance(block, Residual):
        shortcut = block.shortcut
        if shortcut and shortcut.bias and shortcut.batch_norm:
            shortcut = dataclasses.replace(shortcut, bias=False)
        return Residual(tuple(map(_of_convolution, block.body)), shortcut, block.activation)
    return block


def _of_convolution(convolution: StandardConv | SeparableConv) -> StandardConv | SeparableConv:
    return dataclasses.replace(convolution, bias=False) if convolution.bias and convolution.batch_norm else convolution
