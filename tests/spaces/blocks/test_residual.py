"""The residual block: its addition in the built model, its shapes, and the tensors that it keeps."""

import keras
import numpy as np
import pytest

from spaces.blocks import Residual, SeparableConv, StandardConv
from spaces.cost import Cost

SHAPE = (8, 8, 4)


def linear(filters, **options):
    return StandardConv(filters, activation="linear", batch_norm=False, **options)


def built(block):
    inputs = keras.Input(SHAPE)
    return keras.Model(inputs, block.build(inputs, "a"))


@pytest.fixture
def images():
    return np.random.default_rng(0).normal(size=(2, *SHAPE)).astype("float32")


def test_the_input_is_added(images):
    model = built(Residual((linear(4),)))
    body = keras.Model(model.input, model.get_layer("a_1_conv").output)
    np.testing.assert_allclose(model(images), body(images) + images, rtol=1e-5, atol=1e-6)


def test_a_projected_input_is_added_and_then_activated(images):
    model = built(Residual((linear(6, strides=2),), linear(6, kernel_size=1, strides=2), activation="relu"))
    body, shortcut = (
        keras.Model(model.input, model.get_layer(name).output)(images) for name in ("a_1_conv", "a_shortcut_conv")
    )
    np.testing.assert_allclose(model(images), np.maximum(body + shortcut, 0), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "block",
    [
        Residual((StandardConv(4),)),
        Residual((SeparableConv(8), StandardConv(4)), activation="relu"),
        Residual((StandardConv(6, strides=2), StandardConv(6)), StandardConv(6, 1, strides=2)),
    ],
    ids=["one", "two", "projected"],
)
def test_its_cost_is_that_of_its_parts_and_of_the_built_model(block):
    cost = Cost(block.layers(SHAPE, "a"))
    parts, shape = [], SHAPE
    for convolution in block.body:
        parts.append(Cost(convolution.layers(shape, "b")))
        shape = convolution.output_shape(shape)
    if block.shortcut:
        parts.append(Cost(block.shortcut.layers(SHAPE, "b")))
    assert cost.multiply_adds == sum(part.multiply_adds for part in parts)
    model = built(block)
    assert cost.parameters == model.count_params()
    assert model.output_shape[1:] == block.output_shape(SHAPE) == shape


def test_its_operators_in_the_int8_file():
    """The projection comes after the body, and reads what the body reads."""
    body = (SeparableConv(6, strides=2), StandardConv(6, activation="linear"))
    rows = Residual(body, StandardConv(6, 1, strides=2, activation="linear"), activation="relu").operators(SHAPE)
    assert [(row.kind, row.reads) for row in rows] == [
        ("DEPTHWISE_CONV_2D", (1,)),
        ("CONV_2D", (1,)),
        ("CONV_2D", (1,)),
        ("CONV_2D", (4,)),
        ("ADD", (2, 1)),
    ]
    assert [row.activation for row in rows] == ["linear", "relu", "linear", "linear", "relu"]
    assert [row.reads for row in Residual((StandardConv(4),)).operators(SHAPE)] == [(1,), (1, 2)]


def test_other_shapes_need_a_projection():
    with pytest.raises(ValueError, match=r"got \(8, 8, 4\) and \(8, 8, 6\)\. Give it a `shortcut`"):
        Residual((StandardConv(6),)).output_shape(SHAPE)


def test_its_words_are_those_of_its_body():
    assert Residual((StandardConv(16), SeparableConv(32))).words() == "(C16b S32b)+"
