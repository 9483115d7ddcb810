"""The graph of a Functional Keras model. Only this module touches the attributes of it that Keras keeps private."""

from collections.abc import Iterator
from typing import Any

from spaces.keras_types import KerasLayer, KerasModel, KerasTensor


def graph_of(layer: KerasLayer) -> KerasModel | None:
    """The Functional model behind a Functional or built Sequential model. None for any other layer."""
    functional = getattr(layer, "_functional", None) or layer
    return functional if hasattr(functional, "_nodes_by_depth") else None


def nodes(graph: KerasModel) -> Iterator[Any]:
    """The nodes of a Functional model in the order of execution. A node is one call of a layer.

    Each has `operation`, the layer; `arguments.keras_tensors`, its inputs; and `outputs`.
    """
    by_depth = graph._nodes_by_depth
    return (node for depth in sorted(by_depth, reverse=True) for node in by_depth[depth])


def producer(tensor: KerasTensor) -> tuple[KerasLayer, list[KerasTensor]]:
    """The layer whose output is `tensor`, and the inputs of that call."""
    layer, node_index, _ = tensor._keras_history
    return layer, list(layer._inbound_nodes[node_index].arguments.keras_tensors)
