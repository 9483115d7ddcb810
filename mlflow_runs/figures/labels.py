"""Names beside points of a figure, placed so that they cover neither each other nor a point."""

from collections.abc import Sequence
from typing import Any

_SIZE = 9.5  # points
_PLACES = (  # of a name: its distance from the point in points, and which of its sides is there; the best first
    ((0, 9), "center", "bottom"),
    ((9, 0), "left", "center"),
    ((-9, 0), "right", "center"),
    ((0, -9), "center", "top"),
    ((6, 8), "left", "bottom"),
    ((-6, 8), "right", "bottom"),
    ((6, -8), "left", "top"),
    ((-6, -8), "right", "top"),
    *(((0, distance), "center", "bottom") for distance in (20, 33, 46)),
    *(((-20, distance), "right", "bottom") for distance in (20, 33, 46)),
    *(((20, distance), "left", "bottom") for distance in (20, 33, 46)),
    *(((0, -distance), "center", "top") for distance in (20, 33)),
)
_FAR = 10  # points: a line leads from a name that is further away to its point
_POINT = 4  # pixels around the middle of a point


def name_points(
    axes: Any, named: Sequence[tuple[str, float, float]], *, points: Sequence[tuple[float, float]]
) -> list[Any]:
    """Writes names beside points, each where there is room. One without room is left out.

    Args:
        axes: Matplotlib's, with its final limits.
        named: Name, x and y of each.
        points: x and y of all points, the named ones too: none of them is covered.
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
        for offset, horizontal, vertical in _PLACES:
            style = {"ha": horizontal, "va": vertical, "fontsize": _SIZE}
            line = {"arrowstyle": "-", "color": "#777777", "linewidth": 0.8} if abs(offset[1]) > _FAR else None
            text = axes.annotate(name, (x, y), xytext=offset, textcoords="offset points", arrowprops=line, **style)
            text.set(parse_math=False, in_layout=False)
            text.update_positions(renderer)
            box = Text.get_window_extent(text, renderer)  # without the line
            inside = frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
            if inside and not box.count_overlaps(taken):
                taken.append(box)
                texts.append(text)
                break
            text.remove()
    return texts
