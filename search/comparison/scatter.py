"""Test accuracy over multiply-adds as a picture."""

from collections.abc import Mapping, Sequence
from typing import Any

from mlflow_runs.figures import drawable
from mlflow_runs.figures.axes import scale_costs
from mlflow_runs.safe_text import one_line, shortened
from search.exporting.figures import COLORS, NAME_LENGTH, new_figure, png

POINT_RADIUS = 8  # pixels

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
        rows: Of one recipe, from `EvaluatedNetwork.row`. The colours are those of `curves_png`.
    """
    figure, axes = new_figure(9, 4.8)
    for index, row in enumerate(rows):
        style = {"color": COLORS[index % len(COLORS)], "fmt": "o", "markersize": 8, "capsize": 4, "elinewidth": 1.6}
        axes.errorbar(row["multiply_adds"], row["test_accuracy"], yerr=row["test_accuracy_std"], **style)
    axes.margins(x=0.15, y=0.15)
    scale_costs(axes)
    axes.set_xlabel("Multiply-adds for one image (log scale)")
    axes.set_ylabel("Test accuracy (%)")
    axes.grid(True, color="#DDDDDD", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    figure.canvas.draw()  # Settles where the points are.
    figure.set_layout_engine("none")
    _write_names(axes, rows)
    return png(figure)


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
        faults = box.count_overlaps(covered) + (box.x0 < inside.x0) + (box.x1 > inside.x1) + (box.y1 > inside.y1)
        tries.append((faults, label, box))
        if not faults:
            break
    best = min(tries, key=lambda each: each[0])
    for _, label, _ in tries:
        if label is not best[1]:
            label.remove()
    return best[2]
