"""Validation accuracy over cost with the front marked, as a PNG."""

from collections.abc import Sequence
from typing import Any

from mlflow_runs import names
from mlflow_runs.figures.axes import (
    ACCURACY_TITLE,
    Drawn,
    coordinates,
    drawable,
    drawn,
    new_figure,
    png,
    scale_costs,
    short_title,
    style_axes,
)
from mlflow_runs.figures.labels import name_points
from mlflow_runs.objectives import FLOPS, Objective
from mlflow_runs.quantities import percent
from mlflow_runs.records import TrialRecord
from mlflow_runs.safe_text import one_line, shortened

_HEIGHT = 4.6  # inches
_AXIS_WIDTH = 5.8
OTHERS = "Other finished trials"
FRONT = "Pareto front"
_KNOWN_LENGTH = 24
STOPPED = "Stopped at a rung, accuracy there"


def front_png(trials: Sequence[TrialRecord], **options: Any) -> bytes:
    """The picture, 690 x 460 pixels, with the arguments of `front_figure`. Any thread may draw it."""
    return png(front_figure(trials, **options))


def front_figure(
    trials: Sequence[TrialRecord],
    *,
    objective: Objective = FLOPS,
    front: Sequence[int],
    knee: int | None = None,
    title: str,
    ringed: str = "Knee",
) -> Any:
    """The picture as a figure of Matplotlib's.

    Args:
        trials: Trials in any state. Those with a cost and an accuracy are drawn, at the top rung or below it.
        objective: What their study minimises.
        front: Numbers of the trials on the front, cheapest first.
        knee: Number of the trial that gets a ring, as a rule the front's knee.
        title: Any text.
        ringed: What the legend calls the trial with the ring.
    """
    figure = new_figure(height=_HEIGHT)
    axes = figure.subplots()
    points = drawn(trials, front)
    _draw_points(axes, points)
    _draw_ring(axes, [trial for trial in points.all if trial.number == knee], name=ringed, objective=objective)
    empty = not points.all
    style_axes(axes, title=drawable(short_title(title)), x=objective.axis_title, y=ACCURACY_TITLE, empty=empty)
    if not empty:
        scale_costs(axes, coordinates(points.all)[0], width=_AXIS_WIDTH)
        figure.legend(loc="outside lower center", ncols=2, fontsize=11, frameon=False)
        _name_known(axes, [trial for trial in points.all if trial.known], points=points)
    return figure


def _draw_points(axes: Any, points: Drawn) -> None:
    if points.stopped:
        hollow = {"facecolors": "none", "edgecolors": names.OTHER_COLOR, "linewidths": 1.2}
        axes.scatter(*coordinates(points.stopped), s=26, label=STOPPED, **hollow)
    if points.others:
        axes.scatter(*coordinates(points.others), s=28, color=names.OTHER_COLOR, alpha=0.7, linewidths=0, label=OTHERS)
    if points.front:
        style = {"color": names.FRONT_COLOR, "linewidth": 2, "marker": "o", "markersize": 8, "markeredgecolor": "white"}
        axes.plot(*coordinates(points.front), drawstyle="steps-post", zorder=3, label=FRONT, **style)


def _draw_ring(axes: Any, trials: Sequence[TrialRecord], *, name: str, objective: Objective) -> None:
    for trial in trials:
        label = f"{name}: {percent(trial.accuracy)} at {objective.text(trial.cost)}"
        ring = {"facecolors": "none", "edgecolors": names.KNEE_COLOR, "linewidths": 2.5}
        axes.scatter(*coordinates([trial]), s=220, zorder=4, label=label, **ring)


def _name_known(axes: Any, trials: Sequence[TrialRecord], *, points: Drawn) -> None:
    """The known networks' names, in the order of their trials: the first have the most room."""
    named = [
        (drawable(shortened(one_line(trial.known), length=_KNOWN_LENGTH)), x, y)
        for trial, x, y in zip(trials, *coordinates(trials), strict=True)
    ]
    name_points(axes, named, points=list(zip(*coordinates(points.all), strict=True)))
