"""Validation accuracy over cost, drawn with characters."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from mlflow_runs.figures.ticks import cost_range, fitting_ticks, round_ticks, tick_label
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials.records import objective_value_of

FRONT, OTHER = "★", "·"
FRONT_STYLE = "bold green"
LEGEND = f"validation accuracy %    {FRONT} Pareto front    {OTHER} other complete trials"
SHORT_LEGEND = f"accuracy %   {FRONT} front   {OTHER} others"
_AXES = {
    "flops": "FLOPs an image",
    "ram_bytes": "bytes of RAM",
    "flash_bytes": "bytes of flash",
    "latency_ms": "ms an image, predicted",
}
"""Short titles by the name of the objective: a terminal may be narrow."""

_BESIDE_THE_AXIS = 7  # characters of accuracies and of the frame


@dataclass(frozen=True)
class Points:
    """The complete trials of a study.

    Attributes:
        costs: In the unit of the study's objective.
        percents: Validation accuracies in percent.
        on_front: Whether each trial is on the front.
        objective: Name of the study's objective.
    """

    costs: tuple[float, ...] = ()
    percents: tuple[float, ...] = ()
    on_front: tuple[bool, ...] = ()
    objective: str = "flops"


def points_of(study: StoredStudy) -> Points:
    """The complete trials of a study."""
    complete = study.complete_trials()
    front = {trial.number for trial in study.front()}
    return Points(
        tuple(map(objective_value_of, complete)),
        tuple(100 * trial.values[0] for trial in complete),
        tuple(trial.number in front for trial in complete),
        objective=study.objective_name,
    )


def scatter(points: Points, *, width: int, height: int) -> Text:
    """The picture with its title and ticks.

    Args:
        points: One or more.
        width, height: Of the whole picture, in characters.
    """
    import plotext as plot  # It has one global figure.

    plot.clear_figure()
    plot.theme("clear")
    plot.limit_size(False, False)
    plot.plotsize(width, height - 1)
    for marker, on_front in ((OTHER, False), (FRONT, True)):
        drawn = [index for index, member in enumerate(points.on_front) if member == on_front]
        if drawn:
            log_costs = [math.log10(points.costs[index]) for index in drawn]
            plot.scatter(log_costs, [points.percents[index] for index in drawn], marker=marker)
    _draw_axes(plot, points, characters=width - _BESIDE_THE_AXIS)
    picture = Text(no_wrap=True, overflow="crop")
    picture.append(LEGEND if width >= len(LEGEND) else SHORT_LEGEND).append("\n")
    picture.append("\n".join(line.rstrip() for line in plot.uncolorize(plot.build()).splitlines()))
    picture.highlight_regex(FRONT, FRONT_STYLE)
    return picture


def _draw_axes(plot, points: Points, *, characters: int) -> None:
    low, high = cost_range(points.costs)
    ticks = fitting_ticks(low, high, characters=characters)
    plot.xlim(math.log10(low), math.log10(high))
    plot.xticks([math.log10(tick) for tick in ticks], [tick_label(tick).replace(" ", "") for tick in ticks])
    low, high = _with_margin(points.percents, least=1.0)
    low, high = max(low, 0.0), min(high, 100.0)
    ticks = round_ticks(low, high, most=6)
    plot.ylim(low, high)
    plot.yticks(ticks, [f"{tick:g}" for tick in ticks])
    plot.xaxes(True, False)
    plot.yaxes(True, False)
    plot.xlabel(f"{_AXES[points.objective]}, log scale")


def _with_margin(values: Sequence[float], *, least: float) -> tuple[float, float]:
    """Lowest and highest value with a margin on each side; the margin is `least` where all values are equal."""
    low, high = float(min(values)), float(max(values))
    margin = 0.04 * (high - low) or least
    return low - margin, high + margin
