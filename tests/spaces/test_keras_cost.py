"""The cost of built Keras models: beside the papers, our own arithmetic, and closed forms for unusual layers."""

from random import Random

import pytest
import tensorflow as tf

from search.optimizer.networks.hyperparameters import RandomHyperParameters
from spaces import reference
from spaces.hybrid import HybridSpace
from spaces.keras_cost import count


@pytest.mark.parametrize(
    ("name", "pixels", "paper"),
    [("MobileNet", 224, 569e6), ("Xception", 299, 8.4e9), ("EfficientNetB0", 224, 390e6)],
)
def test_famous_networks_cost_what_their_papers_say(name, pixels, paper):
    import keras

    model = getattr(keras.applications, name)(weights=None, input_shape=(pixels, pixels, 3))
    cost = count(model)
    assert cost.multiply_adds == pytest.approx(paper, rel=0.015)
    assert cost.parameters == model.count_params()
    assert cost.unknown == ()


@pytest.mark.long
def test_a_built_network_costs_what_its_architecture_does():
    random = Random(3)
    architectures = [HybridSpace().architecture(RandomHyperParameters(random)) for _ in range(12)]
    for architecture in [*architectures, *(make() for make in reference.REFERENCES.values())]:
        counted, computed = count(architecture.build()), architecture.cost()
        assert counted.unknown == () and counted.ram_bytes is counted.flash_bytes is None
        for total in ("multiply_adds", "flops", "parameters"):
            assert getattr(counted, total) == getattr(computed, total), (total, architecture.words())


def test_an_unknown_layer_is_reported():
    import keras

    class Mystery(keras.layers.Layer):
        def call(self, inputs):
            return tf.map_fn(lambda one: one + 1, inputs)

    model = keras.Sequential([keras.Input((8, 8, 3)), Mystery(name="mystery"), keras.layers.Conv2D(4, 3)])
    cost = count(model)
    assert cost.unknown == ("mystery",)
    assert cost.multiply_adds == 6 * 6 * 9 * 3 * 4


def test_what_works_for_one_size_of_the_batch_alone_is_unknown_and_all_that_follows():
    import keras

    inputs = keras.Input((8, 8, 3), batch_size=4)
    tensor = keras.layers.Conv2D(4, 1, name="first")(inputs)
    tensor = keras.layers.Conv2D(5, 3, name="second")(keras.ops.reshape(tensor, (16, 4, 4, 4)))
    cost = count(keras.Model(inputs, tensor))
    assert [layer.kind for layer in cost.layers if layer.name in cost.unknown] == ["Reshape", "Conv2D"]
    assert "second" in cost.unknown and "first" not in cost.unknown
    assert cost.multiply_adds == 64 * 3 * 4


def test_a_number_has_no_batch():
    import keras

    inputs = keras.Input((8, 3))
    cost = count(keras.Model(inputs, keras.layers.Dense(2)(inputs) * keras.ops.sum(inputs)))
    assert () in [layer.output_shape for layer in cost.layers]
    assert cost.multiply_adds == 8 * 3 * 2


def test_a_users_layers_are_counted_on_their_graphs():
    import keras

    class Conv2D(keras.layers.Layer):  # It has the name of a Keras layer.
        def build(self, shape):
            self.kernel = self.add_weight(shape=(shape[-1], 7))

        def call(self, inputs):
            return keras.ops.matmul(inputs, self.kernel) + 1

    inputs = keras.Input((8, 8, 3))
    tensor = Conv2D()(inputs)
    tensor = keras.layers.Lambda(lambda x: x[:, ::2] * 2, output_shape=(4, 8, 7))(tensor)
    tensor = keras.layers.MultiHeadAttention(2, 5)(*2 * [keras.layers.Reshape((32, 7))(tensor)])
    cost = count(keras.Model(inputs, tensor))
    attention = 3 * 32 * 7 * 10 + 2 * 32 * 32 * 10 + 32 * 10 * 7
    assert cost.unknown == ()
    assert cost.multiply_adds == 64 * 3 * 7 + attention


def test_a_model_inside_a_model_and_a_layer_used_twice():
    import keras

    dense = keras.layers.Dense(5, name="shared")
    inner = keras.Sequential([keras.Input((5,)), keras.layers.Dense(5, name="inside")], name="inner")
    inputs = keras.Input((5,))
    model = keras.Model(inputs, inner(dense(dense(inputs))))
    cost = count(model)
    assert cost.multiply_adds == 3 * 25
    assert cost.parameters == model.count_params() == 2 * 30
    assert "inner/inside" in [layer.name for layer in cost.layers]


def test_other_convolutions_by_hand():
    import keras

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 8, 4)),
            layers.Conv2D(8, 3, groups=2, padding="same"),  # 64 x 9 x 2 x 8
            layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same"),  # 64 x 9 x 16
            layers.Conv2DTranspose(2, 2, strides=2),  # each of 64 x 16 inputs meets 4 x 2 weights
        ]
    )
    assert count(model).multiply_adds == 64 * 9 * 2 * 8 + 64 * 9 * 16 + 64 * 16 * 4 * 2


def test_a_weight_in_two_layers_is_counted_once():
    import keras

    dense = keras.layers.Dense(5)
    inputs = keras.Input((3, 5))
    model = keras.Model(inputs, keras.layers.TimeDistributed(dense)(dense(inputs)))
    assert count(model).parameters == model.count_params() == 30


def test_a_model_without_a_graph_is_refused_with_a_reason():
    import keras

    class Subclassed(keras.Model):
        def call(self, inputs):
            return inputs

    with pytest.raises(ValueError, match="without a graph"):
        count(Subclassed())
    with pytest.raises(ValueError, match="known sizes"):
        count(keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(4, 3)]))
