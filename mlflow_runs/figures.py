"""Validation accuracy over FLOPs, the front marked: as a PNG."""

import io
from collections.abc import Sequence
from typing import Any

from mlflow_runs import names
from mlflow_runs.records import TrialRecord, is_timed
from mlflow_runs.runs.description import amount, percent
from mlflow_runs.safe_text import one_line, shortened

WIDTH, _HEIGHT, DPI = 6.9, 4.6, 100  # inches, dots an inch; wider does not fit into MLflow's page
_TITLE_LENGTH = 80
_X_TITLE = "FLOPs of one image (log scale)"
_X_TITLE_TIMED = "Milliseconds for one image, predicted (log scale)"
Y_TITLE = "Validation accuracy (%)"
OTHERS = "Other finished trials"
FRONT = "Pareto front"


def front_png(
    trials: Sequence[TrialRecord],
    *,
    front: Sequence[int],
    knee: int | None = None,
    title: str,
    ringed: str = "Knee",
) -> bytes:
    """The picture as a PNG, 690 x 460 pixels. No state of pyplot is touched, so any thread may draw.

    Args:
        trials: Trials in any state; those with an accuracy and a cost are drawn.
        front: Numbers of the trials on the front, cheapest first.
        knee: Number of the front's knee, which gets a ring.
        title: Any text.
        ringed: What the ring is called, if it is not the knee that has it.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, _HEIGHT), dpi=DPI, layout="constrained")
    axes = figure.subplots()
    members, others = split(trials, front)
    _draw_points(axes, members, others)
    _draw_ring(axes, [trial for trial in members + others if trial.number == knee], name=ringed)
    _draw_axes(axes, title=title, x_title=cost_title(trials), empty=not (members or others))
    picture = io.BytesIO()
    FigureCanvasAgg(figure).print_png(picture)
    return picture.getvalue()


def split(trials: Sequence[TrialRecord], front: Sequence[int]) -> tuple[list[TrialRecord], list[TrialRecord]]:
    """Those on the front, cheapest first, and the other finished ones."""
    finished = {trial.number: trial for trial in trials if trial.accuracy is not None and trial.flops}
    members = [finished.pop(number) for number in front if number in finished]
    return members, list(finished.values())


def _draw_points(axes: Any, members: Sequence[TrialRecord], others: Sequence[TrialRecord]) -> None:
    if others:
        axes.scatter(*coordinates(others), s=28, color=names.OTHER_COLOR, alpha=0.7, linewidths=0, label=OTHERS)
    if members:
        style = {"color": names.FRONT_COLOR, "linewidth": 2, "marker": "o", "markersize": 8, "markeredgecolor": "white"}
        axes.plot(*coordinates(members), drawstyle="steps-post", zorder=3, label=FRONT, **style)


def _draw_ring(axes: Any, ringed: Sequence[TrialRecord], *, name: str) -> None:
    for trial in ringed:
        label = f"{name}: {percent(trial.accuracy)} at {amount(trial.flops, unit='FLOPs')}"
        ring = {"facecolors": "none", "edgecolors": names.KNEE_COLOR, "linewidths": 2.5}
        axes.scatter(*coordinates([trial]), s=220, zorder=4, label=label, **ring)


def coordinates(trials: Sequence[TrialRecord]) -> tuple[list[float], list[float]]:
    """What the study minimises, and percent."""
    return [float(trial.cost or 0) for trial in trials], [100 * (trial.accuracy or 0.0) for trial in trials]


def cost_title(trials: Sequence[TrialRecord]) -> str:
    return _X_TITLE_TIMED if is_timed(trials) else _X_TITLE


def _draw_axes(axes: Any, *, title: str, x_title: str, empty: bool) -> None:
    axes.set_title(drawable(shown(title)), fontsize=14, parse_math=False)
    axes.set_xlabel(x_title, fontsize=12)
    axes.set_ylabel(Y_TITLE, fontsize=12)
    rule(axes, empty=empty)
    if not empty:
        scale_costs(axes)
        axes.legend(fontsize=11, loc="lower right", framealpha=0.9)


def rule(axes: Any, *, empty: bool) -> None:
    """Ticks and a light grid, or a sentence where there is nothing to draw."""
    axes.tick_params(labelsize=11)
    axes.grid(True, which="major", color="#DDDDDD", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    if empty:
        axes.set(xticks=[], yticks=[])
        axes.text(0.5, 0.5, "No finished trial yet", transform=axes.transAxes, ha="center", fontsize=14)


def scale_costs(axes: Any) -> None:
    """A logarithmic x axis whose ticks read 5 M, 10 M, 20 M."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: amount(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())


def shown(title: str) -> str:
    return shortened(one_line(title), length=_TITLE_LENGTH)


def drawable(text: str) -> str:
    """`text` with a question mark for what Matplotlib's font lacks, which it would warn about."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties()))
    return "".join(letter if font.get_char_index(ord(letter)) else "?" for letter in text)
