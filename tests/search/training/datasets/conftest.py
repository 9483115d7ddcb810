"""CIFAR-10 in small, and folders of images."""

import pytest

from search.training.datasets import batch_file, cifar10_files
from tests.search.training.datasets.image_folders import write_class
from tests.search.training.datasets.small_cifar10 import ROWS


@pytest.fixture
def small_cifar10(monkeypatch, tmp_path):
    """Files of 40 images each; no CIFAR-10 on this machine; no server at the address of the download."""
    monkeypatch.setattr(batch_file, "ROWS", ROWS)
    monkeypatch.setattr(cifar10_files, "URL", "http://127.0.0.1:9/cifar-10-python.tar.gz")
    monkeypatch.setattr(cifar10_files, "FALLBACK_HOME", tmp_path / "temporary")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.delenv("CIFAR10_DIR", raising=False)


@pytest.fixture
def plain(tmp_path):
    """Two classes, 10 and 20 images, in plain class folders."""
    write_class(tmp_path / "pets" / "dog", 10, seed=1)
    write_class(tmp_path / "pets" / "cat", 20, seed=2)
    return tmp_path / "pets"
