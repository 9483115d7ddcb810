"""BatchNorm and activation: their rows beside their Keras layers, the refusals, and the marks of the notation."""

import keras
import pytest

from spaces.blocks import ACTIVATIONS, BATCH_NORM_MOMENTUM, InvertedResidual, SeparableConv, StandardConv, Xception
from spaces.blocks.norm_activation import (
    activation_build,
    activation_layers,
    check_activation,
    check_window,
    norm_build,
    norm_layers,
    window_marks,
)

SHAPE = (4, 4, 6)


def test_a_batch_norm_has_four_vectors_and_no_multiply_adds():
    inputs = keras.Input(SHAPE)
    model = keras.Model(inputs, norm_build(inputs, "a"))
    (row,) = norm_layers(SHAPE, "a")
    assert row.parameters == model.count_params() == 4 * 6
    assert row.multiply_adds == 0
    assert model.get_layer(row.name).momentum == BATCH_NORM_MOMENTUM


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_only_a_linear_activation_has_no_layer(activation):
    inputs = keras.Input(SHAPE)
    model = keras.Model(inputs, activation_build(activation, inputs, "a"))
    rows = activation_layers(activation, SHAPE, "a")
    assert [layer.name for layer in model.layers[1:]] == [row.name for row in rows]
    assert len(rows) == (activation != "linear")


def test_an_unknown_activation_is_refused():
    with pytest.raises(ValueError, match="`activation` must be one of linear, relu, .*; got 'magic'"):
        check_activation("magic")


@pytest.mark.parametrize("field", ["filters", "kernel_size", "strides"])
@pytest.mark.parametrize("block", [StandardConv, SeparableConv, InvertedResidual, Xception])
def test_a_window_of_nothing_is_refused(block, field):
    with pytest.raises(ValueError, match=f"`{field}` must be a whole number of 1 or more; got 0"):
        block(**({"filters": 4} | {field: 0}))
    check_window(block(4))


@pytest.mark.parametrize(
    ("options", "marks"),
    [
        ({}, ""),
        ({"kernel_size": 5}, "k5"),
        ({"strides": 2}, "/2"),
        ({"activation": "hard_silu"}, "h"),
        ({"activation": "elu"}, ""),
        ({"kernel_size": 1, "strides": 2, "activation": "silu"}, "k1/2w"),
    ],
)
def test_only_unusual_windows_are_marked(options, marks):
    assert window_marks(StandardConv(4, **options)) == marks
