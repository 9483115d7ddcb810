"""The page of a comparison: whatever networks are called is text in it."""

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


def test_networks_of_hostile_names_have_a_page_of_text():
    network = SimpleNamespace(network=SimpleNamespace(name=HOSTILE, architecture=separable_cnn()))
    told = {
        "curves": {HOSTILE: b""},
        "rules": [],
        "importance": None,
        "command": HOSTILE,
        "versions": {HOSTILE: HOSTILE},
    }
    found = Reader(comparison_page(HOSTILE, [network], [ROW], **told))
    assert "script" not in found.tags and "onerror" not in found.attributes
    assert found.words.count(HOSTILE) >= 5
