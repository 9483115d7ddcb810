"""The steps of a network: whole sums, halves by closed form, and nothing claimed of layers that are not understood."""

import keras
import pytest
from keras import layers

from search.comparison.steps import SEPARABLE, parameters_beside_steps, steps_of
from spaces.keras_cost import count
from spaces.reference import REFERENCES


def counted(*chain, shape=(8, 8, 3)):
    """The steps of a Keras model of these layers."""
    inputs = tensor = keras.Input(shape)
    for layer in chain:
        tensor = layer(tensor)
    return steps_of(count(keras.Model(inputs, tensor)))


@pytest.mark.parametrize("name", REFERENCES)
def test_steps_hold_all_that_a_network_costs(name):
    cost = REFERENCES[name]().cost()
    steps = steps_of(cost)
    assert sum(step.multiply_adds for step in steps) == cost.multiply_adds
    beside = sum(parameters_beside_steps(cost).values())
    assert sum(step.parameters for step in steps) + beside == cost.parameters


def test_a_separable_convolution_is_one_step_of_two_halves():
    _, second, _, hidden, _ = steps_of(REFERENCES["SeparableCNN"]().cost())
    assert second.words() == "Separable 3×3, 32 → 64"
    assert second.half_parameters == (3 * 3 * 32, 32 * 64 + 64)
    assert second.half_multiply_adds == (16 * 16 * 3 * 3 * 32, 16 * 16 * 32 * 64)
    assert (second.parameters, second.multiply_adds) == (2_400, 598_016)
    assert second.stage == (16, 16) and hidden.stage == "head"


@pytest.mark.parametrize("multiplier", [1, 2, 3])
@pytest.mark.parametrize("strides", [1, 2])
def test_keras_s_own_separable_layer_has_the_same_halves(multiplier, strides):
    options = {"depth_multiplier": multiplier, "strides": strides, "padding": "same"}
    [whole] = counted(layers.SeparableConv2D(10, 3, **options))
    [halves] = counted(layers.DepthwiseConv2D(3, use_bias=False, **options), layers.Conv2D(10, 1))
    for step in (whole, halves):
        assert step.words().startswith(f"{SEPARABLE} 3×3, 3 → 10")
        assert step.depth_multiplier == multiplier
        positions = (8 // strides) ** 2
        assert step.half_multiply_adds == (positions * 9 * 3 * multiplier, positions * 3 * multiplier * 10)
        assert step.half_parameters == (9 * 3 * multiplier, 3 * multiplier * 10 + 10)


def test_squeeze_and_excite_between_the_halves_does_not_part_them():
    steps = steps_of(REFERENCES["MobileNetV3"]().cost())
    assert sum(step.kind == SEPARABLE for step in steps) == 7
    assert not any(step.kind == "DepthwiseConv2D" for step in steps)
    assert all(step.stage != "head" for step in steps[:-1])


@pytest.mark.parametrize(
    "chain",
    [
        [layers.SeparableConv2D(10, (1, 7))],
        [layers.DepthwiseConv2D((1, 7)), layers.Conv2D(10, 1)],
        [layers.DepthwiseConv2D(3), layers.Conv2D(10, 2)],
        [layers.DepthwiseConv2D(3), layers.MaxPooling2D(), layers.Conv2D(10, 1)],
        [layers.Conv2D(6, 3, groups=3)],
        [layers.Conv2D(6, (1, 7))],
    ],
)
def test_nothing_is_called_separable_or_square_that_is_not(chain):
    steps = counted(*chain)
    assert all(step.depth_multiplier == 0 and step.kind != SEPARABLE for step in steps)
    for step in steps:
        if step.kernel_size and step.kind == "Conv2D":
            assert step.multiply_adds == step.positions * step.kernel_size**2 * step.input_channels * step.filters


def test_a_layer_that_is_not_counted_is_a_step_that_says_so():
    class Own(keras.layers.Layer):
        def call(self, images):
            return keras.ops.fft2((images, images))[0]

    model = keras.Sequential([keras.Input((8, 8, 3)), Own(name="own"), layers.Conv2D(4, 3)])
    cost = count(model)
    assert cost.unknown == ("own",)
    own, convolution = steps_of(cost)
    assert not own.is_counted and convolution.is_counted
