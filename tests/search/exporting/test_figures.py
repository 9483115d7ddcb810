"""Pictures of a report: any name of a class or a network can be drawn."""

import io
import resource

import numpy as np
import pytest
from PIL import Image

from search.exporting.figures import confusion_png, curves_png

ODD = ["$\\frac$", "$", "_hidden", "🙂 日本", "x" * 255, "<b>", "a\nb", "-rf", ""]
EPOCH = {"number": 1, "accuracy": 0.5, "training_accuracy": 0.4, "loss": 1.0, "validation_loss": 1.0}


@pytest.fixture(autouse=True)
def no_warning(recwarn):
    yield
    assert [str(warning.message) for warning in recwarn] == []


def test_any_name_of_a_class_is_drawn():
    picture = confusion_png(np.arange(9), np.arange(9)[::-1], ODD)
    assert Image.open(io.BytesIO(picture)).format == "PNG"


@pytest.mark.parametrize("name", ODD)
def test_any_name_of_a_network_is_drawn(name):
    assert curves_png({name: [EPOCH], "other": [EPOCH]}).startswith(b"\x89PNG")


def test_ten_thousand_classes_fit_into_memory():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    labels = np.arange(10_000)
    confusion_png(labels, labels, list(map(str, labels)))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kilobytes
