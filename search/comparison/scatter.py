"""Test accuracy over multiply-adds as a picture."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mlflow_runs.figures import drawable
from mlflow_runs.figures.axes import scale_costs
from mlflow_runs.figures.labels import name_points
from mlflow_runs.safe_text import one_line, shortened
from search.exporting.figures import COLORS, NAME_LENGTH, new_figure, png

SIZE = (6.8, 4.4)  # inches; wider does not fit into MLflow's page
AXIS_WIDTH = 5.8  # inches
ROOM = 0.2  # on each side of the costs for names, as a share of their range
POINTS_OF_A_BAR = 9


def scatter_png(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A point for each network with its name, as PNG. Bars are standard deviations over seeds.

    Args:
        rows: Of one recipe, from `EvaluatedNetwork.row`. The colours are those of `curves_png`. A network whose
            multiply-adds are not known is not drawn.
    """
    figure, axes = new_figure(*SIZE)
    colored_rows = [(row, COLORS[index % len(COLORS)]) for index, row in enumerate(rows) if _is_known(row)]
    for row, color in colored_rows:
        style = {"color": color, "fmt": "o", "markersize": 8, "capsize": 4, "elinewidth": 1.6}
        axes.errorbar(row["multiply_adds"], row["test_accuracy"], yerr=row["test_accuracy_std"], **style)
    axes.margins(y=0.15)
    _scale_costs(axes, [row["multiply_adds"] for row, _ in colored_rows])
    axes.set_xlabel("Multiply-adds for one image (log scale)")
    axes.set_ylabel("Test accuracy (%)")
    axes.grid(True, color="#DDDDDD", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    _write_names(axes, [row for row, _ in colored_rows])
    return png(figure)


def _is_known(row: Mapping[str, Any]) -> bool:
    return row["multiply_adds"] > 0 and not row["uncounted_layers"]


def _scale_costs(axes: Any, costs: Sequence[int]) -> None:
    """A logarithmic axis with room for names beside all costs; without any cost an empty one."""
    if not costs:
        axes.set_xticks([])
        return
    low, high = min(costs), max(costs)
    room = (high / low) ** ROOM
    scale_costs(axes, [low / room, high * room], width=AXIS_WIDTH)


def _write_names(axes: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Each name beside its point, where it covers no other name, point or bar."""
    named, points = [], []
    for row in rows:
        name = drawable(shortened(one_line(row["network"]), length=NAME_LENGTH))
        cost, accuracy, spread = row["multiply_adds"], row["test_accuracy"], row["test_accuracy_std"] or 0.0
        named.append((name, cost, accuracy))
        points += [(cost, height) for height in np.linspace(accuracy - spread, accuracy + spread, POINTS_OF_A_BAR)]
    name_points(axes, named, points=points, keep_all=True)
