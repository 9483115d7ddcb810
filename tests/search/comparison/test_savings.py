"""What a separable convolution saves: the count against the formula, and against the layer that a network has."""

import pytest

from search.comparison.networks import NamedNetwork
from search.comparison.savings import example, savings_of, separable_ratio
from spaces.architecture import Architecture
from spaces.blocks import SeparableConv, StandardConv
from spaces.heads import GlobalAverageHead
from spaces.reference import REFERENCES


def named(*names):
    return [NamedNetwork(name, REFERENCES[name]()) for name in names]


def network(*blocks):
    return NamedNetwork("own", Architecture((16, 16, 3), blocks, GlobalAverageHead(10)))


def test_each_layer_of_separable_cnn_is_beside_that_of_standard_cnn():
    savings = savings_of(named("StandardCNN", "SeparableCNN"))
    assert [saving.standard_network for saving in savings] == ["StandardCNN"] * 3
    for saving, outputs, inputs, side in zip(savings, (32, 64, 128), (3, 32, 64), (32, 16, 8), strict=True):
        standard = side**2 * 9 * inputs * outputs
        separable = side**2 * (9 * inputs + inputs * outputs)
        assert saving.standard_multiply_adds == standard
        assert saving.counted_ratio == pytest.approx(separable / standard, rel=1e-15)
        assert saving.formula_ratio == pytest.approx(1 / outputs + 1 / 9, rel=1e-15)
        assert saving.standard_parameters == 9 * inputs * outputs + outputs
    assert example(savings).separable.parameters == 2_400


@pytest.mark.parametrize("name", REFERENCES)
def test_count_and_formula_agree_for_every_reference_network(name):
    for saving in savings_of(named(name)):
        assert saving.standard_network is None
        assert saving.counted_ratio == pytest.approx(saving.formula_ratio, rel=1e-12)


@pytest.mark.parametrize("multiplier", [1, 2, 4])
@pytest.mark.parametrize("kernel_size", [1, 3, 5, 7])
@pytest.mark.parametrize("strides", [1, 2])
def test_a_depth_multiplier_multiplies_both_halves(multiplier, kernel_size, strides):
    block = SeparableConv(24, kernel_size, strides=strides, depth_multiplier=multiplier)
    [saving] = savings_of([network(block)])
    ratio = multiplier * (1 / 24 + 1 / kernel_size**2)
    assert saving.counted_ratio == pytest.approx(ratio, rel=1e-12)
    assert separable_ratio(24, kernel_size=kernel_size, depth_multiplier=multiplier) == pytest.approx(ratio)
    assert eval(saving.formula().replace("×", "*")) == pytest.approx(ratio)


@pytest.mark.parametrize(
    "standard", [StandardConv(24, 5), StandardConv(32, 3), StandardConv(24, 3, strides=2), SeparableConv(24, 3)]
)
def test_another_shape_is_no_counterpart(standard):
    separable = network(SeparableConv(24, 3))
    for saving in savings_of([NamedNetwork("other", network(standard).architecture), separable]):
        assert saving.standard_network is None
        assert saving.counted_ratio == pytest.approx(saving.formula_ratio)


def test_without_separable_convolutions_there_is_nothing_to_explain():
    assert savings_of(named("StandardCNN", "ResNet-8")) == []
    assert example([]) is None
