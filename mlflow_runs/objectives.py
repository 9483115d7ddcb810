"""The costs that a study can minimise beside the loss: the unit of each, and where MLflow shows it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mlflow_runs import names
from mlflow_runs.quantities import amount


@dataclass(frozen=True)
class Objective:
    """A cost. A trial's cost (`TrialRecord.cost`) is in its unit.

    Attributes:
        name: As it is stored with a study.
        unit: Of a trial's cost.
        cost_metric: The metric of a trial's run that holds the cost.
        axis_metric: The metric of a trial's run that charts draw as the cost.
        curve_metric: The same of the front's curve.
        axis_title: Of an axis in our own figures, which is logarithmic.
        is_log10: Whether `axis_metric` and `curve_metric` hold the cost's logarithm: MLflow has no logarithmic axis.
    """

    name: str
    unit: str
    cost_metric: str
    axis_metric: str
    curve_metric: str
    axis_title: str
    is_log10: bool

    def axis_value(self, cost: float) -> float:
        """Where MLflow's charts draw a cost."""
        return math.log10(cost) if self.is_log10 else cost

    def text(self, cost: float | None) -> str:
        """A cost as a person reads it: `12.5 MFLOPs`, `1.234 ms`; a dash for an unknown one."""
        if cost is None:
            return "-"
        return amount(cost, unit=self.unit) if self.unit == "FLOPs" else f"{cost:.3f} {self.unit}"


FLOPS = Objective(
    name="flops",
    unit="FLOPs",
    cost_metric=names.FLOPS,
    axis_metric=names.LOG10_FLOPS,
    curve_metric=names.FRONT_LOG10_FLOPS,
    axis_title="FLOPs of one image (log scale)",
    is_log10=True,
)
"""The default: two per multiply-add."""

LATENCY = Objective(
    name="latency",
    unit="ms",
    cost_metric=names.LATENCY_MS,
    axis_metric=names.LATENCY_MS,
    curve_metric=names.FRONT_MILLISECONDS,
    axis_title="Milliseconds for one image, predicted (log scale)",
    is_log10=False,
)

OBJECTIVES = (FLOPS, LATENCY)


def objective_in(unit: str) -> Objective:
    """The objective whose costs are in a unit.

    Raises:
        ValueError: If there is none.
    """
    for objective in OBJECTIVES:
        if objective.unit == unit:
            return objective
    units = ", ".join(objective.unit for objective in OBJECTIVES)
    raise ValueError(f"no objective is measured in {unit!r}. Use one of: {units}.")


def shared_objective(objectives: Sequence[Objective]) -> Objective:
    """The axis over which several studies can be drawn: their own if all have the same, else FLOPs, which all know."""
    return objectives[0] if len(set(objectives)) == 1 else FLOPS
