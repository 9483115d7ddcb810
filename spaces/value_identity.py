"""What a Python value is, as plain data that is the same in every process: functions by code, arrays by content.

The key of a network needs it, because a value of any kind may be an argument of a layer.
"""

import dis
import functools
import hashlib
import json
import types
import warnings
from collections.abc import Mapping
from typing import Any

PLAIN = (type(None), bool, int, float, complex, str, bytes, types.EllipsisType)

LIBRARIES = frozenset({"builtins", "collections", "inspect", "keras", "math", "numpy", "tensorflow"})
"""Packages whose functions and classes are what their names say, in every process."""

LAYER_CONFIG = {"name", "trainable"}
"""A configuration with both is that of a layer."""

MODEL_CONFIG = {"name", "layers"}
"""A configuration with both is that of a model. It is full of names that Keras gives."""

WITHOUT_EFFECT = frozenset({"name", "seed"})
"""Settings of a layer that do not affect which functions it can learn. The seed is that of its noise in training."""

RECORDS = frozenset({"build_config", "compile_config", "registered_name", "shared_object_id"})
"""Parts of a serialized object that do not affect what it is."""


SERIALIZED_WHOLE = frozenset({"keras", "__bytes__", "__ellipsis__", "__numpy__", "__slice__", "__tensor__"})
"""Packages, and Keras's marks of values, whose serialized form holds all of them."""


class Describer:
    """Describes values as plain data.

    Attributes:
        is_complete: False once a value was met that may hold more than its description, such as an object of a user's
            class. Two values with one description may differ then.
        tensors: The descriptions of symbolic tensors, by their `id`. Whoever describes a graph fills it.
    """

    def __init__(self) -> None:
        self.is_complete = True
        self.tensors: dict[int, Any] = {}
        self._functions: dict[int, int] = {}

    def describe(self, value: Any) -> Any:
        """The description of a value: lists and texts, for JSON."""
        if id(value) in self.tensors:
            return self.tensors[id(value)]
        if isinstance(value, PLAIN):
            return [type(value).__name__, repr(value)]
        if isinstance(value, slice):
            return ["slice", *map(self.describe, (value.start, value.stop, value.step))]
        if isinstance(value, (list, tuple)):
            return ["list", *map(self.describe, value)]
        if isinstance(value, (set, frozenset)):
            return ["set", *sorted(map(self.describe, value), key=json.dumps)]
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, functools.partial):
            return ["partial", *map(self.describe, (value.func, value.args, value.keywords))]
        if is_of_library(value):
            return self._of_library(value)
        return self._function(value) if isinstance(value, types.FunctionType) else self.incomplete(value)

    def incomplete(self, value: Any) -> Any:
        """The description of a value by its class alone."""
        self.is_complete = False
        return ["object", _qualified_name(type(value))]

    def settings(self, config: Any) -> Any:
        """The description of a layer's configuration."""
        if not isinstance(config, Mapping) or config.keys() >= MODEL_CONFIG:
            return self.describe(config)
        return self._items(config, ignored=WITHOUT_EFFECT)

    def _mapping(self, values: Mapping[Any, Any]) -> Any:
        if values.keys() >= MODEL_CONFIG:
            return self.incomplete(values)
        if values.keys() >= {"class_name", "config"}:
            return self._serialized(values["config"], values)
        if values.keys() >= LAYER_CONFIG:  # Of a layer inside a user's layer, it seems.
            self.is_complete = False
            return self.settings(values)
        return self._items(values)

    def _serialized(self, config: Any, values: Mapping[str, Any]) -> Any:
        """An object as `keras.saving.serialize_keras_object` gives it."""
        module = values.get("module") or values["class_name"]
        self.is_complete &= _root(module) in SERIALIZED_WHOLE
        description = self.settings(config) if "layers" in module.split(".") else self.describe(config)
        return [description, self._items(values, ignored=RECORDS | {"config"})]

    def _items(self, values: Mapping[Any, Any], *, ignored: frozenset[str] = frozenset()) -> Any:
        items = ([self.describe(name), self.describe(values[name])] for name in values if name not in ignored)
        return ["mapping", *sorted(items, key=json.dumps)]

    def _function(self, function: types.FunctionType) -> Any:
        if id(function) in self._functions:  # It calls itself.
            return ["function", self._functions[id(function)]]
        self._functions[id(function)] = len(self._functions)
        self.is_complete &= not vars(function)
        cells = [self._captured(_contents(cell)) for cell in function.__closure__ or ()]
        defaults = self.describe([function.__defaults__, function.__kwdefaults__])
        return ["function", self._code(function.__code__, function.__globals__), cells, defaults]

    def _code(self, code: types.CodeType, namespace: Mapping[str, Any]) -> Any:
        steps = dis.get_instructions(code)
        imported = [str(step.argval) for step in steps if step.opname == "IMPORT_NAME"]
        self.is_complete &= all(_root(module) in LIBRARIES for module in imported)
        constants = [
            self._code(constant, namespace) if isinstance(constant, types.CodeType) else self.describe(constant)
            for constant in code.co_consts
        ]
        names = [[name, self._captured(namespace[name])] for name in code.co_names if name in namespace]
        return [code.co_code.hex(), list(code.co_names), names, constants]

    def _captured(self, value: Any) -> Any:
        # What a function has captured may change with every call of it.
        return self.incomplete(value) if isinstance(value, (list, set, Mapping)) else self.describe(value)

    def _of_library(self, value: Any) -> Any:
        if isinstance(value, types.ModuleType):
            return ["module", value.__name__]
        if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)) or type(value).__name__ == "ufunc":
            return ["name", _qualified_name(value)]
        if type(value).__name__.endswith(("DType", "TensorShape")):  # NumPy has one class for each type of number.
            return ["dtype", str(value)]
        config = config_of(value)
        if config is not None and not hasattr(value, "weights"):
            return [_qualified_name(type(value)), self.describe(config)]
        array = _array(value)
        return self.incomplete(value) if array is None else array


def config_of(value: Any) -> Mapping[str, Any] | None:
    """What the `get_config` of a Keras object gives. None if it gives nothing, or fails."""
    try:
        with warnings.catch_warnings(action="ignore"):  # Keras warns that a lambda is not safe to load.
            config = value.get_config()
    except Exception:  # A user's own layer may raise anything.
        return None
    return config if isinstance(config, Mapping) else None


def is_of_library(value: Any) -> bool:
    """Whether a function or a class, or the class of an object, belongs to `LIBRARIES`."""
    return package_of(value) in LIBRARIES


def package_of(value: Any) -> str:
    """The package of a function or a class, or of the class of an object."""
    return _root(_module(value))


def _module(value: Any) -> str:
    if isinstance(value, types.ModuleType):
        return value.__name__
    if isinstance(value, types.FunctionType):  # `functools.wraps` gives it the `__module__` of another.
        return str(value.__globals__.get("__name__"))
    return str(getattr(value, "__module__", None) or type(value).__module__)


def _root(module: str) -> str:
    return module.partition(".")[0]


def _qualified_name(value: Any) -> str:
    return f"{_module(value)}.{getattr(value, '__qualname__', None) or value.__name__}"


def _contents(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # It is empty.
        return None


def _array(value: Any) -> Any:
    """A NumPy array or a tensor by its content. None for anything else, and for a variable, which changes."""
    import numpy as np

    if not hasattr(value, "__array__") or hasattr(value, "assign"):
        return None
    try:
        array = np.asarray(value)
    except Exception:  # A symbolic tensor of another graph has no content.
        return None
    content = repr(array.tolist()).encode() if array.dtype.hasobject else array.tobytes()
    return ["array", array.dtype.name, list(array.shape), hashlib.sha256(content).hexdigest()]
