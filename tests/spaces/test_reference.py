"""The reference networks: what their descriptions promise of their layers and of their cost."""

import re

import pytest

from spaces.blocks import InvertedResidual, SeparableConv, StandardConv, Xception
from spaces.reference import CLASSICS, FAMILIES, HAND_MADE, REFERENCES, separable_cnn, standard_cnn

MILLION = 1e6


@pytest.mark.parametrize("name", REFERENCES)
def test_the_counts_in_the_docstring_are_right(name):
    make = REFERENCES[name]
    parameters, millions = re.search(r"([\d,]+) parameters and ([\d.]+) M multiply-adds", make.__doc__).groups()
    cost = make().cost()
    assert f"{cost.parameters:,}" == parameters
    assert f"{cost.multiply_adds / MILLION:.1f}" == millions


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("input_shape", [(32, 32, 3), (24, 48, 1)], ids=str)
def test_they_fit_other_images(name, input_shape):
    architecture = REFERENCES[name](input_shape=input_shape, classes=7)
    assert architecture.input_shape == input_shape and architecture.head.classes == 7
    assert architecture.cost().layers[-1].output_shape == (7,)


def test_every_reference_is_another_network():
    assert REFERENCES.keys() == CLASSICS.keys() | HAND_MADE.keys() | FAMILIES.keys()
    assert len({make().key for make in REFERENCES.values()}) == len(REFERENCES)


def test_the_separable_network_is_the_standard_one_with_other_convolutions():
    for standard, separable in zip(standard_cnn().blocks, separable_cnn().blocks, strict=True):
        if isinstance(standard, StandardConv):
            assert separable == SeparableConv(standard.filters)
        else:
            assert separable == standard
    assert standard_cnn().head == separable_cnn().head


@pytest.mark.parametrize(
    ("name", "kind", "activation", "kernel_sizes", "squeezes"),
    [
        ("MobileNetV1", SeparableConv, "relu", {3}, None),
        ("MobileNetV2", InvertedResidual, "relu", {3}, {0.0}),
        ("MobileNetV3", InvertedResidual, "hard_silu", {3, 5}, {0.0, 1 / 4}),
        ("EfficientNet", InvertedResidual, "silu", {3, 5}, {1 / 4, 1 / 16}),
        ("Xception", Xception, "relu", {3}, None),
    ],
)
def test_a_family_has_its_blocks(name, kind, activation, kernel_sizes, squeezes):
    blocks = [block for block in FAMILIES[name]().blocks if not isinstance(block, StandardConv)]
    assert {type(block) for block in blocks} == {kind}
    assert {block.activation for block in blocks} == {activation}
    assert {block.kernel_size for block in blocks} == kernel_sizes
    assert squeezes is None or {block.squeeze_excite for block in blocks} == squeezes
