"""Reads a CIFAR-10 batch file. It is a pickle from the internet, so it is read in a way that runs no code.

The few classes and functions that a pickle may name are replaced by stand-ins from this module; any other name is
refused. NumPy's unpickling is not used: pixels are taken as raw bytes and checked.
"""

import io
import pickle
import pickletools

import numpy as np

from search.training.datasets.dataset import DataError
from spaces.validation import given, place

ROWS = 10_000  # images in each official batch file
PIXELS = 3 * 32 * 32  # bytes of an image: a red plane, a green plane, a blue plane
CLASSES = 10
LARGEST_FILE = 128 * 2**20  # bytes; official files have 31 MB
_MOST_TUPLES = 100  # official files have about five
_FRAME_BYTES = 9  # the opcode and a length, which is ignored here
_PUT = {"PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"}
_GET = {"GET", "BINGET", "LONG_BINGET", "DUP"}
_SIMPLE = {opcode.name for opcode in pickletools.opcodes if opcode.arg is not None} | {"STACK_GLOBAL", "REDUCE"}
_BYTE_TYPES = {"u1", "|u1", "uint8"}


def read_batch(path):
    """One batch file.

    Args:
        path: `pathlib.Path` of a `data_batch_N` or `test_batch`, as pickled by Python 2 or 3.
    Returns:
        Images, uint8 (10000, 32, 32, 3), and labels, int32 (10000,).
    Raises:
        DataError: If the file is missing, unreadable, truncated, not of CIFAR-10's layout, or asks to run code.
    """
    content = _content(path)
    try:
        fields = _fields(content)
        return _images(fields["data"]), _labels(fields["labels"])
    except Exception as error:  # a corrupt pickle raises nearly anything
        raise _unusable(path, str(error) or type(error).__name__) from error


def _unusable(path, reason):
    return DataError(
        f"{place(path)} is not a whole CIFAR-10 batch file: {' '.join(reason.split())[:200].rstrip('.')}. "
        "Unpack cifar-10-python.tar.gz again, or remove the folder so that it is downloaded again."
    )


def _content(path):
    try:
        if not path.is_file():  # A folder; or a pipe, which would block for ever.
            raise DataError(
                f"{place(path)} is missing. A CIFAR-10 folder holds data_batch_1 to data_batch_5 and test_batch."
            )
        if path.stat().st_size > LARGEST_FILE:
            raise _unusable(path, f"it has {path.stat().st_size:,} bytes, official files have 31 million")
        return path.read_bytes()
    except OSError as error:
        raise DataError(
            f"{place(path)} cannot be read: {error.strerror}. Check the file and its permissions."
        ) from error


def _fields(content):
    content = _without_frames(content)
    _check_opcodes(content)
    fields = _PlainUnpickler(io.BytesIO(content), encoding="bytes").load()
    if not isinstance(fields, dict):
        raise TypeError(f"it holds a {type(fields).__name__}, not a dictionary")
    fields = {key.decode("latin-1") if isinstance(key, bytes) else key: value for key, value in fields.items()}
    for field in ("data", "labels"):
        if field not in fields:
            raise ValueError(f"it has no {field!r}")
    return fields


def _without_frames(content):
    """The pickle without its frames. With frames of wrong lengths, the unpickler would read another pickle."""
    parts, start = [], 0
    for opcode, _, position in pickletools.genops(content):
        if opcode.name == "FRAME":
            parts.append(content[start:position])
            start = position + _FRAME_BYTES
    return b"".join([*parts, content[start:]])


def _check_opcodes(content):
    """Refuse a pickle that would make the unpickler run out of memory or stack, or never end.

    Many tuples inside each other overflow the stack when they are hashed as a dictionary's key. Tuples that each hold
    another tuple twice take exponential time to hash.
    """
    tuples, previous = 0, ""
    simple: dict[int, bool] = {}  # by number of the object: whether it contains no other object
    for count, (opcode, argument, _) in enumerate(pickletools.genops(content)):
        tuples += opcode.name.startswith("TUPLE")
        if opcode.name in _PUT:
            number = len(simple) if argument is None else argument
            if number > count:
                raise ValueError("it numbers an object beyond its own length")
            simple[number] = previous in _SIMPLE
        if opcode.name in _GET and not simple.get(argument):
            raise ValueError("it holds one object in several places, as no official file does")
        if tuples > _MOST_TUPLES:
            raise ValueError(f"it holds more than {_MOST_TUPLES} tuples")
        previous = opcode.name


def _images(data):
    if not isinstance(data, _Array):
        raise TypeError(f"its 'data' is a {type(data).__name__}, not an array")
    planes = data.bytes_array()
    if planes.shape != (ROWS, PIXELS):
        raise ValueError(f"its 'data' has the shape {planes.shape}, expected {(ROWS, PIXELS)}")
    return np.ascontiguousarray(planes.reshape(ROWS, 3, 32, 32).transpose(0, 2, 3, 1))


def _labels(labels):
    if not isinstance(labels, list) or len(labels) != ROWS:
        got = f"{len(labels):,}" if isinstance(labels, list) else f"a {type(labels).__name__}"
        raise ValueError(f"its 'labels' should be a list of {ROWS:,}, got {got}")
    wrong = [label for label in labels if type(label) is not int or not 0 <= label < CLASSES]
    if wrong:
        raise ValueError(f"labels are 0 to {CLASSES - 1}, {len(wrong):,} are not, the first is {given(wrong[0])}")
    return np.array(labels, dtype=np.int32)


class _Inert:
    """Base class of the stand-ins. Without `__setstate__`, a pickle could set attributes of the class itself."""

    def __setstate__(self, state):
        pass


class _Type(_Inert):
    """Stands in for `numpy.dtype`; keeps only its name."""

    def __init__(self, code=None, *_):
        self.code = code.decode("latin-1") if isinstance(code, bytes) else code


class _Array(_Inert):
    """Stands in for `numpy.ndarray` and for the function that makes an empty one."""

    shape, dtype, column_major, raw = (), None, False, b""

    def __init__(self, *_):
        pass

    def __setstate__(self, state):
        self.shape, self.dtype, self.column_major, self.raw = state[-4:]

    def bytes_array(self):
        """The array, uint8. Raises ValueError if type, shape and bytes do not fit together."""
        code = getattr(self.dtype, "code", None)
        if not isinstance(code, str) or code not in _BYTE_TYPES:
            raise ValueError(f"its 'data' has the type {given(code)} instead of uint8")
        order = "F" if self.column_major else "C"
        return np.frombuffer(self.raw, np.uint8).reshape(self.shape, order=order)


class _Buffer(_Array):
    """Stands in for the function that rebuilds an array in pickle protocol 5."""

    def __init__(self, raw=b"", dtype=None, shape=(), order="C"):
        self.raw, self.dtype, self.shape, self.column_major = raw, dtype, shape, order == "F"


class _Encoded(_Inert):
    """Stands in for `_codecs.encode`, through which Python 3 writes bytes in old protocols."""

    def __new__(cls, text="", *_):
        return text.encode("latin-1")


_STAND_INS = {
    ("numpy", "dtype"): _Type,
    ("numpy", "ndarray"): _Array,
    ("numpy.core.multiarray", "_reconstruct"): _Array,
    ("numpy._core.multiarray", "_reconstruct"): _Array,
    ("numpy.core.numeric", "_frombuffer"): _Buffer,
    ("numpy._core.numeric", "_frombuffer"): _Buffer,
    ("_codecs", "encode"): _Encoded,
}


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module, name):
        try:
            return _STAND_INS[module, name]
        except KeyError:
            raise pickle.UnpicklingError(
                f"it asks to run {module}.{name}"[:120] + ", as no official file does; nothing was run"
            ) from None
