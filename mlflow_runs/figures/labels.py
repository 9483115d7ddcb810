"""Names beside points of a figure, placed so that they cover neither each other, nor a point, nor the legend."""

from collections.abc import Sequence
from typing import Any

_SIZE = 9.5  # points
_PLACES = (  # of a name: its distance from the point in points, and which of its sides is there; the best first
    ((0, 7), "center", "bottom"),
    ((7, 0), "left", "center"),
    ((-7, 0), "right", "center"),
    ((0, -7), "center", "top"),
    ((6, 8), "left", "bottom"),
    ((-6, 8), "right", "bottom"),
    ((6, -8), "left", "top"),
    ((-6, -8), "right", "top"),
)
_POINT = 4  # pixels around the middle of a point


def name_points(
    axes: Any, named: Sequence[tuple[str, float, float]], *, points: Sequence[tuple[float, float]]
) -> list[Any]:
    """Writes names beside points, each where there is room. One without room is left out.

    Args:
        axes: Matplotlib's, with its final limits and its legend.
        named: Name, x and y of each.
        points: x and y of all points, the named ones too: none of them is covered.
    Returns:
        Matplotlib's texts.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.transforms import Bbox

    canvas = FigureCanvasAgg(axes.figure)
    canvas.draw()  # the layout is made when a figure is drawn
    renderer, frame = canvas.get_renderer(), axes.get_window_extent()
    middles = axes.transData.transform(points) if points else []
    taken = [Bbox.from_extents(x - _POINT, y - _POINT, x + _POINT, y + _POINT) for x, y in middles]
    if legend := axes.get_legend():
        taken.append(legend.get_window_extent(renderer))
    texts = []
    for name, x, y in named:
        for offset, horizontal, vertical in _PLACES:
            text = axes.annotate(
                name, (x, y), xytext=offset, textcoords="offset points", ha=horizontal, va=vertical, fontsize=_SIZE
            )
            text.set(parse_math=False, in_layout=False)
            box = text.get_window_extent(renderer)
            inside = frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
            if inside and not box.count_overlaps(taken):
                taken.append(box)
                texts.append(text)
                break
            text.remove()
    return texts
