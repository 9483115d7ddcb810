"""Imports a user's hypermodel by its path, `package.module:Name`, and builds its models."""

import functools
import hashlib
import inspect
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from spaces.error_text import reason
from spaces.keras_types import HyperParameters, KerasModel
from spaces.object_reference import SEPARATOR, import_object
from spaces.shapes import ImageShape

DATASET_ARGUMENTS = ("input_shape", "classes", "num_classes")
"""Arguments of a constructor or function whose values come from the data set."""


def import_hypermodel(path: str, *, input_shape: ImageShape, classes: int) -> Any:
    """An object with `build(hp)`: a hypermodel, or a function in an object. A class is instantiated for these images.

    As for a Python script, the current directory is searched first.

    Raises:
        ValueError: If there is no hypermodel of this path.
    """
    target = _import_target(path)
    dataset_values = {"input_shape": tuple(input_shape), "classes": classes, "num_classes": classes}
    if inspect.isclass(target):
        target = _instantiate(path, target, _accepted(target, dataset_values))
    if callable(getattr(target, "build", None)):
        return target
    if callable(target):
        arguments = _accepted(target, dataset_values, skip=1)
        return SimpleNamespace(build=functools.partial(target, **arguments) if arguments else target)
    raise ValueError(
        f"{path} must be a keras_tuner.HyperModel or a function build(hp); got {type(target).__name__}. "
        "Name one of these."
    )


def build_model(hypermodel: Any, hp: HyperParameters) -> KerasModel:
    """The model of a hypermodel, built as the tuners of KerasTuner build it."""
    declare = getattr(hypermodel, "declare_hyperparameters", None)
    if declare is not None:
        declare(hp)
    return hypermodel.build(hp)


def has_own_fit(path: str) -> bool:
    """Whether a hypermodel has its own `fit(hp, model, ...)`, by which the tuners of KerasTuner would train."""
    import keras_tuner

    target = _import_target(path)
    kind: Any = target if inspect.isclass(target) else type(target)
    return issubclass(kind, keras_tuner.HyperModel) and kind.fit is not keras_tuner.HyperModel.fit


def is_path(name: str) -> bool:
    """Whether the name of a space is the path of a hypermodel: our own have no module."""
    return SEPARATOR in name


def version(path: str) -> str:
    """A hash of the source of the modules in which a hypermodel is named and defined. Comments do not count."""
    target = _import_target(path)
    modules = {
        path.split(SEPARATOR)[0],
        getattr(target, "__module__", None) or type(target).__module__,
        type(target).__module__,
    }
    sources = [_source(module) for module in sorted(modules - {"builtins"})]
    return hashlib.sha256("\n".join(sources).encode()).hexdigest()[:8]


def short_name(path: str) -> str:
    """The name of a hypermodel without its module."""
    return path.split(SEPARATOR)[-1]


def _import_target(path: str) -> Any:
    return import_object(path, kind="hypermodel")


def _instantiate(path: str, kind: type, arguments: dict[str, Any]) -> Any:
    try:
        return kind(**arguments)
    except Exception as error:
        raise ValueError(
            f"{path} can't be instantiated: {reason(error)}. Its constructor is given the arguments "
            f"{', '.join(DATASET_ARGUMENTS)}, if it has them. Give the other arguments defaults, or name an instance."
        ) from error


def _accepted(target: Any, dataset_values: dict[str, Any], *, skip: int = 0) -> dict[str, Any]:
    """Those of `dataset_values` for which the signature has an argument, after the first `skip` arguments."""
    names = list(inspect.signature(target).parameters)[skip:]
    return {name: value for name, value in dataset_values.items() if name in names}


def _source(module: str) -> str:
    """The source of a module without comments and empty lines. Its name if there is no source file."""
    try:
        file = inspect.getsourcefile(sys.modules[module])
        if file is None:
            return module
        source = Path(file).read_text(encoding="utf-8")
    except (KeyError, TypeError, OSError):  # A notebook's, or a compiled one.
        return module
    lines = (line.rstrip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.lstrip().startswith("#"))
