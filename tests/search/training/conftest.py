"""What tests of CIFAR-10's files stand on."""

import pytest

from search.training.datasets import batch_file, cifar10_files
from tests.search.training.small_cifar10 import ROWS


@pytest.fixture
def small_cifar10(monkeypatch, tmp_path):
    """Files of 40 images; no CIFAR-10 anywhere; a server that nobody runs."""
    monkeypatch.setattr(batch_file, "ROWS", ROWS)
    monkeypatch.setattr(cifar10_files, "URL", "http://127.0.0.1:9/cifar-10-python.tar.gz")
    monkeypatch.setattr(cifar10_files, "_temporary", lambda: tmp_path / "temporary")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.delenv("CIFAR10_DIR", raising=False)
