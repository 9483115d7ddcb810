"""Latency: of real files, in a process of its own; more images take longer, and the figures are in order."""

import numpy as np
import pytest

from search.devices.formats import write
from search.devices.latency import measure, measure_networks
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
    found = measure(files, image_shape=SHAPE, threads=1)
    assert [(one.format, one.batch) for one in found] == [(name, batch) for name in files for batch in (1, 32)]
    for one in found:
        assert one.threads == 1 and one.runs >= 25
        assert 0 < one.low_ms <= one.median_ms <= one.high_ms
    by_key = {(one.format, one.batch): one.median_ms for one in found}
    assert all(by_key[name, 32] > 3 * by_key[name, 1] for name in ("litert", "litert-int8"))


@pytest.mark.long
def test_networks_are_timed_side_by_side():
    found = measure_networks([network(4), network(64)])
    assert found[1].median_ms > 5 * found[0].median_ms
    assert {(one.format, one.batch, one.threads) for one in found} == {("litert", 1, 1)}


def test_the_time_is_that_of_the_run(monkeypatch):
    from search.devices import latency

    clock = iter(range(1_000_000))
    step = 1 / 1024  # seconds that each run takes; sums of it are exact
    monkeypatch.setattr(latency.time, "perf_counter", lambda: next(clock) * step)
    runs = []
    timed = latency._in_turns({"one": (runs.append, 1), "two": (runs.append, 2)})
    assert set(timed["one"]) == {step}
    assert len(timed["one"]) == len(timed["two"]) == latency.ROUNDS * 103  # The first that passes a tenth of a second.
    assert runs[: 2 * latency.WARM_UP_RUNS] == [1, 1, 1, 2, 2, 2]
