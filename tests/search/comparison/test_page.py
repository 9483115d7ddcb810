"""The page of a comparison: the names of networks are text in it, whatever they are."""

from types import SimpleNamespace

from search.comparison.page import comparison_page
from spaces.reference import separable_cnn
from tests.search.exporting.test_page import HOSTILE, Reader

ROW = {
    "network": HOSTILE,
    "recipe": HOSTILE,
    "parameters": 1,
    "fewer_parameters_percent": 0.0,
    "fewer_parameters_factor": 1.0,
    "multiply_adds": 1,
    "training_seconds": 1.0,
    "test_accuracy": 50.0,
    "test_accuracy_std": None,
    "difference_points": 0.0,
    "test_loss": 1.0,
    "int8_accuracy": None,
    "latency_ms": None,
}


def test_hostile_names_are_text():
    network = SimpleNamespace(network=SimpleNamespace(name=HOSTILE, architecture=separable_cnn()))
    options = {
        "curves": {HOSTILE: b""},
        "rules": [],
        "importance": None,
        "command": HOSTILE,
        "versions": {HOSTILE: HOSTILE},
    }
    read = Reader(comparison_page(HOSTILE, [network], [ROW], **options))
    assert "script" not in read.tags and "onerror" not in read.attributes
    assert read.words.count(HOSTILE) >= 5
