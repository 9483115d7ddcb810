"""The cost of any built Keras model, by the conventions of `spaces.cost`.

A layer that no rule covers, such as a user's own, is counted on the TensorFlow graph of its call. A layer that can't be
counted there either is named in `Cost.unknown`.
"""

import math

from spaces.cost import Cost, LayerCost
from spaces.keras_calls import Call, calls_of, shape_of
from spaces.keras_graph import graph_of
from spaces.keras_rules import channels_in, kind_of, window_side
from spaces.keras_types import KerasLayer, KerasModel


def count(model: KerasModel) -> Cost:
    """Cost of a Keras model, for one input.

    Args:
        model: A built Functional or Sequential `keras.Model`. It may contain other models.
    Returns:
        Its cost. `unknown` names the layers that could not be counted. Its RAM and flash are unknown.
    Raises:
        ValueError: If the model is not built, has no graph, or has an input of unknown size.
    """
    graph = graph_of(model)
    if graph is None:
        raise ValueError(
            f"a cost is counted on a built Functional or Sequential model; got {type(model).__name__} {model.name!r} "
            "without a graph. Build it, or write it with the functional interface."
        )
    calls = calls_of(graph)
    unknown = tuple(call.name for call in calls if call.multiply_adds is None)
    counted_weights: set[int] = set()
    return Cost(tuple([_row(call, counted_weights) for call in calls]), unknown)


def _row(call: Call, counted_weights: set[int]) -> LayerCost:
    parameters = _parameters(call.layer, counted_weights)
    shape = shape_of(call.outputs[0])[1:]
    kind, multiply_adds, kernel_size = kind_of(call.layer), call.multiply_adds or 0, window_side(call.layer)
    channels = channels_in(call.layer, call.inputs[0].shape) if kernel_size else 0
    return LayerCost(call.name, kind, shape, multiply_adds, parameters, kernel_size, channels)


def _parameters(layer: KerasLayer, counted_weights: set[int]) -> int:
    """Parameters of a layer without those that an earlier call has used."""
    weights = [weight for weight in getattr(layer, "weights", []) if id(weight) not in counted_weights]
    counted_weights.update(id(weight) for weight in weights)
    return sum(math.prod(weight.shape) for weight in weights)
