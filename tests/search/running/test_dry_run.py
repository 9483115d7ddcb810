"""A dry run describes the search and leaves nothing behind."""

import math
import re
from random import Random

import pytest

from search.cli.messages import console
from search.optimizer.networks.hyperparameters import RandomHyperParameters
from search.optimizer.networks.space_statistics import SpaceStatistics
from search.running.dry_run import layer_table, share
from spaces.reference import resnet8
from tests.search.conftest import QUICK
from tests.spaces.hypermodels import space


@pytest.mark.long
def test_it_shows_size_costs_samples_and_time_and_stores_nothing(in_process, tmp_path):
    done = in_process("search.run", *QUICK, "--trials", "30", "--dry-run", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(r"The space has about 10\^\d\d networks\. 20,000 random ones have", done.stdout)
    samples = [float(amount) for amount in re.findall(r"Sample \d of 5: ([\d.]+) [kM]FLOPs", done.stdout)]
    assert len(samples) == 5
    assert re.search(r"30 networks of up to 1 epoch would take about \d+ (s|min)", done.stdout)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_it_says_that_a_cap_may_be_exceeded_where_a_layer_could_not_be_counted(in_process, tmp_path):
    words = *QUICK, "--space", "tests.spaces.hypermodels:uncountable", "--max-flops", "100k", "--dry-run"
    done = in_process("search.run", *words, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    assert "FLOPs are a lower bound: the layers Mystery could not be counted." in text
    assert "may have more FLOPs than --max-flops allows" in text
    assert "at least 61.4 kFLOPs" in text


def test_a_layer_that_could_not_be_counted_is_named_without_a_bar(capsys):
    network = space("uncountable").architecture(RandomHyperParameters(Random(0)))
    console().print(layer_table(network, title="Sample"))
    title, _, _, mystery, dense = capsys.readouterr().out.splitlines()
    assert title.startswith("Sample: at least 1.28 kFLOPs")
    assert mystery.split() == ["Mystery", "8x8x1", "not", "counted"]
    assert "█" in dense


def test_a_layer_has_a_bar_in_proportion_to_its_multiply_adds(capsys):
    console().print(layer_table(resnet8(), title="ResNet-8"))
    output = capsys.readouterr().out
    layers = [layer for layer in resnet8().cost().layers if layer.multiply_adds]
    bars = [line.count("█") for line in output.splitlines() if line.count("x") >= 1 or "█" in line][-len(layers) :]
    assert max(bars) == 24
    assert output.startswith("ResNet-8: ")


@pytest.mark.parametrize(
    ("allowed", "networks", "text"),
    [
        (1.0, 1.7e18, "all of them are within the caps"),
        (0.99999, 1.7e18, "99.9 % of them are within the caps, which allow about 10^18 networks"),
        (0.5, math.inf, "50 % of them are within the caps, which allow networks without end"),
        (1 / 20_000, 7_500.0, "0.005 % of them are within the caps, which allow about 7,500 networks"),
        (0.0, 0.0, "none of them is within the caps, but others are"),
    ],
)
def test_a_share_is_told_so_that_it_can_be_read(allowed, networks, text):
    statistics = SpaceStatistics(1.7e18, 0.0, allowed, networks, (1, 2), (1, 2), 20_000, ())
    assert share(statistics) == text
