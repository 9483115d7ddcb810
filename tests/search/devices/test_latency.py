"""Latency of real files: more images and larger networks take longer. And the rounds of timing, with a fake clock."""

import numpy as np
import pytest

from search.devices.formats import write
from search.devices.latency import ROUNDS, WARM_UP_RUNS, measure, measure_networks, time_in_turns
from spaces.architecture import Architecture
from spaces.blocks import StandardConv
from spaces.heads import GlobalAverageHead

SHAPE = (24, 24, 3)


def network(filters):
    return Architecture(SHAPE, (StandardConv(filters), StandardConv(filters)), GlobalAverageHead(4))


@pytest.mark.long
def test_every_format_and_batch_is_timed(tmp_path):
    model, images = network(16).build(), np.zeros((4, *SHAPE), np.uint8)
    files = {name: write(name, model, tmp_path, calibration=images) for name in ("keras", "litert", "litert-int8")}
    latencies = measure(files, image_shape=SHAPE, threads=1)
    assert [(one.format, one.batch) for one in latencies] == [(name, batch) for name in files for batch in (1, 32)]
    for one in latencies:
        assert one.threads == 1 and one.runs >= 25
        assert 0 < one.low_ms <= one.median_ms <= one.high_ms
    by_key = {(one.format, one.batch): one.median_ms for one in latencies}
    assert all(by_key[name, 32] > 3 * by_key[name, 1] for name in ("litert", "litert-int8"))


@pytest.mark.long
def test_networks_are_timed_side_by_side():
    small, large = measure_networks([network(4), network(64)])
    assert large.median_ms > 5 * small.median_ms
    assert {(one.format, one.batch, one.threads) for one in (small, large)} == {("litert", 1, 1)}


def test_each_run_is_timed_alone_and_functions_take_turns():
    calls, ticks = [], iter(range(1_000_000))
    step = 1 / 1024  # seconds that each run takes; sums of it are exact
    seconds = time_in_turns({"one": (calls.append, 1), "two": (calls.append, 2)}, clock=lambda: next(ticks) * step)
    assert set(seconds["one"]) == {step}
    runs = 103  # of a round: the first number that takes more than a tenth of a second
    assert len(seconds["one"]) == len(seconds["two"]) == ROUNDS * runs
    assert calls == [1] * WARM_UP_RUNS + [2] * WARM_UP_RUNS + ([1] * runs + [2] * runs) * ROUNDS
