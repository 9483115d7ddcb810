"""What the Keras layers of a block are, read back from the built model."""

import numpy as np
import pytest

from spaces.architecture import Architecture
from spaces.blocks import Residual, SeparableConv, StandardConv
from spaces.heads import FlattenHead, GlobalAverageHead


def built(*blocks, head=None):
    return Architecture((8, 8, 3), blocks, head or GlobalAverageHead(4)).build()


def test_each_half_of_a_separable_convolution_has_its_own_penalty():
    layer = built(SeparableConv(6, depthwise_l2=0.25, pointwise_l2=0.5)).get_layer("block1_conv")
    assert float(layer.depthwise_regularizer.l2) == 0.25
    assert float(layer.pointwise_regularizer.l2) == 0.5
    assert built(SeparableConv(6)).losses == []


def test_bias_batch_norm_and_activation_are_there_only_where_asked():
    names = [layer.name for layer in built(StandardConv(4, bias=False, batch_norm=False, activation="linear")).layers]
    assert names == ["image", "block1_conv", "global_average", "logits", "probabilities"]
    full = built(StandardConv(4))
    assert full.get_layer("block1_conv").use_bias
    assert full.get_layer("block1_norm") and full.get_layer("block1_activation")


@pytest.mark.parametrize("block", [StandardConv(5, 3, strides=2), SeparableConv(5, 5, depth_multiplier=2)])
def test_output_shapes_are_those_of_keras(block):
    model = built(block)
    assert model.get_layer("block1_conv").output.shape[1:] == block.output_shape((8, 8, 3))


def test_a_residual_block_adds_its_input():
    model = built(StandardConv(4), Residual((StandardConv(4, activation="linear", batch_norm=False),)))
    layer = model.get_layer("block2_1_conv")
    layer.set_weights([np.zeros_like(weight) for weight in layer.get_weights()])
    import keras

    parts = keras.Model(
        model.input, [model.get_layer("block1_activation").output, model.get_layer("block2_add").output]
    )
    before, after = parts(np.random.default_rng(0).normal(size=(2, 8, 8, 3)).astype("float32"))
    np.testing.assert_allclose(before, after)


def test_probabilities_add_up_to_one():
    images = np.random.default_rng(0).normal(size=(3, 8, 8, 3)).astype("float32")
    for head in (FlattenHead(4), GlobalAverageHead(4)):
        np.testing.assert_allclose(np.sum(built(StandardConv(4), head=head)(images), axis=1), 1, rtol=1e-5)
