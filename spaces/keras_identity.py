"""A key for a built Keras model, whatever its layers are named. Two models that compute the same have the same key.

Models that compute different functions never have the same key, if the params that they were built from are given.
"""

import hashlib
import inspect
import json
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from spaces.keras_graph import call_arguments, graph_of, nodes_from_outputs, sublayers, tensors_in
from spaces.keras_types import KerasLayer, KerasModel
from spaces.keras_weights import are_as_configured
from spaces.value_identity import MODEL_CONFIG, WITHOUT_EFFECT, Describer, config_of, is_of_library, package_of


def key_of(model: KerasModel, *, params: Mapping[str, Any] | None = None) -> str:
    """A hash of the graph of a Functional model: its layers, their settings, their weights, all arguments of each call.

    Neither names nor the order in which branches were written count. Initializers and regularizers do, because they
    matter to a training; so do weights that were given values, such as pretrained ones.

    Args:
        model: A built Functional or Sequential model.
        params: What the model was built from. They are part of the key if the model holds something that can't be fully
            told, such as a layer of a user's class. Without params, the graph alone counts, as far as it can be told.
    """
    graph = _Graph()
    outputs = graph.add(model, [graph.input(tensor, index) for index, tensor in enumerate(model.inputs)])
    identity = [graph.calls, outputs, None if graph.is_complete or params is None else dict(params)]
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:16]


class _Graph(Describer):
    """All calls of a model, one after the other. A tensor is the number of its call. A weight is the number of its use.

    So a layer that is used twice is not two layers. The calls of a model inside the model stand in its place.

    Attributes:
        calls: The description of each.
    """

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Any] = []
        self._weights: dict[int, int] = {}

    def add(self, model: KerasModel, inputs: Sequence[Any]) -> list[Any]:
        """Add all calls of a model. Its inputs and its outputs are descriptions of tensors."""
        self.tensors |= _by_id(model.inputs, inputs)
        for node in nodes_from_outputs(model):
            self.tensors |= _by_id(node.outputs, self._call(node))
        return [self.tensors[id(tensor)] for tensor in model.outputs]

    def input(self, tensor: Any, source: Any) -> Any:
        """A tensor that a model is given, as it takes it."""
        [described] = self._add_call(["input", self.describe(source)], [tensor])
        return described

    def _call(self, node: Any) -> list[Any]:
        layer, arguments = node.operation, call_arguments(node)
        inner = graph_of(layer)
        if inner is not None and is_of_library(type(layer)):  # A user's class may compute anything else.
            return self._call_of_model(layer, inner, dict(arguments))
        return self._add_call([self._operation(layer), self.describe(arguments)], node.outputs)

    def _add_call(self, call: list[Any], outputs: Sequence[Any]) -> list[Any]:
        shapes = [[list(tensor.shape[1:]), str(tensor.dtype)] for tensor in outputs]
        self.calls.append([*call, shapes])
        return [["tensor", len(self.calls), index] for index in range(len(outputs))]

    def _call_of_model(self, model: KerasLayer, inner: KerasModel, arguments: dict[str, Any]) -> list[Any]:
        inputs = arguments.pop(next(iter(arguments)))
        given = tensors_in([inputs])
        if isinstance(inputs, Mapping) or len(given) != len(inner.inputs):  # Which is which depends on names.
            self.is_complete = False
            return self._add_call([self._operation(model), self.describe([inputs, arguments])], inner.outputs)
        if arguments:
            self.calls.append(["model", self.describe(arguments)])
        return self.add(inner, [self._given(a, taken=b) for a, b in zip(given, inner.inputs, strict=True)])

    def _given(self, tensor: Any, *, taken: Any) -> Any:
        """The tensor that a model inside the model is given. The model converts one of another type or rank."""
        is_same = (tensor.dtype, len(tensor.shape)) == (taken.dtype, len(taken.shape))
        return self.describe(tensor) if is_same else self.input(taken, tensor)

    def _operation(self, operation: KerasLayer) -> Any:
        if not hasattr(operation, "weights"):  # An operation of `keras.ops`. Its attributes are its arguments.
            settings = {name: value for name, value in vars(operation).items() if name[0] != "_" and name != "name"}
            return [self._class(operation), self.describe(settings)]
        return [self._class(operation), self._settings(operation), self._weights_of(operation)]

    def _class(self, operation: KerasLayer) -> str:
        kind = type(operation)
        self.is_complete &= is_of_library(kind)
        return f"{kind.__module__}.{kind.__qualname__}"

    def _settings(self, layer: KerasLayer) -> Any:
        """The configuration of a layer, and what a configuration leaves out or says too little of."""
        config = config_of(layer)
        self.is_complete &= config is not None
        models = [self._inner_model(graph) for graph in map(graph_of, sublayers(layer)) if graph is not None]
        if not is_of_library(type(layer)):
            return [self.settings(config), models]
        functions = [self.describe(list(where_and_value)) for where_and_value in _functions(layer)]
        settings = _replaced(_left_out(layer) | dict(config or {}), functions=bool(functions), models=bool(models))
        return [self.settings(settings), models, functions]

    def _inner_model(self, model: KerasModel) -> Any:
        """A model that a layer holds, as `TimeDistributed` does."""
        return self.add(model, [self.input(tensor, index) for index, tensor in enumerate(model.inputs)])

    def _weights_of(self, layer: KerasLayer) -> list[Any]:
        is_new = any(id(weight) not in self._weights for weight in layer.weights)
        self.is_complete = self.is_complete and not (is_new and not are_as_configured(layer))
        return [
            [self._weights.setdefault(id(weight), len(self._weights)), list(weight.shape), weight.trainable]
            for weight in layer.weights
        ]


def _by_id(tensors: Sequence[Any], descriptions: Sequence[Any]) -> dict[int, Any]:
    return {id(tensor): description for tensor, description in zip(tensors, descriptions, strict=True)}


def _functions(layer: KerasLayer) -> Iterator[tuple[int, str, Any]]:
    """The functions that a layer of Keras holds, and the objects of a user. A configuration gives their names only."""
    for index, sublayer in enumerate(sublayers(layer)):
        for name, value in sorted(vars(sublayer).items()):
            is_method = hasattr(type(sublayer), name) and package_of(value) == "keras"
            is_function = isinstance(value, types.FunctionType) or (callable(value) and package_of(value) != "keras")
            if not is_of_library(value) or (is_function and not is_method):
                yield index, name, value


def _left_out(layer: KerasLayer) -> dict[str, Any]:
    """Arguments of the constructors of a layer that it keeps. The configuration of `ELU`, for example, has no alpha."""
    arguments = _constructor_arguments(type(layer)) - WITHOUT_EFFECT
    return {name: value for name, value in vars(layer).items() if name in arguments and package_of(value) == "builtins"}


def _constructor_arguments(kind: type) -> frozenset[str]:
    constructors = [vars(base)["__init__"] for base in kind.__mro__ if "__init__" in vars(base) and base is not object]
    return frozenset(name for constructor in constructors for name in inspect.signature(constructor).parameters)


def _replaced(config: Any, *, functions: bool, models: bool) -> Any:
    """A configuration with marks in place of the functions and models in it, where these are told elsewhere."""
    if isinstance(config, Mapping):
        if functions and config.get("class_name") in ("function", "__lambda__"):
            return "function"
        if models and config.keys() >= MODEL_CONFIG:
            return "model"
        return {name: _replaced(value, functions=functions, models=models) for name, value in config.items()}
    if isinstance(config, (list, tuple)):
        return [_replaced(value, functions=functions, models=models) for value in config]
    return config
