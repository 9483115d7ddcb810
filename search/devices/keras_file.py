"""Opens a `.keras` file without running code that may be in it."""

import importlib
import json
import zipfile
from pathlib import Path

from spaces.error_text import reason
from spaces.keras_cost import LAYERS
from spaces.validation import given, place

MODELS = {"Functional", "Sequential"}
LAYER_MODULES = {"keras", "keras.layers", "keras.models", "keras.src.models.functional", "keras.src.models.sequential"}
KERAS_LAYERS = LAYERS | frozenset(
    "AdditiveAttention Attention Bidirectional CategoryEncoding ContrastLimitedAdaptiveHistogramEqualization "
    "ConvLSTM1D ConvLSTM2D ConvLSTM3D Discretization Dot EinsumDense Embedding GRU GRUCell GroupQueryAttention "
    "GroupedQueryAttention HashedCrossing Hashing LSTM LSTMCell MaxNumBoundingBoxes MelSpectrogram MultiHeadAttention "
    "RNN ReversibleEmbedding STFTSpectrogram SimpleRNN SimpleRNNCell SpectralNormalization StackedRNNCells "
    "TimeDistributed".split()
)
"""Keras's own layers that neither run code from a model file nor read other files."""

REFUSED_LAYERS = frozenset(
    "FlaxLayer IntegerLookup JaxLayer Lambda Layer StringLookup TFSMLayer TextVectorization TorchModuleWrapper "
    "Wrapper".split()
)
"""Keras's other layers: they run code, or read a file that the model file names, or are only a base of others."""

OPERATION_MODULES = {f"keras.src.ops.{name}" for name in ("core", "einops", "image", "linalg", "math", "nn", "numpy")}
CALLING_OPERATIONS = frozenset(
    "AssociativeScan Cond ForiLoop Map Scan Switch VectorizedMap WhileLoop".split()  # they call a function
)
SETTINGS = {
    *(
        "DTypePolicy",
        "DTypePolicyMap",
        "__ellipsis__",
        "__keras_tensor__",
        "__numpy__",
        "__slice__",
        "__tensor__",
        "slice",
    ),
    *("Constant", "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "Identity", "LecunNormal", "LecunUniform"),
    *("Ones", "Orthogonal", "RandomNormal", "RandomUniform", "STFT", "TruncatedNormal", "VarianceScaling", "Zeros"),
    *("L1", "L2", "L1L2", "OrthogonalRegularizer", "MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"),
}
SETTINGS_MODULES = {None, "builtins", "keras", "keras.initializers", "keras.regularizers", "keras.constraints"}
"""What a network of Keras's own layers consists of: these, operations, models, and the classes in their settings."""

MEMBERS = {"metadata.json", "config.json", "model.weights.h5"}
LARGEST_CONFIG = 10_000_000  # bytes
LARGEST_WEIGHTS = 2_000_000_000  # bytes

_ADVICE = "Give a model.keras that python -m search.export wrote, and use the versions that its report.json names."


class ModelFileError(ValueError):
    """A model file that is not opened. The message says what was wrong, what was given, what to do.

    Attributes:
        problem: What was wrong, without the file's name.
    """

    def __init__(self, path: Path | str, problem: str) -> None:
        super().__init__(f"{place(path)} {problem}. {_ADVICE}")
        self.problem = problem


def open_model(path: str | Path):
    """The Keras model in a file that this program wrote.

    The file's config is first read as data. A file with anything but Keras's own layers is refused before
    Keras opens it.

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
        raise ModelFileError(path, f"can't be opened ({reason(error)})") from None


def _inspect(path: Path) -> None:
    if path.is_dir():
        raise ModelFileError(path, "is a folder")
    path.open("rb").close()
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {member.filename: member.file_size for member in archive.infolist()}
            _check_members(path, sizes)
            config = json.loads(archive.read("config.json"))
    except ModelFileError:
        raise
    except Exception:  # A damaged archive raises nearly anything.
        raise ModelFileError(path, "is broken: it is no archive with a model in it") from None
    for entry in _objects(config):
        _check_object(path, entry)


def _check_members(path: Path, sizes: dict[str, int]) -> None:
    if set(sizes) != MEMBERS:
        raise ModelFileError(path, f"holds {given(sorted(sizes))}; {sorted(MEMBERS)} were expected")
    if sizes["config.json"] > LARGEST_CONFIG or sum(sizes.values()) > LARGEST_WEIGHTS:
        raise ModelFileError(path, f"would unpack to {sum(sizes.values()):,} bytes")


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
        (name in KERAS_LAYERS | MODELS and module in LAYER_MODULES)
        or (name in SETTINGS and module in SETTINGS_MODULES)
        or (module in OPERATION_MODULES and _is_operation(module, name))
    )
    if not known or entry.get("registered_name") not in (None, name):
        class_name = place(f"{str(module)[:100]}.{str(name)[:100]}")
        raise ModelFileError(path, f"asks for {class_name}, which is not a safe part of Keras's own")


def _is_operation(module: str, name: str) -> bool:
    """Whether Keras has this operation. Its config is plain data, unless it is one that calls a function."""
    from keras import Operation

    kind = getattr(importlib.import_module(module), name, None)
    return isinstance(kind, type) and issubclass(kind, Operation) and name not in CALLING_OPERATIONS
