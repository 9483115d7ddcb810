"""The calls of layers when a Keras model runs on a batch of one.

Shapes are passed through the whole graph. So they are right even if a layer moves parts of an image into the batch, or
if a model takes images of any size and the model around it knows the size.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spaces.keras_graph import graph_of, nodes
from spaces.keras_rules import Rule, rule_of
from spaces.keras_trace import is_tensor, trace
from spaces.keras_types import KerasLayer, KerasModel, KerasTensor
from spaces.shapes import Shape


@dataclass(frozen=True, eq=False)
class Call:
    """One call of a layer.

    Attributes:
        layer: The layer.
        name: Its name, with those of the models it is in.
        inputs: Tensors whose shapes begin with the batch.
        outputs: The same.
        multiply_adds: None if they can't be counted.
    """

    layer: KerasLayer
    name: str
    inputs: Sequence[KerasTensor]
    outputs: Sequence[KerasTensor]
    multiply_adds: int | None


def calls_of(graph: KerasModel) -> list[Call]:
    """The calls of a Functional model for one input, in the order of execution.

    A model inside the model is replaced by its layers.

    Raises:
        ValueError: If an input has a side of unknown size.
    """
    inputs = [_with_batch_of_one(tensor) for tensor in graph.inputs]
    given = {id(tensor): value for tensor, value in zip(graph.inputs, inputs, strict=True)}
    first_calls = [
        Call(node.operation, node.operation.name, [], [given[id(tensor)] for tensor in node.outputs], 0)
        for node in nodes(graph)
        if node.is_input
    ]
    calls, _ = _run(graph, inputs, prefix="")
    return first_calls + calls


def shape_of(tensor: KerasTensor) -> Shape:
    """The shape with its batch. A side of unknown size is 0, so that sizes are lower bounds."""
    return tuple(side or 0 for side in tensor.shape)


def _with_batch_of_one(tensor: KerasTensor) -> KerasTensor:
    if None in tensor.shape[1:]:
        raise ValueError(
            f"a cost needs known sizes; got a tensor of shape {tuple(tensor.shape)}. Give the input a size."
        )
    return _with_batch(1, tensor)


def _with_batch(size: int | None, tensor: KerasTensor) -> KerasTensor:
    import keras

    return keras.KerasTensor((size, *tensor.shape[1:]), tensor.dtype)


def _run(graph: KerasModel, inputs: Sequence[KerasTensor], prefix: str) -> tuple[list[Call], list[KerasTensor]]:
    tensors = {id(tensor): value for tensor, value in zip(graph.inputs, inputs, strict=True)}
    calls: list[Call] = []
    for node in nodes(graph):
        if node.is_input:
            continue
        node_calls, outputs = _run_node(node, tensors, prefix)
        calls += node_calls
        tensors |= {id(tensor): value for tensor, value in zip(node.outputs, outputs, strict=True)}
    return calls, [tensors[id(tensor)] for tensor in graph.outputs]


def _run_node(
    node: Any, tensors: Mapping[int, KerasTensor], prefix: str
) -> tuple[Sequence[Call], Sequence[KerasTensor]]:
    layer, name = node.operation, prefix + node.operation.name
    positional, named = node.arguments.fill_in(tensors)
    named |= {"training": False} if "training" in named else {}  # So does `predict`.
    inner = graph_of(layer)
    if inner is not None and _fits(inner, positional):
        return _run(inner, list(_tensors(positional)), prefix=f"{name}/")
    inputs = [tensors[id(tensor)] for tensor in node.arguments.keras_tensors]
    multiply_adds, outputs = _count(node, positional, named)
    if None in (side for tensor in (*inputs, *outputs) for side in tensor.shape):
        multiply_adds = None
    return [Call(layer, name, inputs, outputs, multiply_adds)], outputs


def _count(node: Any, positional: Sequence[Any], named: Mapping[str, Any]) -> tuple[int | None, Sequence[KerasTensor]]:
    rule = rule_of(node.operation)
    try:
        if rule is None:
            return trace(node.operation, positional, named)
        return _by_rule(rule, node.operation, positional, named)
    except Exception:  # A user's own code may raise anything, and a layer may not work with a batch of one.
        # The batch of the outputs is unknown, so what reads them is not counted either.
        return None, [_with_batch(None, tensor) for tensor in node.outputs]


def _by_rule(
    rule: Rule, layer: KerasLayer, positional: Sequence[Any], named: Mapping[str, Any]
) -> tuple[int, Sequence[KerasTensor]]:
    import keras

    outputs = list(_tensors(layer.compute_output_spec(*positional, **named)))
    outputs = [keras.KerasTensor(tensor.shape, tensor.dtype) for tensor in outputs]  # The layer may return its input.
    first_input = next(_tensors((positional, named)))
    return rule(layer, first_input.shape, outputs[0].shape), outputs


def _fits(inner: KerasModel, positional: Sequence[Any]) -> bool:
    """Whether a model inside the model is called with its inputs as they are, so that its graph tells all."""
    inputs = list(_tensors(positional))
    has_names = any(isinstance(argument, Mapping) for argument in positional)
    return not has_names and [len(tensor.shape) for tensor in inputs] == [len(tensor.shape) for tensor in inner.inputs]


def _tensors(structure: Any) -> Iterator[KerasTensor]:
    import keras

    return (value for value in keras.tree.flatten(structure) if is_tensor(value))
