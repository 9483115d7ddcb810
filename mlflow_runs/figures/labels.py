"""Names beside points of a figure, placed so that they cover neither each other nor a point."""

import itertools
import math
from collections.abc import Sequence
from typing import Any

_SIZE = 9.5  # points
_NEAR = 9  # points from the middle of a point to its name, beyond a ring around it
_DISTANCES = (_NEAR, 20, 33, 46, 60, 80, 100)  # the nearest with room is taken
_DIRECTIONS = ((0, 1), (1, 0), (-1, 0), (0, -1), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7))
_LINE = {"arrowstyle": "-", "color": "#777777", "linewidth": 0.8}  # from a name that is further away to its point
_POINT = 4  # pixels around the middle of a point
_OUTSIDE = 10  # a name that is cut at the edge is worse than one that covers this many others


def name_points(
    axes: Any,
    named: Sequence[tuple[str, float, float]],
    *,
    points: Sequence[tuple[float, float]],
    keep_all: bool = False,
) -> list[Any]:
    """Writes names beside points, each where there is room.

    Args:
        axes: Matplotlib's, with its final limits.
        named: Name, x and y of each.
        points: x and y of all points, the named ones too: none of them is covered.
        keep_all: Whether a name without room stands where it covers the least. Otherwise it is left out.
    Returns:
        Matplotlib's texts.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox

    canvas = FigureCanvasAgg(axes.figure)
    canvas.draw()  # the layout is made when a figure is drawn
    renderer, frame = canvas.get_renderer(), axes.get_window_extent()
    middles = axes.transData.transform(points) if points else []
    taken = [Bbox.from_extents(x - _POINT, y - _POINT, x + _POINT, y + _POINT) for x, y in middles]
    texts = []
    for name, x, y in named:
        least_faults, text, box = math.inf, None, None
        for distance, direction in itertools.product(_DISTANCES, _DIRECTIONS):
            tried = _write(axes, name, (x, y), distance=distance, direction=direction)
            tried.update_positions(renderer)
            tried_box = Text.get_window_extent(tried, renderer)  # without the line
            faults = tried_box.count_overlaps(taken) + _OUTSIDE * (not _is_inside(tried_box, frame))
            worse = text if faults < least_faults else tried
            if worse is not None:
                worse.remove()
            if faults < least_faults:
                least_faults, text, box = faults, tried, tried_box
            if not faults:
                break
        if least_faults and not keep_all:
            text.remove()
            continue
        taken.append(box)
        texts.append(text)
    return texts


def _write(axes: Any, name: str, point: tuple[float, float], *, distance: float, direction: tuple[float, float]) -> Any:
    right, up = direction
    text = axes.annotate(
        name,
        point,
        xytext=(distance * right, distance * up),
        textcoords="offset points",
        ha="center" if right == 0 else "left" if right > 0 else "right",
        va="center" if up == 0 else "bottom" if up > 0 else "top",
        fontsize=_SIZE,
        arrowprops=_LINE if distance > _NEAR else None,
    )
    text.set(parse_math=False, in_layout=False)
    return text


def _is_inside(box: Any, frame: Any) -> bool:
    return frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
