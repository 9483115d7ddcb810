"""Opens a `.keras` file without running code that may be in it."""

import json
import zipfile
from pathlib import Path

from spaces.error_text import reason
from spaces.keras_rules import IN_PLACE, LAYERS, OPERATIONS
from spaces.validation import given, place

MODELS = {"Functional", "Sequential"}
LAYER_MODULES = {"keras", "keras.layers", "keras.models", "keras.src.models.functional", "keras.src.models.sequential"}
OPERATION_MODULES = {"keras.src.ops.image", "keras.src.ops.nn", "keras.src.ops.numpy"}
SETTINGS = {
    *("DTypePolicy", "__keras_tensor__", "slice"),
    *("Constant", "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform", "Ones"),
    *("Orthogonal", "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Zeros"),
    *("L1", "L2", "L1L2", "MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"),
}
SETTINGS_MODULES = {None, "keras", "keras.initializers", "keras.regularizers", "keras.constraints"}
"""All that our networks consist of: layers whose cost is known, models of them, and the classes in their settings."""

MEMBERS = {"metadata.json", "config.json", "model.weights.h5"}
LARGEST_CONFIG = 10_000_000  # bytes
LARGEST_WEIGHTS = 2_000_000_000  # bytes

_ADVICE = "Give a model.keras that python -m search.export wrote, and use the versions that its report.json names."


class ModelFileError(ValueError):
    """A model file that is not opened. The message says what was wrong, what was given, what to do."""


def open_model(path: str | Path):
    """The Keras model in a file that this program wrote.

    The file's config is first read as data. A file with anything but the layers of our networks is refused before Keras
    opens it.

    Args:
        path: A `.keras` file.
    Raises:
        ModelFileError: If the file is broken, is from a newer version, or names any other class.
        OSError: If it can't be read.
    """
    import keras

    _inspect(Path(path))
    try:
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises nearly anything.
        raise ModelFileError(f"{place(path)} can't be opened ({reason(error)}). {_ADVICE}") from None


def _inspect(path: Path) -> None:
    if path.is_dir():
        raise ModelFileError(f"{place(path)} is a folder. {_ADVICE}")
    path.open("rb").close()
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {member.filename: member.file_size for member in archive.infolist()}
            _check_members(path, sizes)
            config = json.loads(archive.read("config.json"))
    except ModelFileError:
        raise
    except Exception:  # A damaged archive raises nearly anything.
        raise ModelFileError(f"{place(path)} is broken: it is no archive with a model in it. {_ADVICE}") from None
    for entry in _objects(config):
        _check_object(path, entry)


def _check_members(path: Path, sizes: dict[str, int]) -> None:
    if set(sizes) != MEMBERS:
        raise ModelFileError(f"{place(path)} holds {given(sorted(sizes))}; {sorted(MEMBERS)} were expected. {_ADVICE}")
    if sizes["config.json"] > LARGEST_CONFIG or sum(sizes.values()) > LARGEST_WEIGHTS:
        raise ModelFileError(f"{place(path)} would unpack to {sum(sizes.values()):,} bytes. {_ADVICE}")


def _objects(part) -> list[dict]:
    """Each part of a config that names a class, which Keras would create."""
    objects, unvisited = [], [part]
    while unvisited:
        value = unvisited.pop()
        if isinstance(value, dict):
            if "class_name" in value:
                objects.append(value)
            unvisited += value.values()
        elif isinstance(value, list):
            unvisited += value
    return objects


def _check_object(path: Path, entry: dict) -> None:
    module, name = (
        value if isinstance(value, str | None) else "?" for value in (entry.get("module"), entry["class_name"])
    )
    known = (
        (name in LAYERS | MODELS and module in LAYER_MODULES)
        or (name in SETTINGS and module in SETTINGS_MODULES)
        or (name in OPERATIONS | IN_PLACE and module in OPERATION_MODULES)
    )
    if not known or entry.get("registered_name") not in (None, name):
        class_name = place(f"{str(module)[:100]}.{str(name)[:100]}")
        raise ModelFileError(f"{place(path)} asks for {class_name}, which no network of this program has. {_ADVICE}")
