"""What a built Keras model is, whatever its layers are called: equal for two that compute the same."""

import hashlib
import json
from typing import Any

NAMES = ("name", "registered_name", "shared_object_id", "build_config")
"""Parts of a layer's configuration that say nothing about what it computes."""


def key_of(model) -> str:
    """A hash of a Functional model's graph.

    A tensor is known by the layer that made it and the tensors that went in, so that neither names nor the order in
    which branches were written count. Weights do not count; how many there are does, for a layer used twice has one
    set.
    """
    known: dict[int, str] = {}
    for depth in sorted(model._nodes_by_depth, reverse=True):
        for node in model._nodes_by_depth[depth]:
            known |= _outputs(node, known)
    return _hash([[known[id(tensor)] for tensor in model.outputs], model.count_params()])


def _outputs(node, known: dict[int, str]) -> dict[int, str]:
    """Of each tensor that one use of a layer gives."""
    layer = node.operation
    inputs = [known[id(tensor)] for tensor in node.arguments.keras_tensors]
    inner = getattr(layer, "_functional", None) or layer
    made = key_of(inner) if hasattr(inner, "_nodes_by_depth") else _without_names(_config(layer))
    return {
        id(tensor): _hash([type(layer).__name__, made, inputs, place, list(tensor.shape)])
        for place, tensor in enumerate(node.outputs)
    }


def _config(layer) -> Any:
    """A layer's configuration; of one that has none, its class and the shapes of its weights."""
    import keras

    try:
        return keras.saving.serialize_keras_object(layer)["config"]
    except Exception:  # A layer of the user's may raise anything.
        weights = [list(weight.shape) for weight in getattr(layer, "weights", [])]
        return [f"{type(layer).__module__}.{type(layer).__qualname__}", weights]


def _without_names(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _without_names(value) for name, value in part.items() if name not in NAMES}
    return [_without_names(value) for value in part] if isinstance(part, (list, tuple)) else part


def _hash(part: Any) -> str:
    text = json.dumps(part, sort_keys=True, default=lambda value: type(value).__qualname__)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
