"""The unit of a cost decides how it is written and drawn."""

import pytest

from mlflow_runs.objectives import FLOPS, LATENCY, objective_in, shared_objective


@pytest.mark.parametrize(
    ("objective", "cost", "text", "axis_value"),
    [(FLOPS, 10**7, "10 MFLOPs", 7.0), (LATENCY, 1.23456, "1.235 ms", 1.23456)],
)
def test_a_cost(objective, cost, text, axis_value):
    assert objective.text(cost) == text
    assert objective.axis_value(cost) == pytest.approx(axis_value)
    assert objective.text(None) == "-"
    assert objective_in(objective.unit) == objective


def test_an_unknown_unit_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"measured in 'mJ'\. Use one of: FLOPs, ms\."):
        objective_in("mJ")


def test_studies_share_an_axis():
    assert shared_objective([LATENCY, LATENCY]) == LATENCY
    assert shared_objective([LATENCY, FLOPS]) == shared_objective([]) == FLOPS
