"""Validation accuracy over cost with the front marked, as a PNG."""

from collections.abc import Sequence
from typing import Any

from mlflow_runs import names
from mlflow_runs.figures.axes import (
    ACCURACY_TITLE,
    coordinates,
    drawable,
    new_figure,
    png,
    scale_costs,
    short_title,
    split,
    style_axes,
)
from mlflow_runs.objectives import FLOPS, Objective
from mlflow_runs.quantities import amount, percent
from mlflow_runs.records import TrialRecord

_HEIGHT = 4.6  # inches
OTHERS = "Other finished trials"
FRONT = "Pareto front"


def front_png(
    trials: Sequence[TrialRecord],
    *,
    objective: Objective = FLOPS,
    front: Sequence[int],
    knee: int | None = None,
    title: str,
    ringed: str = "Knee",
) -> bytes:
    """The picture, 690 x 460 pixels. Any thread may draw it.

    Args:
        trials: Trials in any state. Those with an accuracy and a cost are drawn.
        objective: What their study minimises.
        front: Numbers of the trials on the front, cheapest first.
        knee: Number of the trial that gets a ring, as a rule the front's knee.
        title: Any text.
        ringed: What the legend calls the trial with the ring.
    """
    figure = new_figure(height=_HEIGHT)
    axes = figure.subplots()
    members, others = split(trials, front)
    empty = not (members or others)
    _draw_points(axes, members, others)
    _draw_ring(axes, [trial for trial in members + others if trial.number == knee], name=ringed)
    style_axes(axes, title=drawable(short_title(title)), x=objective.axis_title, y=ACCURACY_TITLE, empty=empty)
    if not empty:
        scale_costs(axes)
        axes.legend(fontsize=11, loc="lower right", framealpha=0.9)
    return png(figure)


def _draw_points(axes: Any, members: Sequence[TrialRecord], others: Sequence[TrialRecord]) -> None:
    if others:
        axes.scatter(*coordinates(others), s=28, color=names.OTHER_COLOR, alpha=0.7, linewidths=0, label=OTHERS)
    if members:
        style = {"color": names.FRONT_COLOR, "linewidth": 2, "marker": "o", "markersize": 8, "markeredgecolor": "white"}
        axes.plot(*coordinates(members), drawstyle="steps-post", zorder=3, label=FRONT, **style)


def _draw_ring(axes: Any, trials: Sequence[TrialRecord], *, name: str) -> None:
    for trial in trials:
        label = f"{name}: {percent(trial.accuracy)} at {amount(trial.flops, unit='FLOPs')}"
        ring = {"facecolors": "none", "edgecolors": names.KNEE_COLOR, "linewidths": 2.5}
        axes.scatter(*coordinates([trial]), s=220, zorder=4, label=label, **ring)
