"""Layers that are counted by a rule, beside TensorFlow's graph of their calls."""

import keras
import pytest

from spaces import keras_rules
from spaces.keras_rules import rule_of
from spaces.keras_trace import trace

layers = keras.layers

ARGUMENTS = {
    "ActivityRegularization": {"l2": 0.1},
    "Activation": {"activation": "gelu"},
    "CenterCrop": {"height": 4, "width": 4},
    "Equalization": {"value_range": (0, 1)},
    "GroupNormalization": {"groups": 3},
    "Normalization": {"mean": 0.5, "variance": 1.0},
    "Permute": {"dims": (3, 1, 2)},
    "RandomBrightness": {"factor": 0.1},
    "RandomHue": {"factor": 0.1},
    "RandomPosterization": {"factor": 4},
    "RandomZoom": {"height_factor": 0.1},
    "RepeatVector": {"n": 3},
    "Rescaling": {"scale": 2.0},
    "Reshape": {"target_shape": (-1, 4)},
    "Resizing": {"height": 5, "width": 7, "antialias": True},
    "RandomTranslation": {"height_factor": 0.1, "width_factor": 0.1},
    "UpSampling2D": {"interpolation": "bicubic"},
    "RandomColorDegeneration": {"factor": 0.1},
    "RandomContrast": {"factor": 0.1},
    "RandomRotation": {"factor": 0.1},
    "RandomSaturation": {"factor": 0.1},
    "RandomSharpness": {"factor": 0.1},
}

KINDS = sorted(kind for kind in keras_rules.FREE - keras_rules.OPERATIONS - {"InputLayer"} if hasattr(layers, kind))


def layer_and_input(kind):
    """A layer of this kind and the shape of an input."""
    arguments = dict(ARGUMENTS.get(kind, {}))
    if "Dropout" in kind:
        arguments = {"rate": 0.1}
    if kind == "GaussianNoise":
        arguments = {"stddev": 0.1}
    if "Pooling" in kind and "Global" not in kind:
        arguments = {"output_size" if "Adaptive" in kind else "pool_size": 2}
    axes = 0 if kind == "RepeatVector" else int(kind[-2]) if kind.endswith("D") else 2
    return getattr(layers, kind)(**arguments), (1, *[8] * axes, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_that_is_free_has_no_product_on_its_graph_and_the_output_that_keras_says(kind):
    layer, shape = layer_and_input(kind)
    merges = kind in ("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract")
    inputs = [keras.KerasTensor(shape), keras.KerasTensor(shape)] if merges else keras.KerasTensor(shape)
    layer.build([shape, shape] if merges else shape)
    multiply_adds, (output,) = trace(layer, [inputs], {})
    assert multiply_adds == rule_of(layer)(layer, shape, output.shape) == 0
    assert output.shape == layer.compute_output_spec(inputs).shape


@pytest.mark.parametrize(
    ("kind", "axes", "arguments"),
    [
        ("Conv1D", 1, {"strides": 2, "padding": "causal"}),
        ("Conv2D", 2, {"groups": 2, "padding": "same"}),
        ("Conv2D", 2, {"dilation_rate": 2}),
        ("Conv3D", 3, {"strides": 2}),
        ("Conv1DTranspose", 1, {"strides": 2, "padding": "same"}),
        ("Conv2DTranspose", 2, {"strides": (2, 1)}),
        ("Conv3DTranspose", 3, {"output_padding": 1, "strides": 2}),
        ("DepthwiseConv1D", 1, {"depth_multiplier": 2}),
        ("DepthwiseConv2D", 2, {"dilation_rate": 3, "padding": "same"}),
        ("SeparableConv1D", 1, {"depth_multiplier": 2}),
        ("SeparableConv2D", 2, {"strides": 2, "padding": "same"}),
    ],
)
def test_a_convolution_costs_by_rule_what_its_graph_does(kind, axes, arguments):
    filters = {} if kind.startswith("Depthwise") else {"filters": 6}
    layer, shape = getattr(layers, kind)(kernel_size=3, **filters, **arguments), (3, *[9] * axes, 4)
    layer.build(shape)
    multiply_adds, (output,) = trace(layer, [keras.KerasTensor(shape)], {})
    assert rule_of(layer)(layer, shape, output.shape) == multiply_adds > 0


def test_a_layer_has_no_rule_if_its_code_is_not_keras_alone():
    class Conv2D(layers.Conv2D):
        pass

    adapted = layers.Dense(3)
    adapted.build((None, 4))
    assert rule_of(adapted)
    adapted.enable_lora(2)
    for layer in (
        Conv2D(3, 3),
        layers.Conv2D(3, 3, activation=lambda values: values),
        layers.Dense(3, activation=layers.PReLU()),
        layers.Activation(layers.Dense(3)),
        layers.Pipeline([layers.Dense(3)]),
        adapted,
    ):
        assert rule_of(layer) is None
