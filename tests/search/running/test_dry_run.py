"""What would be searched is said, and nothing is left behind."""

import re

import pytest

from search.optimizer.networks.caps import Caps
from search.optimizer.rungs import Ladder
from search.running.expected_time import Speed, expected_seconds
from search.running.problem import Problem
from tests.search.conftest import QUICK


@pytest.mark.long
def test_it_says_size_costs_samples_and_time_and_keeps_nothing(in_process, tmp_path):
    done = in_process("search.run", *QUICK, "--trials", "30", "--dry-run", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(r"About \d\.?\d*e\+18 networks \(give or take \d+ %\)", done.stdout)
    samples = [float(amount) for amount in re.findall(r"Sample \d of 5: ([\d.]+) [kM]FLOPs", done.stdout)]
    assert len(samples) == 5
    assert re.search(r"30 networks of up to 1 epoch would take about \d+ (s|min)", done.stdout)
    assert list(tmp_path.iterdir()) == []


def problem(*, images, rungs):
    class Dataset:
        train_images = range(images)

    return Problem(Dataset, None, Caps(), None, Ladder(rungs))


def test_the_expected_time_by_hand():
    speeds = [Speed(building=4.0, images_per_second=1000.0, judging=1.0), Speed(2.0, 500.0, 1.0)]
    each = (4 + 9 * (45 + 1) + 2 + 9 * (90 + 1)) / 2
    whole = problem(images=45_000, rungs=(9,))
    assert expected_seconds(speeds, whole, trials=10, workers=2) == pytest.approx(each * 10 / 2)
    assert expected_seconds(speeds, whole, trials=1, workers=2) == pytest.approx(each)
    assert expected_seconds(speeds, problem(images=45_000, rungs=(1, 3, 9)), trials=10, workers=2) < 0.5 * each * 10 / 2
