"""The graph of a Functional Keras model. Only this module touches the attributes of it that Keras keeps private."""

from collections.abc import Iterator
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
