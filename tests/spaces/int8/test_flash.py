"""The size of a file: what a weight, a channel and a layer add to it."""

import pytest

from spaces.architecture import Architecture
from spaces.blocks import Residual, SeparableConv, StandardConv
from spaces.heads import FlattenHead, GlobalAverageHead

AVERAGE = GlobalAverageHead(2)


def flash(*blocks, head=AVERAGE, shape=(32, 32, 16)):
    return Architecture(shape, blocks, head).cost().flash_bytes


def test_a_weight_is_a_byte():
    small, large = (flash(StandardConv(16, kernel_size)) for kernel_size in (3, 7))
    assert large - small == (49 - 9) * 16 * 16


def test_a_channel_has_two_scales_a_zero_point_and_a_bias():
    """The bias has 4 bytes, its scale and the one of the weights 4 each. All zero points of 8 bytes are 0."""
    small, large = (flash(head=FlattenHead(2, units=units)) for units in (128, 256))
    inputs = 32 * 32 * 16
    assert large - small == 128 * (inputs + 4 + 2 * 4 + 8 + 2)


def test_layers_of_one_width_share_their_zero_points():
    once, twice = (flash(*[StandardConv(64)] * count, shape=(32, 32, 64)) for count in (1, 2))
    layer = twice - once
    assert 64 * (9 * 64 + 4 + 2 * 4) < layer < 64 * (9 * 64 + 4 + 2 * 4) + 300


def test_a_depthwise_convolution_has_a_bias_of_zeros_that_is_in_the_file_once():
    once, twice, thrice = (flash(*[SeparableConv(16)] * count) for count in (1, 2, 3))
    assert twice - once == thrice - twice
    weights, scales, bias = 9 * 16 + 16 * 16, 4 * 4 * 16, 4 * 16
    assert weights + scales + bias < twice - once < weights + scales + bias + 600


@pytest.mark.parametrize("kind", ["ReLU", "swish"])
def test_an_addition_and_an_activation_add_no_weights(kind):
    block = StandardConv(16, activation="relu" if kind == "ReLU" else "silu")
    plain, residual = flash(block), flash(Residual((block,)))
    assert 0 < residual - plain < 200
