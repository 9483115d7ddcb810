"""The notation: the word of each block, and a legend that explains the marks that occur and no others."""

import pytest

from spaces.blocks import InvertedResidual, Resize, SeparableConv, StandardConv, Xception
from spaces.notation import legend


@pytest.mark.parametrize(
    ("networks", "explanation"),
    [
        ([], ""),
        (["C8 | average"], "C standard convolution, then filters; | max-pool; then the head"),
        (
            ["C8b | S16x2 | (S32)+", "C8b | flatten 128"],
            "C standard convolution, S separable, then filters; x2 depth multiplier; b bias; ( )+ residual; "
            "| max-pool; then the head",
        ),
        (
            ["@24 I16x4k5/2hq25 average"],
            "I inverted residual, then filters; I32x4 expansion; k5 5x5 kernel; /2 stride 2; h hard swish; q25 "
            "squeeze-and-excite of 25 %; @24 resized; then the head",
        ),
        (["X32w average"], "X Xception's block, then filters; w swish; then the head"),
    ],
)
def test_the_legend_explains_what_occurs(networks, explanation):
    assert legend(networks) == explanation


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (StandardConv(8), "C8b"),
        (StandardConv(8, 1, bias=False, activation="silu"), "C8k1w"),
        (SeparableConv(16, 5, strides=2, depth_multiplier=2, bias=False), "S16x2k5/2"),
        (InvertedResidual(24, expansion=4.0), "I24x4"),
        (
            InvertedResidual(24, 5, strides=2, expansion=1.5, squeeze_excite=1 / 16, activation="hard_silu"),
            "I24x1.5k5/2hq6",
        ),
        (Xception(32), "X32"),
        (Xception(32, strides=2, convolutions=3), "X32x3/2"),
        (Resize(24, 24), "@24"),
        (Resize(24, 18), "@24x18"),
    ],
)
def test_a_block_is_a_word(block, words):
    assert block.words() == words
