"""The front as a sequence of networks, in text, CSV and HTML."""

import csv
import io

from search.results import Front, TrainedNetwork
from spaces.reference import resnet8, separable_cnn

NETWORKS = (
    TrainedNetwork(4, separable_cnn(), accuracy=0.6, known="SeparableCNN"),
    TrainedNetwork(7, resnet8(), accuracy=0.75, known="<b>"),
)
FRONT = Front(NETWORKS, knee=7)


def test_it_is_a_sequence():
    assert len(FRONT) == 2 and FRONT[1] == NETWORKS[1] and list(FRONT) == list(NETWORKS)


def test_the_knee_is_marked():
    first, second = repr(FRONT).splitlines()
    assert "60.0 %" in first and "(knee)" not in first
    assert second.endswith("(knee)")
    page = FRONT._repr_html_()
    assert "<td>knee</td>" in page and "<td>SeparableCNN</td>" in page


def test_csv_has_a_row_for_each_network():
    rows = list(csv.DictReader(io.StringIO(FRONT.to_csv())))
    assert [(row["trial"], row["accuracy"], row["flops"]) for row in rows] == [
        (str(one.trial), str(one.accuracy), str(one.cost.flops)) for one in NETWORKS
    ]


def test_without_a_network_there_is_a_header():
    assert Front([], knee=None).to_csv() == "trial,accuracy,flops\n"
    assert repr(Front([], knee=None)) == ""
