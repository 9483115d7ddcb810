"""Several studies over each other: their fronts, and how their hypervolumes grew. As a PNG and as a page."""

import dataclasses
import html
import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mlflow_runs import figures, names
from mlflow_runs.front_page import hover, page
from mlflow_runs.records import TrialRecord
from mlflow_runs.safe_text import one_line, shortened
from mlflow_runs.stored.read_back import MirroredStudy

_HEIGHT = 6.0  # inches
_NAME_LENGTH = 38
_CAPTION_WIDTH = 105  # characters
_MARKS = 10  # along a course
_RIM = {"color": "white", "width": 1}  # around a mark
_TRIALS = "Trials that have ended"
_HYPERVOLUME = "Hypervolume (share of the whole)"
_FRONTS_TITLE, _COURSES_TITLE = "Pareto fronts", "Course of the searches"


@dataclass(frozen=True)
class Style:
    """How a study looks, told apart without its colour, too; each property as Matplotlib and as Plotly have it."""

    color: str
    line: Any
    dash: str
    marker: str
    symbol: str


STYLES = (  # Okabe and Ito's colours, the yellow left out, which is faint on white
    Style(names.KNEE_COLOR, "-", "solid", "o", "circle"),
    Style(names.FRONT_COLOR, "--", "dash", "s", "square"),
    Style("#009E73", "-.", "dashdot", "^", "triangle-up"),
    Style("#CC79A7", ":", "dot", "D", "diamond"),
    Style("#000000", (0, (8, 2)), "8px,2px", "v", "triangle-down"),
    Style("#56B4E9", (0, (8, 2, 1, 2, 1, 2)), "8px,2px,1px,2px,1px,2px", "P", "cross"),
    Style("#E69F00", (0, (2, 1)), "2px,1px", "X", "x"),
    Style(names.OTHER_COLOR, (0, (12, 4)), "12px,4px", "*", "star"),
)


def comparison_png(studies: Sequence[MirroredStudy], *, caption: str) -> bytes:
    """The picture as a PNG, 690 x 600 pixels. No state of pyplot is touched.

    Args:
        studies: At most as many as there are `STYLES`.
        caption: What a reader has to know to compare.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(figures.WIDTH, _HEIGHT), dpi=figures.DPI, layout="constrained")
    left, right = figure.subplots(1, 2)
    fronts = _fronts(studies)
    lines = [_draw_front(left, front, style) for front, style in zip(fronts, STYLES, strict=False)]
    for study, style in zip(studies, STYLES, strict=False):
        _draw_course(right, study, style)
    _draw_axes(left, title=_FRONTS_TITLE, x=_x_title(fronts), y=figures.Y_TITLE, empty=not any(fronts))
    if any(fronts):
        figures.scale_costs(left)
    empty = not any(study.course for study in studies)
    _draw_axes(right, title=_COURSES_TITLE, x=_TRIALS, y=_HYPERVOLUME, empty=empty)
    _draw_legend(figure, lines, studies)
    figure.suptitle(textwrap.fill(caption, _CAPTION_WIDTH), fontsize=10.5, color="#444444", x=0.01, ha="left")
    picture = io.BytesIO()
    FigureCanvasAgg(figure).print_png(picture)
    return picture.getvalue()


def _fronts(studies: Sequence[MirroredStudy]) -> list[list[TrialRecord]]:
    """The fronts, cheapest first: over milliseconds if all studies minimise them, else over what all have, FLOPs."""
    fronts = [list(study.front) for study in studies]
    if all(trial.latency_ms is not None for front in fronts for trial in front):
        return fronts
    counted = [[dataclasses.replace(trial, latency_ms=None) for trial in front] for front in fronts]
    return [sorted(front, key=lambda trial: trial.flops or 0) for front in counted]


def _x_title(fronts: Sequence[Sequence[TrialRecord]]) -> str:
    return figures.cost_title([trial for front in fronts for trial in front])


def _courses(study: MirroredStudy) -> tuple[list[int], list[float]]:
    """Trials that had ended, and the hypervolume then."""
    return [point.trials for point in study.course], [point.hypervolume for point in study.course]


def _draw_front(axes: Any, front: Sequence[TrialRecord], style: Style) -> Any:
    return axes.plot(*figures.coordinates(front), **_line(style))[0]


def _draw_course(axes: Any, study: MirroredStudy, style: Style) -> None:
    trials, hypervolumes = _courses(study)
    axes.plot(trials, hypervolumes, markevery=_marked(len(trials)), **_line(style))


def _line(style: Style) -> dict[str, Any]:
    marker = {"marker": style.marker, "markersize": 7, "markeredgecolor": "white", "markeredgewidth": 0.6}
    return {"color": style.color, "linestyle": style.line, "linewidth": 2, "drawstyle": "steps-post"} | marker


def _marked(points: int) -> list[int]:
    """Places of the points that get a marker: some along the way, and the last."""
    return sorted({*range(0, points, max(1, points // _MARKS)), points - 1}) if points else []


def _draw_axes(axes: Any, *, title: str, x: str, y: str, empty: bool) -> None:
    axes.set_title(title, fontsize=14)
    axes.set_xlabel(x, fontsize=12)
    axes.set_ylabel(y, fontsize=12)
    figures.rule(axes, empty=empty)


def _draw_legend(figure: Any, lines: Sequence[Any], studies: Sequence[MirroredStudy]) -> None:
    """The names come last: as labels Matplotlib would leave out those that begin with an underscore."""
    placeholders = [str(place) for place in range(len(studies))]
    legend = figure.legend(lines, placeholders, loc="outside lower center", ncols=2, fontsize=11.5, handlelength=4.5)
    for text, study in zip(legend.get_texts(), studies, strict=True):
        text.set_parse_math(False)
        text.set_text(figures.drawable(_shown(study)))


def _shown(study: MirroredStudy) -> str:
    return shortened(one_line(study.name), length=_NAME_LENGTH)


def comparison_html(studies: Sequence[MirroredStudy], *, title: str, caption: str) -> str:
    """The same as a page to zoom and hover in; a click on a study's name hides it in both panels.

    Args:
        studies, caption: `comparison_png`'s.
        title: Any text.
    """
    from plotly.subplots import make_subplots

    figure = make_subplots(rows=1, cols=2, subplot_titles=(_FRONTS_TITLE, _COURSES_TITLE), horizontal_spacing=0.1)
    fronts = _fronts(studies)
    for study, front, style in zip(studies, fronts, STYLES, strict=False):
        figure.add_trace(_front_trace(study, front, style), row=1, col=1)
        figure.add_trace(_course_trace(study, style), row=1, col=2)
    _lay_out(figure, x=_x_title(fronts), caption=caption)
    return page(figure, title=shortened(one_line(title), length=200))


def _front_trace(study: MirroredStudy, front: Sequence[TrialRecord], style: Style) -> Any:
    x, y = figures.coordinates(front)
    return _trace(study, x, y, style, text=[hover(trial) for trial in front], size=[10] * len(front))


def _course_trace(study: MirroredStudy, style: Style) -> Any:
    x, y = _courses(study)
    text = [f"{hypervolume:.4f} after {trials} trials" for trials, hypervolume in zip(x, y, strict=True)]
    marked = set(_marked(len(x)))
    size = [9 if place in marked else 0 for place in range(len(x))]
    return _trace(study, x, y, style, text=text, size=size, showlegend=False)


def _trace(
    study: MirroredStudy, x: list, y: list, style: Style, *, text: list[str], size: list[int], showlegend: bool = True
) -> Any:
    """Plotly reads a little HTML in names and texts, so what comes from people is escaped."""
    import plotly.graph_objects as go

    told = html.escape(_shown(study), quote=False)
    return go.Scatter(
        # A study without a front keeps its place in the legend, which Plotly gives to traces that hold a point.
        x=x or [None],
        y=y or [None],
        name=told,
        legendgroup=study.key,
        showlegend=showlegend,
        mode="lines+markers",
        line={"shape": "hv", "color": style.color, "dash": style.dash, "width": 2},
        marker={
            "symbol": style.symbol,
            "color": style.color,
            "size": size or 9,
            "line": {"color": "white", "width": 1},
        },
        text=[f"<b>{told}</b><br>{line}" for line in text],
        hovertemplate="%{text}<extra></extra>",
    )


def _lay_out(figure: Any, *, x: str, caption: str) -> None:
    wrapped = "<br>".join(html.escape(line, quote=False) for line in textwrap.wrap(caption, _CAPTION_WIDTH))
    figure.update_layout(
        template="plotly_white",
        font={"size": 14},
        title={"text": wrapped, "font": {"size": 13}, "x": 0.01, "y": 1, "yanchor": "top", "pad": {"t": 8}},
        legend={"orientation": "h", "x": 0.5, "xanchor": "center", "y": -0.18, "yanchor": "top", "itemwidth": 60},
        margin={"l": 70, "r": 20, "t": 60 + 18 * wrapped.count("<br>"), "b": 60},
        hoverlabel={"align": "left"},
    )
    figure.update_xaxes(title=x, type="log", dtick="D2", tickformat="~s", ticks="outside", row=1, col=1)
    figure.update_xaxes(title=_TRIALS, ticks="outside", row=1, col=2)
    figure.update_yaxes(title=figures.Y_TITLE, ticks="outside", row=1, col=1)
    figure.update_yaxes(title=_HYPERVOLUME, ticks="outside", row=1, col=2)
