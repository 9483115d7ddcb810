"""The cost of any built Keras model, by the conventions of `spaces.cost`.

A layer that no rule covers, such as a user's own, is counted on the TensorFlow graph of its call. A layer that can't be
counted there either is named in `Cost.unknown`.
"""

import math
from collections import Counter
from collections.abc import Sequence

from spaces.cost import BYTES_PER_VALUE, Cost, LayerCost
from spaces.keras_calls import Call, calls_of, shape_of
from spaces.keras_graph import graph_of
from spaces.keras_rules import channels_in, is_in_place, kind_of, middle_size, window_side
from spaces.keras_types import KerasLayer, KerasModel, KerasTensor


def count(model: KerasModel) -> Cost:
    """Cost of a Keras model, for one input.

    Args:
        model: A built Functional or Sequential `keras.Model`. It may contain other models.
    Returns:
        Its cost. `unknown` names the layers that could not be counted. Activations are counted as if the layers ran one
        by one in Keras's order, and as if a tensor were freed once no later layer reads it.
    Raises:
        ValueError: If the model is not built, has no graph, or has an input of unknown size.
    """
    graph = graph_of(model)
    if graph is None:
        raise ValueError(
            f"a cost is counted on a built Functional or Sequential model; got {type(model).__name__} {model.name!r} "
            "without a graph. Build it, or write it with the functional interface."
        )
    calls, outputs = calls_of(graph)
    unknown = tuple(call.name for call in calls if call.multiply_adds is None)
    counted_weights: set[int] = set()
    rows = [
        _row(call, live_bytes, counted_weights)
        for call, live_bytes in zip(calls, _live_bytes(calls, outputs), strict=True)
    ]
    return Cost(tuple(rows), unknown)


def _row(call: Call, live_bytes: int, counted_weights: set[int]) -> LayerCost:
    parameters = _parameters(call.layer, counted_weights)
    shape = shape_of(call.outputs[0])[1:]
    kind, multiply_adds, kernel_size = kind_of(call.layer), call.multiply_adds or 0, window_side(call.layer)
    channels = channels_in(call.layer, call.inputs[0].shape) if kernel_size else 0
    return LayerCost(call.name, kind, shape, multiply_adds, parameters, live_bytes, kernel_size, channels)


def _parameters(layer: KerasLayer, counted_weights: set[int]) -> int:
    """Parameters of a layer without those that an earlier call has used."""
    weights = [weight for weight in getattr(layer, "weights", []) if id(weight) not in counted_weights]
    counted_weights.update(id(weight) for weight in weights)
    return sum(math.prod(weight.shape) for weight in weights)


def _live_bytes(calls: Sequence[Call], model_outputs: Sequence[KerasTensor]) -> list[int]:
    """Bytes held during each call: its outputs, and the tensors that this call or a later one reads."""
    reads_left = Counter(id(tensor) for call in calls for tensor in call.inputs)
    reads_left.update(id(tensor) for tensor in model_outputs)
    live_tensors: dict[int, int] = {}
    live_bytes = []
    for call in calls:
        outputs = {id(tensor): _bytes(tensor) for tensor in call.outputs}
        new_bytes = 0 if _is_in_place(call, reads_left) else sum(outputs.values()) + _extra_bytes(call, reads_left)
        live_bytes.append(sum(live_tensors.values()) + new_bytes)
        live_tensors |= outputs
        reads_left.subtract(id(tensor) for tensor in call.inputs)
        live_tensors = {tensor: size for tensor, size in live_tensors.items() if reads_left[tensor] > 0}
    return live_bytes


def _bytes(tensor: KerasTensor) -> int:
    return BYTES_PER_VALUE * math.prod(shape_of(tensor))


def _is_in_place(call: Call, reads_left: Counter[int]) -> bool:
    """Whether the output may overwrite an input, because no other call reads it."""
    size = _bytes(call.outputs[0])
    return is_in_place(call.layer) and any(
        reads_left[id(tensor)] == 1 and _bytes(tensor) == size for tensor in call.inputs
    )


def _extra_bytes(call: Call, reads_left: Counter[int]) -> int:
    """The most bytes that the two halves of a separable convolution hold beyond its input and output."""
    if not call.inputs:
        return 0
    shapes = shape_of(call.inputs[0]), shape_of(call.outputs[0])
    middle_bytes = BYTES_PER_VALUE * middle_size(call.layer, *shapes)
    if not middle_bytes:
        return 0
    input_bytes, output_bytes = _bytes(call.inputs[0]), _bytes(call.outputs[0])
    kept_bytes = input_bytes if reads_left[id(call.inputs[0])] > 1 else 0
    return max(input_bytes + middle_bytes, middle_bytes + output_bytes + kept_bytes) - input_bytes - output_bytes
