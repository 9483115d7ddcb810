"""Where networks are trained: this machine, or a cluster that can be reached."""

import pytest

from search.errors import SearchError
from search.run import search_config
from search.running.backend import backend_of


def test_this_machine_has_the_workers_that_were_asked_for(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    backend = backend_of(search_config(["--workers", "2"]))
    assert backend.is_this_cpu and backend.words.startswith("2 workers of ")


def test_a_gpu_is_not_the_cpu(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    backend = backend_of(search_config([]))
    assert not backend.is_this_cpu and backend.words.endswith("2 GPUs")


def test_a_cluster_that_can_not_be_reached_is_an_error():
    with pytest.raises(SearchError):
        backend_of(search_config(["--cluster", "127.0.0.1:1"]))
