"""Test accuracy over multiply-adds as a picture."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from mlflow_runs.figures import drawable
from mlflow_runs.safe_text import one_line, shortened
from search.exporting.figures import COLORS, NAME_LENGTH, new_figure, png
from search.quantities import with_unit

SIZE = (6.8, 4.4)  # inches; wider does not fit into MLflow's page
POINT_RADIUS = 8  # pixels
CUT = 10  # A name that is cut at the edge is worse than one that covers this many others.
LEAST_SPAN = 6  # The largest cost of the axis over the least. Of 1, 2, 5, 10, 20 and so on, two are always inside.
MANY_DECADES = 3  # From here on only powers of ten have a tick.

PLACES = (
    ((9, 0), "left", "center"),
    ((-9, 0), "right", "center"),
    ((0, 11), "center", "bottom"),
    ((0, -11), "center", "top"),
    ((9, 13), "left", "bottom"),
    ((9, -13), "left", "top"),
    ((-9, 13), "right", "bottom"),
    ((-9, -13), "right", "top"),
)
"""Where a name may stand beside its point: offset in points, and which side of the name is there."""


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
    figure.canvas.draw()  # Settles where the points are.
    figure.set_layout_engine("none")
    _write_names(axes, [row for row, _ in colored_rows])
    return png(figure)


def _is_known(row: Mapping[str, Any]) -> bool:
    return row["multiply_adds"] > 0 and not row["uncounted_layers"]


def _scale_costs(axes: Any, costs: Sequence[int]) -> None:
    """A logarithmic axis with room for names beside all costs, and ticks such as 5 M, 10 M, 20 M."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes.set_xscale("log")
    if costs:
        low, high = min(costs), max(costs)
        room = max((high / low) ** 0.2, (LEAST_SPAN * low / high) ** 0.5)
        axes.set_xlim(low / room, high * room)
        decades = math.log10(high / low)
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if decades < MANY_DECADES else (1.0,)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: with_unit(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())


def _write_names(axes: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Each name beside its point, where it covers no other name, point or bar."""
    from matplotlib.transforms import Bbox

    covered = []
    for row in rows:
        spread = row["test_accuracy_std"] or 0.0
        ends = [(row["multiply_adds"], row["test_accuracy"] + sign * spread) for sign in (-1, 1)]
        covered.append(Bbox(axes.transData.transform(ends)).padded(POINT_RADIUS))
    for row in rows:
        covered.append(_write_name(axes, row, covered))


def _write_name(axes: Any, row: Mapping[str, Any], covered: Sequence[Any]) -> Any:
    """Write a name in the first place where it covers nothing, or else the least; returns its box in pixels."""
    name = drawable(shortened(one_line(row["network"]), length=NAME_LENGTH))
    renderer = axes.figure.canvas.get_renderer()
    inside = axes.figure.bbox
    tries = []
    for offset, horizontal, vertical in PLACES:
        label = axes.annotate(
            name,
            (row["multiply_adds"], row["test_accuracy"]),
            xytext=offset,
            textcoords="offset points",
            horizontalalignment=horizontal,
            verticalalignment=vertical,
            parse_math=False,
        )
        box = label.get_window_extent(renderer)
        is_cut = box.x0 < inside.x0 or box.x1 > inside.x1 or box.y1 > inside.y1
        faults = box.count_overlaps(covered) + CUT * is_cut
        tries.append((faults, label, box))
        if not faults:
            break
    best = min(tries, key=lambda each: each[0])
    for _, label, _ in tries:
        if label is not best[1]:
            label.remove()
    return best[2]
