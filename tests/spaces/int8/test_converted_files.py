"""Operators, RAM and flash beside real int8 files and TensorFlow Lite Micro's own interpreter."""

from random import Random

import pytest

from search.devices import micro
from search.optimizer.networks.hyperparameters import RandomHyperParameters
from spaces import reference
from spaces.architecture import Architecture
from spaces.blocks import (
    ACTIVATIONS,
    InvertedResidual,
    MaxPool,
    Residual,
    Resize,
    SeparableConv,
    StandardConv,
    Xception,
)
from spaces.heads import FlattenHead, GlobalAverageHead
from spaces.hybrid import HybridSpace
from tests.spaces.int8.converted import int8_file, operators

pytest.importorskip("tflite_micro", reason="the extra microcontroller is not installed")

OUTSIDE_TFLM = ("gelu",)
"""Activations for which TensorFlow Lite Micro has no kernel."""


def every_kind_of_block(activation, *, head, shape=(24, 20, 3)):
    """A network of all blocks, behind each other and behind max-pools, and with as well as without projections."""
    conv, last = StandardConv(8, activation=activation), StandardConv(8, activation="linear")
    halving = StandardConv(12, strides=2, activation=activation)
    blocks = (
        Resize(16, 16),
        StandardConv(8, 5, activation=activation, batch_norm=False, bias=False),
        Residual((conv, last), activation=activation),
        Xception(8, activation=activation),
        InvertedResidual(8, expansion=2.0, squeeze_excite=0.25, activation=activation),
        Xception(12, 5, strides=2, convolutions=3, activation=activation),
        MaxPool(),
        Xception(12, activation=activation),
        Residual((halving, StandardConv(12, activation="linear")), StandardConv(12, 1, strides=2, activation="linear")),
        SeparableConv(16, depth_multiplier=2, activation=activation),
        InvertedResidual(24, kernel_size=5, expansion=1.0, squeeze_excite=0.5, activation=activation),
    )
    return Architecture(shape, blocks, head)


def random_network(seed, *, shape=(32, 32, 3), classes=10):
    space, random = HybridSpace(input_shape=shape, classes=classes), Random(seed)
    while True:
        network = space.architecture(RandomHyperParameters(random))
        if network.cost().parameters < 1_000_000:
            return network


def predicted(architecture):
    """All operators of a network, with constants that do not say whether they are zeros."""
    rows = architecture.operators()
    return [
        row._replace(constants=tuple(constant._replace(is_zero=False) for constant in row.constants)) for row in rows
    ]


def assert_ram_and_flash(architecture, file):
    cost = architecture.cost()
    assert cost.ram_bytes == micro.arena(file).tensors, architecture.words()
    assert cost.flash_bytes == pytest.approx(len(file), rel=0.01, abs=150), architecture.words()


@pytest.mark.parametrize(
    "activation",
    [
        "relu",
        "silu",
        *(pytest.param(other, marks=pytest.mark.long) for other in ACTIVATIONS if other not in ("relu", "silu")),
    ],
)
def test_each_kind_of_block_becomes_the_operators_that_it_says(activation):
    head = GlobalAverageHead(2) if activation == "silu" else FlattenHead(10, units=16)
    architecture = every_kind_of_block(activation, head=head)
    file = int8_file(architecture)
    if activation != "elu":  # What an ELU gives as float32 may be read by the next one as well.
        assert operators(file) == predicted(architecture)
    if activation not in OUTSIDE_TFLM:
        assert_ram_and_flash(architecture, file)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 100))])
def test_a_random_network_needs_the_ram_and_flash_that_are_predicted(seed):
    architecture = random_network(seed)
    file = int8_file(architecture, seed=seed)
    assert operators(file) == predicted(architecture)
    assert_ram_and_flash(architecture, file)


@pytest.mark.parametrize(
    "architecture",
    [
        Architecture((8, 8, 3), (), GlobalAverageHead(2)),
        pytest.param(Architecture((8, 8, 1), (MaxPool(8),), FlattenHead(2)), marks=pytest.mark.long),
        pytest.param(
            Architecture((8, 8, 3), (Xception(3), InvertedResidual(3)), GlobalAverageHead(2)), marks=pytest.mark.long
        ),
        pytest.param(
            Architecture(
                (8, 8, 1),
                (
                    StandardConv(4),
                    MaxPool(8),
                    SeparableConv(4),
                    InvertedResidual(4),
                    Residual((StandardConv(4),)),
                    Xception(8),
                ),
                GlobalAverageHead(2),
            ),
            marks=pytest.mark.long,
        ),
        pytest.param(random_network(1, shape=(48, 48, 1), classes=2), marks=pytest.mark.long),
        pytest.param(random_network(2, shape=(96, 96, 3), classes=2), marks=pytest.mark.long),
        *[pytest.param(make(), marks=pytest.mark.long) for make in reference.REFERENCES.values()],
    ],
    ids=lambda architecture: architecture.words(),
)
def test_ram_and_flash_of_small_and_well_known_networks(architecture):
    assert_ram_and_flash(architecture, int8_file(architecture))
