"""A key for a built Keras model, whatever its layers are named. Two models that compute the same have the same key."""

import hashlib
import json
from typing import Any

from spaces.keras_graph import graph_of, nodes
from spaces.keras_types import KerasLayer, KerasModel

IGNORED_SETTINGS = ("name", "registered_name", "shared_object_id", "build_config")
"""Parts of a layer's configuration that do not affect what it computes."""


def key_of(model: KerasModel) -> str:
    """A hash of the graph of a Functional model.

    A tensor is identified by the layer that made it and by the inputs of that layer. So neither names nor the order in
    which branches were written count. Weights do not count either, but their number does, because a layer that is used
    twice has one set of weights.
    """
    tensor_keys: dict[int, str] = {}
    for node in nodes(model):
        tensor_keys |= _output_keys(node, tensor_keys)
    return _hash([[tensor_keys[id(tensor)] for tensor in model.outputs], model.count_params()])


def _output_keys(node: Any, tensor_keys: dict[int, str]) -> dict[int, str]:
    """The key of each output of one call of a layer, by the `id` of the tensor."""
    layer = node.operation
    inputs = [tensor_keys[id(tensor)] for tensor in node.arguments.keras_tensors]
    inner = graph_of(layer)
    computation = key_of(inner) if inner is not None else _without_ignored(_config(layer))
    return {
        id(tensor): _hash([type(layer).__name__, computation, inputs, index, list(tensor.shape)])
        for index, tensor in enumerate(node.outputs)
    }


def _config(layer: KerasLayer) -> Any:
    """The configuration of a layer. If it has none: its class and the shapes of its weights."""
    import keras

    try:
        return keras.saving.serialize_keras_object(layer)["config"]
    except Exception:  # A user's own layer may raise anything.
        weights = [list(weight.shape) for weight in getattr(layer, "weights", [])]
        return [f"{type(layer).__module__}.{type(layer).__qualname__}", weights]


def _without_ignored(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _without_ignored(value) for name, value in part.items() if name not in IGNORED_SETTINGS}
    return [_without_ignored(value) for value in part] if isinstance(part, (list, tuple)) else part


def _hash(part: Any) -> str:
    text = json.dumps(part, sort_keys=True, default=lambda value: type(value).__qualname__)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
