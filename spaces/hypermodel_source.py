"""Where a person's hypermodel comes from: a name in a module, imported when it is asked for."""

import functools
import hashlib
import importlib
import inspect
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from spaces.cost import Shape

MARK = ":"
"""Between module and name; by it a hypermodel's path is known from a space's name."""

FROM_DATA = ("input_shape", "classes", "num_classes")
"""Arguments that the data set gives, where a constructor or a function has them."""


def imported(path: str, *, input_shape: Shape, classes: int):
    """What has `build(hp)`: a hypermodel, made for these images if it is a class.

    The current directory is looked in first, as Python does for a script that lies there.

    Raises:
        ValueError: If there is none.
    """
    found = _found(path)
    images = {"input_shape": tuple(input_shape), "classes": classes, "num_classes": classes}
    if inspect.isclass(found):
        found = _made(path, found, _wanted(path, found, images))
    if callable(getattr(found, "build", None)):
        return found
    if callable(found):
        wanted = _wanted(path, found, images, skip=1)
        return SimpleNamespace(build=functools.partial(found, **wanted) if wanted else found)
    raise ValueError(
        f"{path} must be a keras_tuner.HyperModel or a function build(hp); got {type(found).__name__}. Name such a one."
    )


def built(hypermodel, hp):
    """The model of a hypermodel, as KerasTuner's tuners build it."""
    declare = getattr(hypermodel, "declare_hyperparameters", None)
    if declare is not None:
        declare(hp)
    return hypermodel.build(hp)


def is_path(name: str) -> bool:
    """Whether a space's name is a hypermodel's path."""
    return MARK in name


def version(path: str) -> str:
    """A hash of the source of the modules that a hypermodel is named and defined in, without comments."""
    found = _found(path)
    modules = {
        path.split(MARK)[0],
        getattr(found, "__module__", None) or type(found).__module__,
        type(found).__module__,
    }
    sources = [_code(module) for module in sorted(modules - {"builtins"})]
    return hashlib.sha256("\n".join(sources).encode()).hexdigest()[:8]


def short_name(path: str) -> str:
    """A hypermodel's name without its module."""
    return path.split(MARK)[-1]


def _found(path: str) -> Any:
    module, _, name = path.partition(MARK)
    found = _module(path, module)
    for part in name.split("."):
        if not hasattr(found, part):
            raise ValueError(f"{path}: there is no {part!r} in {module}. Name a hypermodel of it.")
        found = getattr(found, part)
    return found


def _module(path: str, name: str):
    if name == "__main__":
        raise ValueError(f"{path} is in what is run itself, which workers can't import. Put it into a file of its own.")
    if os.getcwd() not in sys.path:  # It stays there, for what the module imports later, and for workers.
        sys.path.insert(0, os.getcwd())
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise ValueError(
                f"{path}: there is no module {name!r} in {os.getcwd()} or among what is installed. "
                "Go to the folder that holds it, or install it."
            ) from None
        raise ValueError(f"{path} can't be imported: {error}. Install what it needs.") from None
    except Exception as error:  # It runs, and may raise anything.
        raise ValueError(f"{path} can't be imported: {type(error).__name__}: {error}. Mend it.") from error


def _made(path: str, kind: type, arguments: dict[str, Any]):
    try:
        return kind(**arguments)
    except Exception as error:
        raise ValueError(
            f"{path} can't be made: {type(error).__name__}: {error}. Of a constructor's arguments "
            f"{', '.join(FROM_DATA)} are given; give the others defaults, or name an instance."
        ) from error


def _wanted(path: str, found, images: dict[str, Any], *, skip: int = 0) -> dict[str, Any]:
    """Of what the data set gives, that which a signature asks for by name."""
    parameters = list(inspect.signature(found).parameters)[skip:]
    return {name: value for name, value in images.items() if name in parameters}


def _code(module: str) -> str:
    try:
        source = Path(inspect.getsourcefile(sys.modules[module])).read_text(encoding="utf-8")
    except (KeyError, TypeError, OSError):  # A notebook's, or one that is compiled.
        return module
    lines = (line.rstrip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.lstrip().startswith("#"))
