"""What a network is, in numbers, against Keras's own model and by hand."""

import math
from random import Random

import numpy as np
import pytest

from search.optimizer.networks.describe import random_networks
from search.optimizer.networks.features import GROUPS, features_of
from spaces.architecture import Architecture
from spaces.blocks import InvertedResidual, MaxPool, SeparableConv, StandardConv
from spaces.heads import GlobalAverageHead
from spaces.hybrid import HybridSpace

NETWORK = Architecture(
    (32, 32, 3),
    (
        StandardConv(16, strides=2, bias=False),  # 16x16
        SeparableConv(32, 5, bias=False),
        MaxPool(),  # 8x8
        InvertedResidual(32, strides=2, expansion=2.0),  # 4x4
    ),
    GlobalAverageHead(10),
)


def test_of_a_network_by_hand():
    cost = NETWORK.cost()
    parameters, activations, field, side, channels, depthwise, others, *rest = features_of(cost, side=32)
    assert parameters == pytest.approx(math.log10(1 + cost.parameters) / 6)
    maps = 16 * 16 * (16 + 16 + 32) + 8 * 8 * 64 + 4 * 4 * (64 + 32)
    assert activations == pytest.approx(math.log10(1 + maps) / 6)
    # 3 pixels; 5x5 at steps of 2: + 4 * 2; pool: + 1 * 2; 3x3 at steps of 4: + 2 * 4.
    assert field == pytest.approx(math.log2(3 + 8 + 2 + 8) / 7)
    assert (side, channels) == (2 / 5, 5 / 8)
    in_depthwise = 16 * 16 * 25 * 16 + 4 * 4 * 9 * 64
    assert depthwise == pytest.approx(in_depthwise / cost.multiply_adds)
    assert others == pytest.approx(16 * 16 * 27 * 16 / cost.multiply_adds)
    widths, layers = rest[:5], rest[5:]
    assert widths == pytest.approx([math.log2(1 + width) / 8 for width in (0, 32, 64, 64, 0)])
    assert layers == pytest.approx([math.log2(1 + number) / 3 for number in (0, 2, 0, 1, 0)])


@pytest.mark.parametrize("number", range(6))
def test_the_receptive_field_is_what_a_gradient_reaches(number):
    import keras
    import tensorflow as tf

    space = HybridSpace(input_shape=(32, 32, 1))
    networks = (n for _, n, _ in random_networks(space, Random(4), draws=300))
    usable = [n for n in networks if not any(getattr(b, "squeeze_excite", 0) for b in n.blocks)]
    network = usable[number]
    model = network.build()
    layer = "flatten" if network.head.kind == "flatten" else "global_average"
    maps = keras.Model(model.inputs, model.get_layer(layer).input)
    for variable in maps.weights:  # Positive weights: no gradient cancels another.
        variable.assign(tf.abs(variable) + 0.01)
    image = tf.Variable(np.random.default_rng(0).uniform(1, 2, (1, 32, 32, 1)).astype(np.float32))
    with tf.GradientTape() as tape:
        outputs = maps(image)
        middle = outputs[0, outputs.shape[1] // 2, outputs.shape[2] // 2]
        loss = tf.reduce_sum(middle)
    reached = np.flatnonzero(np.abs(tape.gradient(loss, image).numpy()[0, :, :, 0]).sum(axis=0))
    field = 2 ** (7 * features_of(network.cost(), side=32)[2])
    extent = reached.max() - reached.min() + 1
    # A max-pool passes the gradient of one pixel of each window; at the border a part of the field is outside.
    assert extent <= field
    if field < 16 and not any(isinstance(block, MaxPool) for block in network.blocks):
        assert extent == field


def test_all_networks_have_the_same_numbers_of_about_one():
    space = HybridSpace()
    for _, _, cost in random_networks(space, Random(0), draws=300):
        values = features_of(cost, side=32)
        assert len(values) == len(GROUPS)
        assert np.isfinite(values).all() and min(values) >= 0 and max(values) < 3
