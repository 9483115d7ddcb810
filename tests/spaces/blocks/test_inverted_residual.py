"""The inverted residual: the networks of the papers, its cost by hand, and its layers in the built Keras model."""

import numpy as np
import pytest

from spaces.architecture import Architecture
from spaces.blocks import InvertedResidual, StandardConv
from spaces.cost import Cost
from spaces.heads import GlobalAverageHead

MOBILENET_V2 = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""Expansion, filters, layers, strides of the first: table 2 of Sandler et al. (2018)."""

EFFICIENTNET_B0 = (
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
)
"""Likewise, and the windows: table 1 of Tan, Le (2019)."""


def paper(rows, *, quarter):
    """The network of a paper's table, for ImageNet; squeezed vectors of a quarter of each block's input, or none."""
    blocks = [StandardConv(32, strides=2, bias=False)]
    for expansion, filters, layers, strides, *kernel in rows:
        options = {"kernel_size": kernel[0]} if kernel else {}
        squeeze = 0.25 / expansion if quarter else 0.0
        blocks += [
            InvertedResidual(filters, strides=step, expansion=expansion, squeeze_excite=squeeze, **options)
            for step in [strides] + [1] * (layers - 1)
        ]
    return Architecture((224, 224, 3), (*blocks, StandardConv(1280, 1, bias=False)), GlobalAverageHead(1000))


@pytest.mark.parametrize(
    ("rows", "quarter", "parameters", "multiply_adds"),
    [(MOBILENET_V2, False, 3_538_984, 300e6), (EFFICIENTNET_B0, True, 5_330_571 - 7, 390e6)],
    ids=["MobileNetV2", "EfficientNet-B0"],
)
def test_the_papers_networks_have_their_parameters_and_multiply_adds(rows, quarter, parameters, multiply_adds):
    cost = paper(rows, quarter=quarter).cost()
    assert cost.parameters == parameters  # Those of keras.applications, without EfficientNet's normalization layer.
    assert cost.multiply_adds == pytest.approx(multiply_adds, rel=0.02)


def test_its_cost_by_hand():
    block = InvertedResidual(12, 5, strides=2, expansion=3.0, squeeze_excite=0.25)
    cost = Cost(block.layers((8, 6, 8), "a"))
    wide, positions = 24, 4 * 3
    squeezed = 2 * wide * 6
    assert cost.multiply_adds == 8 * 6 * 8 * wide + positions * 25 * wide + squeezed + positions * wide * 12
    norms = 4 * (wide + wide + 12)
    assert cost.parameters == 8 * wide + 25 * wide + (squeezed + 6 + wide) + wide * 12 + norms


def test_the_input_is_added_only_where_shapes_agree():
    rows = [
        InvertedResidual(filters, strides=strides).layers((8, 8, 16), "a")[-1]
        for filters, strides in ((16, 1), (16, 2), (24, 1))
    ]
    assert [row.kind == "Add" for row in rows] == [True, False, False]


def test_an_expansion_of_one_has_no_first_convolution():
    rows = InvertedResidual(16, expansion=1.0).layers((8, 8, 16), "a")
    assert [row.name for row in rows if row.multiply_adds] == ["a_depthwise", "a_project"]


def test_its_operators_in_the_int8_file():
    rows = InvertedResidual(16, expansion=2.0).operators((8, 8, 16))
    assert [(row.kind, row.activation, row.output, row.reads) for row in rows] == [
        ("CONV_2D", "relu", (8, 8, 32), (1,)),
        ("DEPTHWISE_CONV_2D", "relu", (8, 8, 32), (1,)),
        ("CONV_2D", "linear", (8, 8, 16), (1,)),
        ("ADD", "linear", (8, 8, 16), (1, 4)),
    ]
    assert [row.kind for row in InvertedResidual(16, expansion=1.0, strides=2).operators((8, 8, 16))] == [
        "DEPTHWISE_CONV_2D",
        "CONV_2D",
    ]


@pytest.fixture(scope="module")
def model():
    block = InvertedResidual(6, expansion=2.0, squeeze_excite=0.5, activation="hard_silu")
    return Architecture((8, 8, 6), (block,), GlobalAverageHead(2)).build()


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).normal(size=(3, 8, 8, 6)).astype("float32")


def outputs(model, images, *names):
    import keras

    return [part.numpy() for part in keras.Model(model.input, [model.get_layer(name).output for name in names])(images)]


def test_squeeze_and_excite_is_that_of_the_paper(model, images):
    maps, weighed = outputs(model, images, "block1_depthwise_activation", "block1_excite_weigh")
    (first, first_bias), (second, second_bias) = (
        model.get_layer(f"block1_excite_{name}").get_weights() for name in ("squeeze", "excite")
    )
    squeezed = np.maximum(maps.mean(axis=(1, 2)) @ first + first_bias, 0)
    gate = np.clip((squeezed @ second + second_bias + 3) / 6, 0, 1)
    assert first.shape == (12, 6)
    np.testing.assert_allclose(weighed, maps * gate[:, None, None, :], rtol=1e-4, atol=1e-6)


def test_with_a_last_convolution_of_zeros_the_output_is_the_input(model, images):
    kernel = model.get_layer("block1_project").kernel
    weights = kernel.numpy()
    kernel.assign(0 * kernel)
    narrowed, added = outputs(model, images, "block1_project", "block1_add")
    kernel.assign(weights)
    assert not narrowed.any()
    np.testing.assert_allclose(added, images, atol=1e-6)
