"""The blocks of a network. Each kind defines its output shape, its cost, its int8 operators and its Keras
layers in one class.

A new kind is one frozen dataclass with `kind`, `output_shape`, `layers`, `operators`, `build` and `words`, listed in
`BLOCKS`.
"""

from spaces.blocks.convolutions import SeparableConv, StandardConv
from spaces.blocks.inverted_residual import InvertedResidual
from spaces.blocks.norm_activation import ACTIVATIONS, BATCH_NORM_MOMENTUM
from spaces.blocks.pooling import MaxPool, Resize
from spaces.blocks.protocol import Block
from spaces.blocks.residual import Residual
from spaces.blocks.xception import Xception

_KINDS: tuple[type[Block], ...] = (
    StandardConv,
    SeparableConv,
    InvertedResidual,
    Xception,
    MaxPool,
    Resize,
    Residual,
)

BLOCKS = {block.kind: block for block in _KINDS}
"""Every kind of block by its name in files."""

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
