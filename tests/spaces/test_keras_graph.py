"""The graph of a Keras model: its nodes in order, and the layer that made a tensor."""

import keras
import pytest

from spaces.keras_graph import graph_of, nodes, producer, sublayers

layers = keras.layers


@pytest.fixture
def model():
    inputs = keras.Input((4,), name="image")
    shared = layers.Dense(4, name="shared")
    return keras.Model(inputs, layers.Add(name="sum")([inputs, shared(shared(inputs))]))


def test_each_call_of_a_layer_is_a_node_after_its_inputs(model):
    made = set()
    for node in nodes(model):
        assert {id(tensor) for tensor in node.arguments.keras_tensors} <= made
        made |= {id(tensor) for tensor in node.outputs}
    assert [node.operation.name for node in nodes(model)] == ["image", "shared", "shared", "sum"]


def test_a_tensor_has_the_inputs_of_its_own_call(model):
    layer, (inputs, second) = producer(model.outputs[0])
    assert layer.name == "sum" and inputs is model.inputs[0]
    layer, (first,) = producer(second)
    assert layer.name == "shared" and producer(first)[1][0] is model.inputs[0]


def test_only_built_functional_and_sequential_models_have_a_graph(model):
    class Subclassed(keras.Model):
        pass

    assert graph_of(model) is model
    assert list(nodes(graph_of(keras.Sequential([keras.Input((4,)), layers.Dense(2)]))))
    for other in (keras.Sequential([layers.Dense(2)]), Subclassed(), layers.Dense(2)):
        assert graph_of(other) is None


def test_a_model_or_layer_that_need_not_run_a_graph_has_none(model):
    class Twice(keras.Model):
        def call(self, inputs):
            return super().call(super().call(inputs))

    class Holder(layers.Layer):
        _functional = model

        def call(self, inputs):
            return inputs

    class Named(keras.Model):
        """It runs its graph."""

    inputs = keras.Input((4,))
    assert graph_of(Twice(inputs, layers.Dense(4)(inputs))) is None
    assert graph_of(Holder()) is None
    named = Named(inputs, layers.Dense(4)(inputs))
    assert graph_of(named) is named


def test_a_layer_is_among_the_layers_inside_it():
    dense, outer = layers.Dense(2), layers.TimeDistributed(layers.LSTM(3))
    assert list(sublayers(dense)) == [dense]
    assert outer.layer.cell in list(sublayers(outer))
    assert list(sublayers(producer(keras.Input((4,)) + 1)[0])) == []
