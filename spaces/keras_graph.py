"""The graph of a Functional Keras model. Only this module touches the attributes of it that Keras keeps private."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from spaces.keras_types import KerasLayer, KerasModel, KerasTensor


def graph_of(layer: KerasLayer) -> KerasModel | None:
    """The Functional model behind a Functional or built Sequential model. None for any other layer.

    A model with a `call` of its own is another layer, because it need not run its graph.
    """
    import keras

    if not isinstance(layer, keras.Model) or type(layer).call.__module__.partition(".")[0] != "keras":
        return None
    functional = getattr(layer, "_functional", None) or layer
    return functional if hasattr(functional, "_nodes_by_depth") else None


def nodes(graph: KerasModel) -> Iterator[Any]:
    """The nodes of a Functional model in the order of execution. A node is one call of a layer.

    Each has `operation`, the layer; `arguments.keras_tensors`, its inputs; and `outputs`. `is_input` tells whether it
    stands for an input of the model.
    """
    by_depth = graph._nodes_by_depth
    return (node for depth in sorted(by_depth, reverse=True) for node in by_depth[depth])


def sublayers(layer: KerasLayer) -> Iterator[KerasLayer]:
    """A layer and all layers inside it. An operation of `keras.ops` has none."""
    return iter(layer._flatten_layers() if hasattr(layer, "_flatten_layers") else ())


def producer(tensor: KerasTensor) -> tuple[KerasLayer, list[KerasTensor]]:
    """The layer whose output is `tensor`, and the inputs of that call."""
    layer, node_index, _ = tensor._keras_history
    return layer, list(layer._inbound_nodes[node_index].arguments.keras_tensors)


def flattened(model: KerasModel) -> KerasModel:
    """A Functional model with the same layers, in which the layers of the models inside it stand in their place."""
    import keras

    def call(layer: KerasLayer, *inputs: Any, **options: Any) -> Any:
        graph = graph_of(layer)
        return layer(*inputs, **options) if graph is None else graph.call(*inputs, **options)

    while any(graph_of(layer) is not None for layer in model.layers):
        model = keras.models.clone_model(model, call_function=call, clone_function=lambda layer: layer)
    return model


def sole_reader(graph: KerasModel, tensor: KerasTensor) -> KerasTensor | None:
    """The output of the layer that reads `tensor`. None if it is read more than once, or is an output of the model."""
    readers = [node for node in nodes(graph) if any(read is tensor for read in node.arguments.keras_tensors)]
    is_output = any(output is tensor for output in graph.outputs)
    return readers[0].outputs[0] if len(readers) == 1 and not is_output else None


def nodes_from_outputs(graph: KerasModel) -> Iterator[Any]:
    """The nodes of a Functional model without its inputs, each after those that it needs.

    Their order follows from what is computed alone: from the outputs back, an argument after the other. Neither names
    nor the order in which the layers were written count.
    """
    reached = {id(tensor) for tensor in graph.inputs}
    stack = [(tensor, False) for tensor in reversed(graph.outputs)]
    while stack:
        tensor, is_ready = stack.pop()
        node = _node(tensor)
        if is_ready:
            yield node
        elif id(tensor) not in reached:
            reached |= {id(output) for output in node.outputs}
            stack.append((tensor, True))
            stack.extend((needed, False) for needed in reversed(tensors_in(call_arguments(node))))


def call_arguments(node: Any) -> Mapping[str, Any]:
    """The arguments of one call of a layer by name, however they were given. Defaults are left out.

    A `training` is not: if it isn't given, the model's own applies.
    """
    arguments = node.arguments
    try:
        signature = inspect.signature(node.operation.call)
        bound = signature.bind(*arguments.args, **arguments.kwargs).arguments
    except (TypeError, ValueError):  # A user's layer may have any signature.
        return {"args": arguments.args, "kwargs": arguments.kwargs}
    return {
        name: value
        for name, value in bound.items()
        if value is not signature.parameters[name].default or (name == "training" and value is not None)
    }


def tensors_in(arguments: Any) -> list[KerasTensor]:
    """The symbolic tensors in arguments of any structure, in order."""
    import keras

    if isinstance(arguments, Mapping):
        arguments = list(arguments.values())
    return [value for value in keras.tree.flatten(arguments) if keras.backend.is_keras_tensor(value)]


def own_weights(layer: KerasLayer) -> list[Any]:
    """The weights of a layer without those of the layers inside it."""
    return [*layer._trainable_variables, *layer._non_trainable_variables]


def _node(tensor: KerasTensor) -> Any:
    layer, node_index, _ = tensor._keras_history
    return layer._inbound_nodes[node_index]
