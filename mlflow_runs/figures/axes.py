"""What all figures share: their size, the points that they draw, and axes in Matplotlib."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mlflow_runs.figures.ticks import cost_range, fitting_ticks, tick_label
from mlflow_runs.records import TrialRecord
from mlflow_runs.safe_text import one_line, shortened

WIDTH, DPI = 6.9, 100  # inches, dots an inch; wider does not fit into MLflow's page
ACCURACY_TITLE = "Validation accuracy (%)"
_TITLE_LENGTH = 80
_TICK_SIZE = 11  # points
_CHARACTERS_AN_INCH = 72 / (0.64 * _TICK_SIZE)  # a digit of Matplotlib's font is 0.64 as wide as it is high


def coordinates(trials: Sequence[TrialRecord]) -> tuple[list[float], list[float]]:
    """Costs, in the unit of the study's objective, and accuracies in percent, at the highest rung that was reached."""
    return [float(trial.cost or 0) for trial in trials], [100 * (trial.accuracy_at_rung or 0.0) for trial in trials]


@dataclass(frozen=True)
class Drawn:
    """The trials that a figure of a study draws.

    Attributes:
        front: Those on the front, cheapest first.
        others: The other finished ones.
        stopped: Those that ended at a rung. Their accuracies do not compare with those of finished ones.
    """

    front: Sequence[TrialRecord]
    others: Sequence[TrialRecord]
    stopped: Sequence[TrialRecord]

    @property
    def all(self) -> list[TrialRecord]:
        """All of them."""
        return [*self.front, *self.others, *self.stopped]


def drawn(trials: Sequence[TrialRecord], front: Sequence[int]) -> Drawn:
    """What to draw of trials in any state.

    Args:
        trials: Any.
        front: Numbers of the trials on the front, cheapest first.
    """
    finished = {trial.number: trial for trial in trials if trial.accuracy is not None and trial.cost}
    members = [finished.pop(number) for number in front if number in finished]
    return Drawn(members, list(finished.values()), [trial for trial in trials if trial.is_stopped and trial.cost])


def style_axes(axes: Any, *, title: str, x: str, y: str, empty: bool) -> None:
    """Titles, ticks and a light grid; a sentence in their place if there is nothing to draw.

    Args:
        axes: Matplotlib's.
        title, x, y: Titles.
        empty: Whether there is nothing to draw.
    """
    axes.set_title(title, fontsize=14, parse_math=False)
    axes.set_xlabel(x, fontsize=12)
    axes.set_ylabel(y, fontsize=12)
    axes.tick_params(labelsize=_TICK_SIZE)
    axes.grid(True, which="major", color="#DDDDDD", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    if empty:
        axes.set(xticks=[], yticks=[])
        axes.text(0.5, 0.5, "No finished trial yet", transform=axes.transAxes, ha="center", fontsize=14)


def scale_costs(axes: Any, costs: Sequence[float], *, width: float) -> None:
    """A logarithmic x axis whose ticks read 5 M, 10 M, 20 M.

    Args:
        axes: Matplotlib's.
        costs: Positive, one or more; all of them are inside.
        width: Of the axis, in inches; a little too few rather than too many.
    """
    low, high = cost_range(costs)
    ticks = fitting_ticks(low, high, characters=_CHARACTERS_AN_INCH * width)
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_xticks(ticks, [tick_label(tick) for tick in ticks])
    axes.minorticks_off()


def new_figure(*, height: float) -> Any:
    """A figure of Matplotlib's, `height` inches high. It has no state in pyplot, so any thread may draw it."""
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH, height), dpi=DPI, layout="constrained")


def png(figure: Any) -> bytes:
    """A figure as a PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    picture = io.BytesIO()
    FigureCanvasAgg(figure).print_png(picture)
    return picture.getvalue()


def short_title(title: str) -> str:
    """A title on one line that fits above a figure."""
    return shortened(one_line(title), length=_TITLE_LENGTH)


def drawable(text: str) -> str:
    """`text` with a question mark for letters that Matplotlib's font lacks. It would warn about each of them."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties()))
    return "".join(letter if font.get_char_index(ord(letter)) else "?" for letter in text)
