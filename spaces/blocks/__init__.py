"""The blocks of a network: for each kind its shape, its cost and its Keras layers, side by side.

A new kind is one frozen dataclass with a `kind`, `output_shape`, `layers`, `build` and `words`, listed in `BLOCKS`.
"""

from spaces.blocks.convolutions import SeparableConv, StandardConv
from spaces.blocks.inverted_residual import InvertedResidual
from spaces.blocks.norm_activation import ACTIVATIONS, BATCH_NORM_MOMENTUM
from spaces.blocks.pooling import MaxPool, Resize
from spaces.blocks.protocol import Block
from spaces.blocks.residual import Residual
from spaces.blocks.xception import Xception

BLOCKS = {
    block.kind: block for block in (StandardConv, SeparableConv, InvertedResidual, Xception, MaxPool, Resize, Residual)
}
"""Every kind by its name in files."""

__all__ = [
    "ACTIVATIONS",
    "BATCH_NORM_MOMENTUM",
    "BLOCKS",
    "Block",
    "InvertedResidual",
    "MaxPool",
    "Residual",
    "Resize",
    "SeparableConv",
    "StandardConv",
    "Xception",
]
