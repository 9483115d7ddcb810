"""The unit of a cost decides how it is written and drawn."""

import pytest

from mlflow_runs.objectives import FLASH, FLOPS, LATENCY, RAM, objective_named, shared_objective


@pytest.mark.parametrize(
    ("objective", "cost", "text", "axis_value"),
    [
        (FLOPS, 10**7, "10 MFLOPs", 7.0),
        (RAM, 1000.0, "1000 B of RAM", 3.0),
        (RAM, 65_536.0, "64 kB of RAM", 4.81648),
        (FLASH, 100_000.0, "97.7 kB of flash", 5.0),
        (FLASH, 1.5 * 2**20, "1.50 MB of flash", 6.19670),
        (LATENCY, 1.23456, "1.235 ms", 1.23456),
    ],
)
def test_a_cost(objective, cost, text, axis_value):
    assert objective.text(cost) == text
    assert objective.axis_value(cost) == pytest.approx(axis_value)
    assert objective.text(None) == "-"
    assert objective_named(objective.name) == objective


def test_an_unknown_objective_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"no objective 'mJ'.*: flops, ram_bytes, flash_bytes, latency_ms\."):
        objective_named("mJ")


def test_studies_share_an_axis():
    assert shared_objective([LATENCY, LATENCY]) == LATENCY
    assert shared_objective([RAM, FLASH]) == shared_objective([LATENCY, FLOPS]) == shared_objective([]) == FLOPS
