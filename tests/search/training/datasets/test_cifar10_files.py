"""Where CIFAR-10's files are looked for, and how they are fetched."""

import hashlib
import http.server
import socket
import tarfile
import threading

import pytest

from search.training import datasets
from search.training.datasets import DataError, cifar10_files
from tests.search.training.datasets.small_cifar10 import write_cifar10

pytestmark = pytest.mark.usefixtures("small_cifar10")

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


def test_an_archive_that_is_still_packed_is_one_sentence(tmp_path):
    (tmp_path / "cifar-10-python.tar.gz").touch()
    with pytest.raises(DataError, match="must be unpacked first: tar xzf"):
        datasets.load("cifar10", data_dir=tmp_path)


def test_a_missing_file_is_named(tmp_path):
    folder = write_cifar10(tmp_path / "data")
    (folder / "data_batch_4").unlink()
    with pytest.raises(DataError, match="data_batch_4 is missing"):
        datasets.load("cifar10", data_dir=folder)


def test_a_folder_in_place_of_a_file_is_refused(tmp_path):
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
        "python -m search.run --dataset cluttered-digits --trials 40",
    ):
        assert part in message


def assert_refused(tmp_path, *, match):
    with pytest.raises(DataError, match=match) as error:
        datasets.load("cifar10")
    assert_helps(error.value, tmp_path)


REASONS = {"127.0.0.1:9": "refused", "no-such-host.invalid": "[Nn]ame|no answer within 5 s"}


@pytest.mark.parametrize(("host", "reason"), REASONS.items(), ids=REASONS)
def test_without_a_network_the_error_says_why_and_helps(monkeypatch, tmp_path, host, reason):
    monkeypatch.setattr(cifar10_files, "URL", f"http://{host}/cifar-10-python.tar.gz")
    assert_refused(tmp_path, match=f"{host}/cifar-10-python.tar.gz: .*({reason})")


def test_a_server_that_never_answers_is_given_up(monkeypatch, tmp_path):
    monkeypatch.setattr(cifar10_files, "REACHABLE_WITHIN", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(cifar10_files, "URL", f"http://127.0.0.1:{silent.getsockname()[1]}/x.tar.gz")
        assert_refused(tmp_path, match=r"x\.tar\.gz: (no answer within 0\.3 s|.*timed out)")


def test_a_name_look_up_that_hangs_is_given_up(monkeypatch, tmp_path):
    monkeypatch.setattr(cifar10_files, "REACHABLE_WITHIN", 0.3)
    monkeypatch.setattr(cifar10_files, "URL", "http://hangs.invalid/x.tar.gz")
    release = threading.Event()

    def hang(*_, **__):
        release.wait()
        raise OSError("released")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        assert_refused(tmp_path, match="no answer within 0.3 s")
    finally:
        release.set()


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
    with pytest.raises(DataError) as error:
        datasets.load("cifar10")
    assert_helps(error.value, tmp_path)
    assert {path for path in tmp_path.rglob("*") if "keras" not in path.parts} - before <= {tmp_path / "keras"}
    assert (tmp_path / "secret").read_text() == "mine" and (tmp_path / "secret").stat().st_nlink == 1


def test_a_server_without_the_file_is_one_sentence(tmp_path, server):
    with pytest.raises(DataError, match="404") as error:
        datasets.load("cifar10")
    assert_helps(error.value, tmp_path)
