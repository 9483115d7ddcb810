"""A dry run describes the search and leaves nothing behind."""

import re

import pytest

from search.cli.messages import console
from search.running.dry_run import layer_table
from spaces.reference import resnet8
from tests.search.conftest import QUICK


@pytest.mark.long
def test_it_shows_size_costs_samples_and_time_and_stores_nothing(in_process, tmp_path):
    done = in_process("search.run", *QUICK, "--trials", "30", "--dry-run", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(r"The space has about 10\^\d\d networks\. 20,000 random ones have", done.stdout)
    samples = [float(amount) for amount in re.findall(r"Sample \d of 5: ([\d.]+) [kM]FLOPs", done.stdout)]
    assert len(samples) == 5
    assert re.search(r"30 networks of up to 1 epoch would take about \d+ (s|min)", done.stdout)
    assert list(tmp_path.iterdir()) == []


def test_a_layer_has_a_bar_in_proportion_to_its_multiply_adds(capsys):
    console().print(layer_table(resnet8(), title="ResNet-8"))
    output = capsys.readouterr().out
    layers = [layer for layer in resnet8().cost().layers if layer.multiply_adds]
    bars = [line.count("█") for line in output.splitlines() if line.count("x") >= 1 or "█" in line][-len(layers) :]
    assert max(bars) == 24
    assert output.startswith("ResNet-8: ")
