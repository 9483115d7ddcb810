"""Validation accuracy over cost, drawn with characters."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rich.text import Text

from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials.records import objective_value_of
from search.quantities import with_unit

FRONT, OTHER = "★", "·"
FRONT_STYLE = "bold green"
LEGEND = f"validation accuracy %    {FRONT} Pareto front    {OTHER} other complete trials"
SHORT_LEGEND = f"accuracy %   {FRONT} front   {OTHER} others"

LARGEST_LINEAR_RATIO = 6
"""Highest over lowest cost up to which ticks are evenly spaced numbers: of 1, 2, 5 and 10 too few would be inside."""


@dataclass(frozen=True)
class Points:
    """The complete trials of a study.

    Attributes:
        costs: FLOPs, or milliseconds.
        percents: Validation accuracies in percent.
        on_front: Whether each trial is on the front.
        timed: Whether costs are milliseconds.
    """

    costs: tuple[float, ...] = ()
    percents: tuple[float, ...] = ()
    on_front: tuple[bool, ...] = ()
    timed: bool = False


def points_of(study: StoredStudy) -> Points:
    """The complete trials of a study."""
    complete = study.complete_trials()
    front = {trial.number for trial in study.front()}
    return Points(
        tuple(map(objective_value_of, complete)),
        tuple(100 * trial.values[0] for trial in complete),
        tuple(trial.number in front for trial in complete),
        timed=study.unit == "ms",
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
    _draw_axes(plot, points, most=max(2, width // 11))
    picture = Text(no_wrap=True, overflow="crop")
    picture.append(LEGEND if width >= len(LEGEND) else SHORT_LEGEND).append("\n")
    picture.append("\n".join(line.rstrip() for line in plot.uncolorize(plot.build()).splitlines()))
    picture.highlight_regex(FRONT, FRONT_STYLE)
    return picture


def _draw_axes(plot, points: Points, *, most: int) -> None:
    low, high = _with_margin(np.log10(points.costs), least=0.1)
    ticks = cost_ticks(10**low, 10**high, most=most)
    plot.xlim(low, high)
    plot.xticks([math.log10(tick) for tick in ticks], [_label(tick) for tick in ticks])
    low, high = _with_margin(points.percents, least=1.0)
    low, high = max(low, 0.0), min(high, 100.0)
    ticks = round_ticks(low, high, most=6)
    plot.ylim(low, high)
    plot.yticks(ticks, [f"{tick:g}" for tick in ticks])
    plot.xaxes(True, False)
    plot.yaxes(True, False)
    plot.xlabel("ms an image, predicted, log scale" if points.timed else "FLOPs an image, log scale")


def _with_margin(values: Sequence[float], *, least: float) -> tuple[float, float]:
    """Lowest and highest value with a margin on each side; the margin is `least` where all values are equal."""
    low, high = float(min(values)), float(max(values))
    margin = 0.04 * (high - low) or least
    return low - margin, high + margin


def cost_ticks(low: float, high: float, *, most: int) -> list[float]:
    """Round numbers between two costs, for a logarithmic axis.

    Args:
        low, high: Positive.
        most: Largest number of ticks, at least 2.
    """
    if high / low <= LARGEST_LINEAR_RATIO:
        return round_ticks(low, high, most=min(most, 5))
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        ticks = [step * 10.0**exponent for exponent in exponents for step in steps]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) <= most:
            return inside
    return inside[:: math.ceil(len(inside) / most)]


def round_ticks(low: float, high: float, *, most: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten between two numbers, as many as fit.

    Args:
        low, high: Finite, `low` below `high`.
        most: Largest number of ticks, at least 2.
    """
    power = math.floor(math.log10((high - low) / most))
    steps = [step * 10.0**exponent for exponent in (power, power + 1) for step in (1, 2, 5)]
    for step in steps:
        multiples = range(math.ceil(low / step), math.floor(high / step) + 1)
        if len(multiples) <= most:
            return [float(f"{multiple * step:.6g}") for multiple in multiples]
    raise AssertionError("the coarsest step is wider than the range")


def _label(cost: float) -> str:
    return with_unit(cost).replace(" ", "")
