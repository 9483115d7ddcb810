"""The costs that a study can minimise beside the loss: the unit of each, and where MLflow shows it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mlflow_runs import names
from mlflow_runs.quantities import amount, memory


@dataclass(frozen=True)
class Objective:
    """A cost. A trial's cost (`TrialRecord.cost`) is in its unit.

    Attributes:
        name: As it is stored with a study.
        text_of: Writes a cost for a person.
        cost_metric: The metric of a trial's run that holds the cost.
        axis_metric: The metric of a trial's run that charts draw as the cost.
        curve_metric: The same of the front's curve.
        axis_title: Of an axis in our own figures, which is logarithmic.
        is_log10: Whether `axis_metric` and `curve_metric` hold the cost's logarithm: MLflow has no logarithmic axis.
    """

    name: str
    text_of: Callable[[float], str]
    cost_metric: str
    axis_metric: str
    curve_metric: str
    axis_title: str
    is_log10: bool

    def axis_value(self, cost: float) -> float:
        """Where MLflow's charts draw a cost."""
        return math.log10(cost) if self.is_log10 else cost

    def text(self, cost: float | None) -> str:
        """A cost as a person reads it: `12.5 MFLOPs`, `21.2 kB of RAM`, `1.234 ms`; a dash for an unknown one."""
        return "-" if cost is None else self.text_of(cost)


FLOPS = Objective(
    name="flops",
    text_of=lambda cost: amount(cost, unit="FLOPs"),
    cost_metric=names.FLOPS,
    axis_metric=names.LOG10_FLOPS,
    curve_metric=names.FRONT_LOG10_FLOPS,
    axis_title="FLOPs of one image (log scale)",
    is_log10=True,
)
"""The default: two per multiply-add."""

RAM = Objective(
    name="ram_bytes",
    text_of=lambda cost: f"{memory(cost)} of RAM",
    cost_metric=names.RAM_BYTES,
    axis_metric=names.LOG10_RAM_BYTES,
    curve_metric=names.FRONT_LOG10_RAM_BYTES,
    axis_title="Bytes of RAM for tensors, int8 (log scale)",
    is_log10=True,
)

FLASH = Objective(
    name="flash_bytes",
    text_of=lambda cost: f"{memory(cost)} of flash",
    cost_metric=names.FLASH_BYTES,
    axis_metric=names.LOG10_FLASH_BYTES,
    curve_metric=names.FRONT_LOG10_FLASH_BYTES,
    axis_title="Bytes of the int8 file (log scale)",
    is_log10=True,
)

LATENCY = Objective(
    name="latency_ms",
    text_of=lambda cost: f"{cost:.3f} ms",
    cost_metric=names.LATENCY_MS,
    axis_metric=names.LATENCY_MS,
    curve_metric=names.FRONT_MILLISECONDS,
    axis_title="Milliseconds for one image, predicted (log scale)",
    is_log10=False,
)

OBJECTIVES = (FLOPS, RAM, FLASH, LATENCY)


def objective_named(name: str) -> Objective:
    """The objective that a study stores under a name.

    Raises:
        ValueError: If there is none.
    """
    for objective in OBJECTIVES:
        if objective.name == name:
            return objective
    known = ", ".join(objective.name for objective in OBJECTIVES)
    raise ValueError(f"there is no objective {name!r}. Use one of: {known}.")


def shared_objective(objectives: Sequence[Objective]) -> Objective:
    """The axis over which several studies can be drawn: their own if all have the same, else FLOPs, which all know."""
    return objectives[0] if len(set(objectives)) == 1 else FLOPS
