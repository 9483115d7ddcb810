"""The graph of a Keras model: its nodes in order, and the layer that made a tensor."""

import keras
import pytest

from spaces.keras_graph import (
    call_arguments,
    graph_of,
    nodes,
    nodes_from_outputs,
    own_weights,
    producer,
    sublayers,
)

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


def test_nodes_from_the_outputs_are_in_the_order_of_arguments():
    inputs = keras.Input((4,))
    late, early = layers.Dense(2, name="late")(inputs), layers.Dense(2, name="early")(inputs)
    model = keras.Model(inputs, layers.Concatenate(name="both")([early, late, early]))
    assert [node.operation.name for node in nodes_from_outputs(model)] == ["early", "late", "both"]


def test_arguments_have_names_however_they_are_given():
    first, second = keras.Input((3, 4)), keras.Input((3, 4))
    attention = layers.MultiHeadAttention(2, 2)
    attention(first, second)
    attention(value=second, query=first, attention_mask=None, use_causal_mask=False)
    attention(first, second, use_causal_mask=True)
    by_position, by_name, causal = (call_arguments(node) for node in attention._inbound_nodes)
    assert by_position == by_name == {"query": first, "value": second}
    assert causal == {"query": first, "value": second, "use_causal_mask": True}


def test_each_weight_belongs_to_one_of_the_layers_inside_a_layer():
    wrapped = layers.TimeDistributed(layers.Dense(2))
    wrapped.build((None, 3, 4))
    outer, inner = sublayers(wrapped)
    assert (own_weights(outer), own_weights(inner)) == ([], wrapped.weights)
