"""The figure of a benchmark: hypervolume over budget, a line for each sampler with a band of its standard error."""

import base64
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mlflow_runs.figures.axes import drawable, new_figure, png
from mlflow_runs.figures.overlay import STYLES
from mlflow_runs.safe_text import one_line, shortened
from search.benchmarking.curve import EPOCHS, FULL_TRAININGS, SECONDS
from search.quantities import counted

if TYPE_CHECKING:
    from search.benchmarking.benchmark import Benchmark

AXIS_TITLES = {
    FULL_TRAININGS: "Budget (full trainings)",
    SECONDS: "Budget (seconds of training)",
}
PANEL_HEIGHT, LINE_HEIGHT = 4.2, 0.3  # inches
NAME_LENGTH, SHORT_NAME = 32, 14  # characters; short names stand in three columns, others in two
TITLE_WIDTH = 72  # characters
LEAST_SHARE = 0.1
"""The axis of hypervolumes begins where the lines are at this share of the budget: the first trainings say little."""


class BenchmarkFigure:
    """The figure. A notebook shows it.

    Args:
        benchmark: With as many samplers as there are `STYLES`, at most. Each unit of budget has a panel, but for
            epochs: they differ from full trainings by a factor alone.
    """

    def __init__(self, benchmark: "Benchmark") -> None:
        self._benchmark, self._units = benchmark, [unit for unit in benchmark.units if unit != EPOCHS]

    def png(self) -> bytes:
        """The picture, 690 pixels wide."""
        return png(self.figure())

    def figure(self) -> Any:
        """As a figure of Matplotlib's."""
        benchmark = self._benchmark
        rows = -(-len(benchmark.samplers) // _columns(benchmark.samplers))
        figure = new_figure(height=PANEL_HEIGHT * len(self._units) + LINE_HEIGHT * rows)
        panels = np.ravel(figure.subplots(len(self._units), 1))
        for axes, unit in zip(panels, self._units, strict=True):
            lines = self._draw(axes, unit)
        _draw_legend(figure, lines, benchmark.samplers)
        title = textwrap.fill(drawable(self._title()), TITLE_WIDTH)
        figure.suptitle(title, fontsize=12, x=0.01, ha="left", parse_math=False)
        return figure

    def _title(self) -> str:
        seeds = len(self._benchmark.seeds)
        spread = f"mean of {counted(seeds, 'seed')} and its standard error" if seeds > 1 else "one seed"
        unfinished = "" if all(curve.is_finished for curve in self._benchmark.curves) else "; some are not finished"
        return f"{shortened(one_line(self._benchmark.name), length=NAME_LENGTH)}: {spread}{unfinished}"

    def _draw(self, axes: Any, unit: str) -> list[Any]:
        benchmark, lines, lowest = self._benchmark, [], []
        budgets = benchmark.budgets(unit)
        for sampler, style in zip(benchmark.samplers, STYLES, strict=False):
            estimates = benchmark.means(sampler, budgets, unit=unit)
            means = _shown([estimate.mean for estimate in estimates], benchmark)
            errors = np.nan_to_num(_shown([estimate.standard_error for estimate in estimates], benchmark))
            marker = "o" if len(budgets) == 1 else None  # One point makes no line.
            lines += axes.plot(budgets, means, color=style.color, linestyle=style.line, linewidth=2, marker=marker)
            axes.fill_between(budgets, means - errors, means + errors, color=style.color, alpha=0.18, linewidth=0)
            lowest.append((means - errors)[int(LEAST_SHARE * len(budgets))])
        axes.set_xlabel(AXIS_TITLES[unit], fontsize=12)
        axes.set_ylabel(benchmark.measure.axis_title, fontsize=12)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set_xlim(*((budgets[0], budgets[-1]) if len(budgets) > 1 else (0, 2 * budgets[0])))
        if np.isfinite(lowest).any():
            axes.set_ylim(bottom=max(0.0, float(np.nanmin(lowest))))
        axes.tick_params(labelsize=11)
        axes.grid(True, color="#DDDDDD", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        return lines

    def to_img(self) -> str:
        """An HTML image that contains the picture."""
        data = base64.b64encode(self.png()).decode()
        return f'<img alt="Hypervolume over budget, a line for each sampler" src="data:image/png;base64,{data}">'

    def _repr_png_(self) -> bytes:
        return self.png()


def _shown(values: Sequence[float | None], benchmark: "Benchmark") -> np.ndarray:
    return benchmark.measure.factor * np.array([np.nan if value is None else value for value in values])


def _columns(samplers: Sequence[str]) -> int:
    """Of the legend."""
    return 3 if max(map(len, samplers)) <= SHORT_NAME else 2


def _draw_legend(figure: Any, lines: Sequence[Any], samplers: Sequence[str]) -> None:
    """The names are set last: Matplotlib leaves out labels that begin with an underscore."""
    placeholders = [str(place) for place in range(len(samplers))]
    columns = _columns(samplers)
    legend = figure.legend(
        lines, placeholders, loc="outside lower center", ncols=columns, fontsize=11.5, handlelength=4.5
    )
    for text, sampler in zip(legend.get_texts(), samplers, strict=True):
        text.set_parse_math(False)
        text.set_text(drawable(shortened(one_line(sampler), length=NAME_LENGTH)))
