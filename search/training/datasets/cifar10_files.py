"""Finds CIFAR-10's files on this machine, or downloads them.

A folder that the user names is the only one tried. Otherwise Keras's cache is tried, then Keras's download. If there is
no CIFAR-10, an error says within seconds what was tried and what helps; no other data set takes its place.
"""

import os
import shlex
import socket
import tempfile
import threading
import urllib.request
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError

from search.interpreter import python
from search.training.datasets.dataset import DataError

FOLDER = "cifar-10-batches-py"  # as in the official archive
FILES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
URL = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
SHA256 = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"  # of the archive, as in keras.datasets
REACHABLE_WITHIN = 5.0  # seconds for the server's first answer
STALLED_AFTER = 30.0  # seconds without a byte that end a download
FALLBACK_HOME = Path("/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir())
"""Where Keras has its cache if the home folder can't be written to."""

_KERAS_NAME = f"{FOLDER}-target"  # Keras's name for the folder that it unpacks into


def batch_folder(data_dir=None):
    """The folder that holds the official batch files.

    Args:
        data_dir: That folder or the one above it; None tries CIFAR10_DIR, Keras's cache, then Keras's download.
    Raises:
        DataError: If the files are not there and can't be downloaded. Where a folder was named, no other is tried.
    """
    if data_dir is not None:
        return _named_folder(data_dir, named_by="--data-dir")
    if os.environ.get("CIFAR10_DIR"):
        return _named_folder(os.environ["CIFAR10_DIR"], named_by="CIFAR10_DIR")
    tried = ["--data-dir and CIFAR10_DIR: not given"]
    for folder in _cached_folders():
        if not (missing := _missing_files(folder)):
            return folder
        tried.append(f"{folder}: {_described(folder, missing)}")
    return _downloaded(tried)


def _named_folder(path, *, named_by):
    root = Path(os.path.expanduser(path))
    for folder in (root / FOLDER, root):
        if len(_missing_files(folder)) < len(FILES):
            return folder  # It may be incomplete: reading says which file is missing.
    if os.path.isfile(root / Path(URL).name):
        advice = f"The archive in it must be unpacked first: tar xzf {root / Path(URL).name} -C {root}"
    else:
        advice = f"Give the folder that holds {FOLDER}, as unpacked from {URL}"
    state = "holds no CIFAR-10 batch files" if os.path.isdir(root) else "is not a folder"
    raise DataError(f"{named_by} {str(path)!r:.300} {state}. {advice}")


def _missing_files(folder):
    return [name for name in FILES if not os.path.exists(folder / name)]


def _described(folder, missing):
    return f"incomplete, without {', '.join(missing)}" if folder.is_dir() else "no such folder"


def _cached_folders():
    """Where present and former versions of Keras unpack CIFAR-10; found without importing Keras."""
    homes = dict.fromkeys([_keras_home(), FALLBACK_HOME / ".keras"])
    return [home / "datasets" / name for home in homes for name in (f"{_KERAS_NAME}/{FOLDER}", FOLDER)]


def _keras_home():
    if "KERAS_HOME" in os.environ:
        return Path(os.environ["KERAS_HOME"]).expanduser()
    home = Path("~").expanduser()
    return (home if os.access(home, os.W_OK) else FALLBACK_HOME) / ".keras"


def _downloaded(tried):
    try:
        _probe()
        unpacked = Path(_keras_download())
        return _named_folder(unpacked, named_by="Keras's download")
    except Exception as error:  # Keras raises plain `Exception`
        raise DataError(_not_available([*tried, f"{URL}: {_reason(error)}"])) from error


def _reason(error):
    if type(error) is URLError:
        error = error.reason  # Otherwise it would be shown in urllib's brackets.
    return str(error) or type(error).__name__


def _probe():
    """Raise within seconds if the server does not answer.

    The request runs in a daemon thread: looking up a host name has no timeout and can't be interrupted.
    """
    failure = [TimeoutError(f"no answer within {REACHABLE_WITHIN:g} s")]

    def ask():
        try:
            request = urllib.request.Request(URL, method="HEAD")
            urllib.request.urlopen(request, timeout=REACHABLE_WITHIN).close()  # through the proxy, if one is set
            failure[0] = None
        except (OSError, ValueError, HTTPException) as error:
            failure[0] = error

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(REACHABLE_WITHIN)
    if (error := failure[0]) is not None:
        raise error


def _keras_download():
    from keras.utils import get_file

    home = _keras_home()
    home.mkdir(parents=True, exist_ok=True)  # Keras believes that it can't write to a folder that does not exist.
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(STALLED_AFTER)  # Keras's download has no timeout of its own
    try:
        return get_file(_KERAS_NAME, origin=URL, extract=True, file_hash=SHA256, cache_dir=str(home))
    finally:
        socket.setdefaulttimeout(before)


def _not_available(tried):
    places = "\n".join(f"  {place}" for place in tried)
    command = f"{shlex.quote(python())} -m search.run"
    return (
        f"CIFAR-10 is not on this machine and could not be downloaded. Tried:\n{places}\n"
        "What helps:\n"
        f"  {command} --data-dir FOLDER    where FOLDER holds {FOLDER}, unpacked from\n"
        f"      {URL}\n"
        f"  {command} --dataset cluttered-digits --trials 40    to search images that need no download"
    )
