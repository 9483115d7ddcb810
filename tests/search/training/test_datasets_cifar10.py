"""CIFAR-10: the files' layout, hostile and damaged files, and where they are looked for.

Small files in the official layout stand in for the real ones, which are read too when CIFAR10_DIR is set.
"""

import hashlib
import http.server
import os
import pickle
import socket
import struct
import tarfile
import threading
import time
from collections import Counter

import numpy as np
import pytest

from search.training import datasets
from search.training.datasets import DataError, batch_file, cifar10_files
from search.training.datasets.held_out import load_test

ROWS = 40
REAL_CIFAR10 = os.environ.get("CIFAR10_DIR")


@pytest.fixture(autouse=True)
def small_batches_on_a_lonely_machine(monkeypatch, tmp_path):
    """Files of 40 images; no CIFAR-10 anywhere; a server that nobody runs."""
    monkeypatch.setattr(batch_file, "ROWS", ROWS)
    monkeypatch.setattr(cifar10_files, "URL", "http://127.0.0.1:9/cifar-10-python.tar.gz")
    monkeypatch.setattr(cifar10_files, "_temporary", lambda: tmp_path / "temporary")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.delenv("CIFAR10_DIR", raising=False)


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


# --- the split


def test_a_dataset_holds_every_training_image_once_and_no_test_image(tmp_path):
    root = write_cifar10(tmp_path / "data" / "cifar-10-batches-py").parent
    data = datasets.load("cifar10", data_dir=root, seed=1)
    assert data.train_images.shape == (180, 32, 32, 3) and data.validation_images.shape == (20, 32, 32, 3)
    assert Counter(data.validation_labels.tolist()) == {label: 2 for label in range(10)}
    assert data.class_names[3] == "cat" and data.classes == 10 and data.mirrorable

    seen = {image.tobytes() for image in np.concatenate([data.train_images, data.validation_images])}
    official = np.concatenate([pixels(number) for number in range(5)]).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    assert seen == {image.tobytes() for image in official}
    test_images, test_labels = load_test("cifar10", data_dir=root)
    assert test_labels.tolist() == official_labels()
    assert not seen & {image.tobytes() for image in test_images}


def test_loading_never_reads_the_test_split(tmp_path):
    folder = write_cifar10(tmp_path / "data")
    (folder / "test_batch").unlink()
    datasets.load("cifar10", data_dir=folder)
    with pytest.raises(DataError, match="test_batch is missing"):
        load_test("cifar10", data_dir=folder)


def test_the_fingerprint_follows_content_and_split_and_not_the_place(tmp_path):
    first, moved = write_cifar10(tmp_path / "a"), write_cifar10(tmp_path / "b")
    labels = official_labels()
    labels[0], labels[1] = labels[1], labels[0]
    changed = write_cifar10(tmp_path / "c", labels=labels)

    def fingerprint(folder, **options):
        return datasets.load("cifar10", data_dir=folder, **options).fingerprint

    assert fingerprint(first) == fingerprint(moved)
    others = [fingerprint(changed), fingerprint(first, seed=1), fingerprint(first, train_limit=100)]
    assert len({fingerprint(first), *others}) == 4


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
    "attributes of a stand-in": b"cnumpy\nndarray\n(N}S'raw'\nS'x'\nstb.",
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
    before = dict(vars(batch_file._Array))
    with pytest.raises(DataError, match="data_batch_1 is not a whole CIFAR-10 batch file"):
        batch_file.read_batch(tmp_path / "data_batch_1")
    assert dict(vars(batch_file._Array)) == before


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
def test_damaged_content_is_told_in_one_sentence(tmp_path, changes, message):
    folder = write_cifar10(tmp_path / "data", **changes)
    with pytest.raises(DataError, match=f"data_batch_3 is not a whole CIFAR-10 batch file: .*{message}") as caught:
        datasets.load("cifar10", data_dir=folder)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500


@pytest.mark.parametrize("content", [[1], {b"labels": official_labels()}, {b"data": 1}, None])
def test_other_pickles_are_told(tmp_path, content):
    (tmp_path / "data_batch_1").write_bytes(pickle.dumps(content))
    with pytest.raises(DataError, match="data_batch_1 .*(not a dictionary|it has no '(data|labels)')"):
        batch_file.read_batch(tmp_path / "data_batch_1")


@pytest.mark.parametrize("kept", [0, 1, 10, 0.5, 0.999])
def test_a_truncated_file_is_told(tmp_path, kept):
    folder = write_cifar10(tmp_path / "data")
    path = folder / "data_batch_2"
    content = path.read_bytes()
    path.write_bytes(content[: kept if isinstance(kept, int) else int(kept * len(content))])
    with pytest.raises(DataError, match="data_batch_2 is not a whole CIFAR-10 batch file"):
        datasets.load("cifar10", data_dir=folder)


def test_a_web_page_instead_of_a_file_is_told(tmp_path):
    (tmp_path / "data_batch_1").write_bytes(b"<!DOCTYPE html><html>404</html>")
    with pytest.raises(DataError, match="not a whole CIFAR-10 batch file"):
        batch_file.read_batch(tmp_path / "data_batch_1")


def test_a_file_far_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(batch_file, "_LARGEST_FILE", 1000)
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


# --- where they are looked for


def test_the_folder_itself_and_the_one_above_it_are_understood(tmp_path, monkeypatch):
    folder = write_cifar10(tmp_path / "data" / "cifar-10-batches-py")
    assert cifar10_files.batch_folder(folder) == cifar10_files.batch_folder(folder.parent) == folder
    monkeypatch.setenv("CIFAR10_DIR", str(folder.parent))
    assert cifar10_files.batch_folder() == folder


def test_the_argument_comes_before_the_environment(tmp_path, monkeypatch):
    folder = write_cifar10(tmp_path / "data")
    monkeypatch.setenv("CIFAR10_DIR", str(tmp_path / "other"))
    assert cifar10_files.batch_folder(folder) == folder


@pytest.mark.parametrize("place", ["cifar-10-batches-py-target/cifar-10-batches-py", "cifar-10-batches-py"])
def test_the_cache_of_keras_is_found(tmp_path, place):
    folder = write_cifar10(tmp_path / "keras" / "datasets" / place)
    assert cifar10_files.batch_folder() == folder


def test_a_cache_that_was_never_finished_is_passed_over(tmp_path):
    folder = write_cifar10(tmp_path / "keras" / "datasets" / "cifar-10-batches-py")
    (folder / "test_batch").unlink()
    with pytest.raises(DataError, match="incomplete, without test_batch"):
        cifar10_files.batch_folder()


def test_a_wrong_place_is_an_error_even_with_a_cache(tmp_path, monkeypatch):
    write_cifar10(tmp_path / "keras" / "datasets" / "cifar-10-batches-py")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="--data-dir '.*empty' holds no CIFAR-10 batch files. Give the folder that"):
        datasets.load("cifar10", data_dir=tmp_path / "empty")
    monkeypatch.setenv("CIFAR10_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="CIFAR10_DIR '.*nowhere' is not a folder"):
        datasets.load("cifar10")


def test_an_archive_that_is_still_packed_is_told(tmp_path):
    (tmp_path / "cifar-10-python.tar.gz").touch()
    with pytest.raises(DataError, match="must be unpacked first: tar xzf"):
        datasets.load("cifar10", data_dir=tmp_path)


def test_a_missing_file_is_named(tmp_path):
    folder = write_cifar10(tmp_path / "data")
    (folder / "data_batch_4").unlink()
    with pytest.raises(DataError, match="data_batch_4 is missing"):
        datasets.load("cifar10", data_dir=folder)


def test_a_folder_in_place_of_a_file_is_told(tmp_path):
    folder = write_cifar10(tmp_path / "data")
    (folder / "data_batch_4").unlink()
    (folder / "data_batch_4").mkdir()
    with pytest.raises(DataError, match="data_batch_4 is missing"):
        datasets.load("cifar10", data_dir=folder)


# --- without a network


def assert_helps(error, tmp_path):
    message = str(error)
    for part in (
        "--data-dir and CIFAR10_DIR: not given",
        str(tmp_path / "keras" / "datasets" / "cifar-10-batches-py"),
        cifar10_files.URL,
        "python -m search.run --data-dir FOLDER",
        "python -m search.run --dataset digits --trials 12",
    ):
        assert part in message


@pytest.mark.parametrize("host", ["127.0.0.1:9", "no-such-host.invalid"])
def test_without_a_network_the_error_comes_at_once_and_helps(monkeypatch, tmp_path, host):
    monkeypatch.setattr(cifar10_files, "URL", f"http://{host}/cifar-10-python.tar.gz")
    start = time.monotonic()
    with pytest.raises(DataError) as caught:
        datasets.load("cifar10")
    assert time.monotonic() - start < 6.5
    assert_helps(caught.value, tmp_path)


def test_a_server_that_never_answers_is_given_up(monkeypatch, tmp_path):
    monkeypatch.setattr(cifar10_files, "REACHABLE_WITHIN", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(cifar10_files, "URL", f"http://127.0.0.1:{silent.getsockname()[1]}/x.tar.gz")
        start = time.monotonic()
        with pytest.raises(DataError) as caught:
            datasets.load("cifar10")
    assert time.monotonic() - start < 2
    assert_helps(caught.value, tmp_path)


def test_a_name_look_up_that_hangs_is_given_up(monkeypatch, tmp_path):
    monkeypatch.setattr(cifar10_files, "REACHABLE_WITHIN", 0.3)
    monkeypatch.setattr(cifar10_files, "URL", "http://hangs.invalid/x.tar.gz")
    release = threading.Event()

    def hang(*_, **__):
        release.wait(10)
        raise OSError("released")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    start = time.monotonic()
    with pytest.raises(DataError, match="no answer within 0.3 s") as caught:
        datasets.load("cifar10")
    assert time.monotonic() - start < 2
    release.set()
    assert_helps(caught.value, tmp_path)


# --- with one


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Serves the folder `served` at the address that CIFAR-10 is downloaded from."""
    (tmp_path / "served").mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=tmp_path / "served")

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        monkeypatch.setattr(cifar10_files, "URL", f"http://127.0.0.1:{running.server_port}/cifar-10-python.tar.gz")
        yield tmp_path / "served"
        running.shutdown()


def pack(folder, archive):
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(folder, arcname="cifar-10-batches-py")
    return hashlib.sha256(archive.read_bytes()).hexdigest()


def test_a_download_is_checked_unpacked_and_kept(tmp_path, monkeypatch, server):
    digest = pack(write_cifar10(tmp_path / "original"), server / "cifar-10-python.tar.gz")
    with pytest.raises(DataError, match="hash"):  # of the real archive, which this is not
        datasets.load("cifar10")

    monkeypatch.setattr(cifar10_files, "SHA256", digest)
    downloaded = datasets.load("cifar10")
    assert downloaded.fingerprint == datasets.load("cifar10", data_dir=tmp_path / "original").fingerprint
    (server / "cifar-10-python.tar.gz").unlink()
    assert datasets.load("cifar10").fingerprint == downloaded.fingerprint


@pytest.mark.filterwarnings("ignore:Skipping:UserWarning")
@pytest.mark.parametrize("known", [False, True], ids=["wrong hash", "right hash"])
def test_an_archive_never_writes_beside_its_folder(tmp_path, monkeypatch, server, known):
    archive = server / "cifar-10-python.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        for name, kind, target in [
            ("../../../../outside", tarfile.REGTYPE, ""),
            (str(tmp_path / "outside"), tarfile.REGTYPE, ""),
            ("cifar-10-batches-py/link", tarfile.SYMTYPE, str(tmp_path)),
            ("cifar-10-batches-py/link/outside", tarfile.REGTYPE, ""),
            ("cifar-10-batches-py/hard", tarfile.LNKTYPE, "../../../../secret"),
            ("cifar-10-batches-py/data_batch_1", tarfile.FIFOTYPE, ""),
            ("cifar-10-batches-py/data_batch_2", tarfile.CHRTYPE, ""),
        ]:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, target
            packed.addfile(member)
    (tmp_path / "secret").write_text("mine")
    if known:
        monkeypatch.setattr(cifar10_files, "SHA256", hashlib.sha256(archive.read_bytes()).hexdigest())
    before = {path for path in tmp_path.rglob("*") if "keras" not in path.parts}
    with pytest.raises(DataError) as caught:
        datasets.load("cifar10")
    assert_helps(caught.value, tmp_path)
    assert {path for path in tmp_path.rglob("*") if "keras" not in path.parts} - before <= {tmp_path / "keras"}
    assert (tmp_path / "secret").read_text() == "mine" and (tmp_path / "secret").stat().st_nlink == 1


def test_a_server_without_the_file_is_told(tmp_path, server):
    with pytest.raises(DataError, match="404") as caught:
        datasets.load("cifar10")
    assert_helps(caught.value, tmp_path)


# --- the real ones


@pytest.mark.skipif(not REAL_CIFAR10, reason="CIFAR10_DIR names no CIFAR-10")
def test_the_real_files(monkeypatch):
    monkeypatch.setattr(batch_file, "ROWS", 10_000)
    data = datasets.load("cifar10", data_dir=REAL_CIFAR10)
    assert data.train_images.shape == (45_000, 32, 32, 3)
    assert Counter(data.validation_labels.tolist()) == {label: 500 for label in range(10)}
    # The published mean colour of the training images, red, green and blue, of 1.
    everything = np.concatenate([data.train_images, data.validation_images])
    assert np.allclose(everything.mean(axis=(0, 1, 2)) / 255, [0.4914, 0.4822, 0.4465], atol=2e-3)
    test_images, test_labels = load_test("cifar10", data_dir=REAL_CIFAR10)
    assert test_images.shape == (10_000, 32, 32, 3)
    assert Counter(test_labels.tolist()) == {label: 1000 for label in range(10)}
