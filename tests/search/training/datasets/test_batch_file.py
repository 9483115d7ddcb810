"""Batch files of CIFAR-10: whole ones, hostile ones and damaged ones."""

import os
import pickle
import struct

import numpy as np
import pytest

from search.training import datasets
from search.training.datasets import DataError, batch_file
from tests.search.training.datasets.small_cifar10 import (
    ROWS,
    batch,
    official_labels,
    pixels,
    python2_batch,
    write_cifar10,
)

pytestmark = pytest.mark.usefixtures("small_cifar10")

# --- the layout


def assert_holds(path, planes):
    images, labels = batch_file.read_batch(path)
    assert images.dtype == np.uint8 and images.shape == (ROWS, 32, 32, 3) and images.flags.c_contiguous
    assert labels.dtype == np.int32 and labels.tolist() == official_labels()
    for image, plane, row, column in [(0, 0, 0, 0), (7, 1, 3, 30), (39, 2, 31, 31)]:
        assert images[image, row, column, plane] == planes[image, plane * 1024 + row * 32 + column]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_pickle_protocol_is_read(tmp_path, protocol):
    (tmp_path / "data_batch_1").write_bytes(pickle.dumps(batch(1), protocol=protocol))
    assert_holds(tmp_path / "data_batch_1", pixels(1))


def test_files_of_python_2_are_read(tmp_path):
    content = python2_batch(pixels(1), official_labels())
    assert (pickle.loads(content, encoding="bytes")[b"data"] == pixels(1)).all()  # it is what we say it is
    (tmp_path / "data_batch_1").write_bytes(content)
    assert_holds(tmp_path / "data_batch_1", pixels(1))


@pytest.mark.parametrize("modules", [("numpy._core", "numpy.core"), ("numpy.core", "numpy._core")])
def test_both_module_names_of_numpy_are_read(tmp_path, modules):
    content = pickle.dumps(batch(1), protocol=2).replace(*(f"c{name}.".encode() for name in modules))
    (tmp_path / "data_batch_1").write_bytes(content)
    assert_holds(tmp_path / "data_batch_1", pixels(1))


def test_text_keys_and_column_major_arrays_are_read(tmp_path):
    content = {"labels": official_labels(), "data": np.asfortranarray(pixels(1))}
    (tmp_path / "data_batch_1").write_bytes(pickle.dumps(content, protocol=2))
    assert_holds(tmp_path / "data_batch_1", pixels(1))


# --- hostile files


class Hostile:
    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def test_a_hostile_pickle_runs_nothing(tmp_path):
    mark = tmp_path / "created"
    content = pickle.dumps(batch(0, data=Hostile(os.system, f"touch {mark}")))
    pickle.loads(content)
    assert mark.exists()  # Python's own loader runs it
    mark.unlink()

    folder = write_cifar10(tmp_path / "data")
    (folder / "data_batch_1").write_bytes(content)
    with pytest.raises(DataError, match=r"data_batch_1 .* asks to run (posix|nt)\.system, .* nothing was run"):
        datasets.load("cifar10", data_dir=folder)
    assert not mark.exists()


HOSTILE = {
    "eval": b"cbuiltins\neval\n(S'1'\ntR.",
    "getattr": b"cbuiltins\ngetattr\n(S'1'\ntR.",
    "numpy's loader": b"cnumpy\nload\n(S'x'\ntR.",
    "numpy's runner": b"cnumpy.testing\nrundocs\n)R.",
    "dotted name": b"\x80\x04\x8c\x05numpy\x8c\x12ndarray.__reduce__\x93.",
    "old instance": b"(S'touch x'\nios\nsystem\n.",
    "codecs decode": b"c_codecs\ndecode\n(S'x'\ntR.",
    "attributes of a stand-in": b"cnumpy\nndarray\n(N}S'bytes_array'\nS'x'\nstb.",
    "extension": b"\x80\x02\x82\x01.",
    "persistent": b"Pnumber\n.",
    "memory: object number": b"\x80\x02]r\xff\xff\xff\xff.",
    "memory: byte array": b"\x80\x05\x96\x00\x00\x00\x00\x00\x01\x00\x00.",
    "memory: array": b"cnumpy\nndarray\n((J\xff\xff\xff\x7fJ\xff\xff\xff\x7ftS'u1'\ntR.",
    "stack: nested key": b"}(N" + b"\x85" * 200_000 + b"Nu.",
    "stack: nested label": b"}(S'data'\n]S'labels'\n](" + b"]" * 3000 + b"a" * 2999 + b"eu.",
    "a set": b"\x80\x04\x8f.",
    "time: key of shared tuples": b"}K\x01" + b"".join(b"q%ch%c\x86" % (n, n) for n in range(60)) + b"Ns.",
    "time: the same, hidden": b"}K\x01" + b"".join(b"(eq%ch%c\x86" % (n, n) for n in range(60)) + b"Ns.",
    "time: the same, copied": b"}K\x01" + b"2\x86" * 60 + b"Ns.",
    "time: label of shared lists": b"}(S'labels'\n](K\x01"
    + b"".join(b"q%c]h%cah%ca" % (n, n, n) for n in range(60))
    + b"eu.",
}


def test_frames_that_lie_hide_nothing(tmp_path):
    """Python's unpickler would leave out what a frame ends in the middle of, and read on in what follows."""
    hidden = b"r\xff\xff\xff\xff"  # memory: object number
    content = b"\x80\x04\x95" + struct.pack("<Q", 4) + b"K\x01B" + struct.pack("<I", 9) + b"\x00" * 4 + hidden + b"."
    (tmp_path / "data_batch_1").write_bytes(content)
    with pytest.raises(DataError, match="not a whole CIFAR-10 batch file: it holds a bytes, not a dictionary"):
        batch_file.read_batch(tmp_path / "data_batch_1")


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_other_hostile_pickles_are_refused(tmp_path, content):
    (tmp_path / "data_batch_1").write_bytes(content)
    with pytest.raises(DataError, match="data_batch_1 is not a whole CIFAR-10 batch file"):
        batch_file.read_batch(tmp_path / "data_batch_1")
    (tmp_path / "data_batch_2").write_bytes(pickle.dumps(batch(2)))
    assert_holds(tmp_path / "data_batch_2", pixels(2))  # The reader is as it was.


# --- damaged files

DAMAGED = {
    "wrong label": ({"labels": [*official_labels(ROWS - 1), 10]}, "labels are 0 to 9, 1 are not, the first is 10"),
    "negative label": ({"labels": [-1] * ROWS}, "labels are 0 to 9, 40 are not, the first is -1"),
    "text label": ({"labels": [b"cat"] * ROWS}, "the first is b'cat'"),
    "a label too few": ({"labels": official_labels(ROWS - 1)}, "'labels' should be a list of 40, got 39"),
    "no list of labels": ({"labels": b"0123"}, "'labels' should be a list of 40, got a bytes"),
    "a row too few": ({"data": pixels(0, rows=ROWS - 1)}, r"shape \(39, 3072\), expected \(40, 3072\)"),
    "wrong shape": ({"data": pixels(0).reshape(ROWS, 3, 32, 32)}, r"shape \(40, 3, 32, 32\)"),
    "wrong type": ({"data": pixels(0).astype(np.float32)}, "type 'f4' instead of uint8"),
    "no array": ({"data": [1, 2]}, "'data' is a list, not an array"),
}


@pytest.mark.parametrize("changes, message", DAMAGED.values(), ids=DAMAGED)
def test_damaged_content_is_one_sentence(tmp_path, changes, message):
    folder = write_cifar10(tmp_path / "data", **changes)
    with pytest.raises(DataError, match=f"data_batch_3 is not a whole CIFAR-10 batch file: .*{message}") as error:
        datasets.load("cifar10", data_dir=folder)
    assert "\n" not in str(error.value) and len(str(error.value)) < 500


@pytest.mark.parametrize("content", [[1], {b"labels": official_labels()}, {b"data": 1}, None])
def test_other_pickles_are_refused(tmp_path, content):
    (tmp_path / "data_batch_1").write_bytes(pickle.dumps(content))
    with pytest.raises(DataError, match="data_batch_1 .*(not a dictionary|it has no '(data|labels)')"):
        batch_file.read_batch(tmp_path / "data_batch_1")


@pytest.mark.parametrize("length", [0, 1, 10, 0.5, 0.999])
def test_a_truncated_file_is_refused(tmp_path, length):
    folder = write_cifar10(tmp_path / "data")
    path = folder / "data_batch_2"
    content = path.read_bytes()
    path.write_bytes(content[: length if isinstance(length, int) else int(length * len(content))])
    with pytest.raises(DataError, match="data_batch_2 is not a whole CIFAR-10 batch file"):
        datasets.load("cifar10", data_dir=folder)


def test_a_web_page_instead_of_a_file_is_refused(tmp_path):
    (tmp_path / "data_batch_1").write_bytes(b"<!DOCTYPE html><html>404</html>")
    with pytest.raises(DataError, match="not a whole CIFAR-10 batch file"):
        batch_file.read_batch(tmp_path / "data_batch_1")


def test_a_file_far_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(batch_file, "LARGEST_FILE", 1000)
    (tmp_path / "data_batch_1").write_bytes(bytes(1001))
    with pytest.raises(DataError, match="it has 1,001 bytes"):
        batch_file.read_batch(tmp_path / "data_batch_1")


@pytest.mark.filterwarnings("ignore:invalid escape sequence")
def test_damaged_bytes_never_escape_as_another_error(tmp_path):
    random = np.random.default_rng(0)
    for original in (pickle.dumps(batch(0), protocol=2), python2_batch(pixels(0), official_labels())):
        # The pixels may be anything: damage is dealt to what stands around them.
        start = original.index(pixels(0).tobytes()[:8]) if pixels(0).tobytes()[:8] in original else len(original) // 2
        places = [*range(min(start, 600)), *range(len(original) - 300, len(original))]
        for _ in range(400):
            content = bytearray(original)
            for place in random.choice(places, size=random.integers(1, 4)):
                content[place] = random.integers(0, 256)
            path = tmp_path / "data_batch_1"
            path.write_bytes(content)
            try:
                images, labels = batch_file.read_batch(path)
            except DataError:
                continue
            assert images.shape == (ROWS, 32, 32, 3) and set(labels.tolist()) <= set(range(10))
