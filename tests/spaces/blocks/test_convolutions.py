"""Standard and separable convolutions: their Keras layers, read back from the built model."""

import numpy as np
import pytest

from spaces.architecture import Architecture
from spaces.blocks import SeparableConv, StandardConv
from spaces.heads import FlattenHead, GlobalAverageHead


def built(*blocks, head=None):
    return Architecture((8, 8, 3), blocks, head or GlobalAverageHead(4)).build()


def test_each_half_of_a_separable_convolution_has_its_own_penalty():
    layer = built(SeparableConv(6, depthwise_l2=0.25, pointwise_l2=0.5)).get_layer("block1_conv")
    assert float(layer.depthwise_regularizer.l2) == 0.25
    assert float(layer.pointwise_regularizer.l2) == 0.5
    assert built(SeparableConv(6)).losses == []


def test_bias_batch_norm_and_activation_are_optional():
    names = [layer.name for layer in built(StandardConv(4, bias=False, batch_norm=False, activation="linear")).layers]
    assert names == ["image", "block1_conv", "global_average", "logits", "probabilities"]
    full = built(StandardConv(4))
    assert full.get_layer("block1_conv").use_bias
    assert full.get_layer("block1_norm") and full.get_layer("block1_activation")


@pytest.mark.parametrize("block", [StandardConv(5, 3, strides=2), SeparableConv(5, 5, depth_multiplier=2)])
def test_output_shapes_are_those_of_keras(block):
    model = built(block)
    assert model.get_layer("block1_conv").output.shape[1:] == block.output_shape((8, 8, 3))


def test_probabilities_add_up_to_one():
    images = np.random.default_rng(0).normal(size=(3, 8, 8, 3)).astype("float32")
    for head in (FlattenHead(4), GlobalAverageHead(4)):
        np.testing.assert_allclose(np.sum(built(StandardConv(4), head=head)(images), axis=1), 1, rtol=1e-5)
