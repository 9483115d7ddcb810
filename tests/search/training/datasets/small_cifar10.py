"""CIFAR-10 in small: files of the official layout, 40 images each, and no other CIFAR-10 anywhere."""

import pickle
import struct

import numpy as np

from search.training.datasets import cifar10_files

ROWS = 40


def pixels(number, *, rows=ROWS):
    return np.random.default_rng(number).integers(0, 256, (rows, 3072), dtype=np.uint8)


def official_labels(rows=ROWS):
    return [row % 10 for row in range(rows)]


def batch(number, **changes):
    content = {
        b"batch_label": b"a batch",
        b"labels": official_labels(),
        b"data": pixels(number),
        b"filenames": [b"a.png"] * ROWS,
    }
    content.update({key.encode(): value for key, value in changes.items()})
    return content


def write_cifar10(folder, **changes):
    """A folder of the official layout; `changes` to the content of data_batch_3."""
    folder.mkdir(parents=True)
    for number, name in enumerate(cifar10_files.FILES):
        content = batch(number, **(changes if name == "data_batch_3" else {}))
        (folder / name).write_bytes(pickle.dumps(content, protocol=2))
    return folder


def python2_batch(data, labels):
    """The bytes that Python 2 wrote the official files with, put together opcode by opcode."""

    def text(raw):
        return b"U" + bytes([len(raw)]) + raw

    array = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85" + text(b"b") + b"\x87R"
    shape = b"M" + struct.pack("<H", data.shape[0]) + b"M" + struct.pack("<H", data.shape[1]) + b"\x86"
    dtype = b"cnumpy\ndtype\n" + text(b"u1") + b"K\x00K\x01\x87R"
    dtype += b"(K\x03" + text(b"|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    raw = b"T" + struct.pack("<i", data.nbytes) + data.tobytes()
    array += b"(K\x01" + shape + dtype + b"\x89" + raw + b"tb"
    numbers = b"](" + b"".join(b"K" + bytes([label]) for label in labels) + b"e"
    return b"\x80\x02}(" + text(b"data") + array + text(b"labels") + numbers + b"u."
