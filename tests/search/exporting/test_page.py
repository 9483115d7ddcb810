"""The report of an export: the names of studies, folders and files are text in it, whatever they are."""

from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from search.devices.latency import Latency
from search.exporting import page
from search.exporting.exported_format import ExportedFormat
from search.exporting.exported_network import ExportedNetwork
from search.exporting.final_training import FinalTraining, TrainingResult
from search.results.network import TrainedNetwork
from search.training.distillation import Distillation
from search.training.recipe import NOTEBOOK
from search.training.trainer import EpochResult
from spaces.reference import separable_cnn

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"


class Reader(HTMLParser):
    """Tags, attributes and words of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words = set(), set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}

    def handle_data(self, data):
        self.words.append(data)


def exported(folder):
    architecture = separable_cnn(classes=3)
    epoch = EpochResult(1, 0.5, 1.0, 0.1, 2.0, 100.0, validation_loss=1.0, training_accuracy=0.4)
    final = FinalTraining(HOSTILE, architecture, NOTEBOOK, 1, 0, distillation=Distillation("x", "y"))
    training = TrainingResult(final, [epoch], Path("model.keras"))
    file = ExportedFormat("keras", HOSTILE, 1, 1, 0.0, 0.5, [HOSTILE])
    latency = Latency(HOSTILE, 1, 1, 1.0, 0.9, 1.1, 5)
    network = TrainedNetwork(3, architecture, accuracy=0.5, known=HOSTILE)
    return ExportedNetwork(
        network, folder, [training], [0.5], np.array([0, 1, 2]), [file], {HOSTILE: HOSTILE}, [latency], None
    )


@pytest.fixture
def about():
    network = exported(Path("x")).network.to_dict() | {"network": HOSTILE}
    return {
        "study": HOSTILE,
        "settings": {"space": HOSTILE, "rungs": [1], "epochs": 1},
        "trials": 1,
        "dataset": HOSTILE,
        "classes": [HOSTILE, "$\\frac$", "b"],
        "recipe": {"name": HOSTILE, "flip": False},
        "mirror_reason": HOSTILE,
        "versions": {HOSTILE: HOSTILE},
        "commands": [HOSTILE],
        "front": [network],
        "teacher": {
            "teacher": HOSTILE,
            "network": HOSTILE,
            "multiply_adds": 1,
            "validation_accuracy": 0.5,
            "temperature": 4.0,
            "weight": 0.9,
        },
        "candidates": [{"trial": 3, "search_accuracy": 0.5, "validation_accuracies": {1: 0.5}}],
        "rank_correlation_of_flops_and_latency": None,
    }


def test_hostile_names_on_the_page_of_a_network_are_text(about):
    read = Reader(page.network_page(exported(Path("out")), np.array([0, 1, 2]), about=about, trials=[]))
    assert "script" not in read.tags and "onerror" not in read.attributes
    assert f"Trial 3 ({HOSTILE}) of study {HOSTILE}" in read.words
    assert sum(HOSTILE in word for word in read.words) >= 8


def test_hostile_names_on_the_page_of_a_front_are_text(about):
    read = Reader(page.front_page([exported(Path(HOSTILE.replace("/", "")))], about=about, trials=[]))
    assert "script" not in read.tags and "onerror" not in read.attributes
    assert f"The front of study {HOSTILE}, trained to the end" in read.words
