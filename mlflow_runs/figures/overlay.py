"""Several studies over each other: their fronts, and their hypervolumes over trials. As a PNG and as a page."""

import dataclasses
import html
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlflow_runs import names
from mlflow_runs.figures.axes import ACCURACY_TITLE, coordinates, drawable, new_figure, png, scale_costs, style_axes
from mlflow_runs.figures.front_html import cost_axis, page, tooltip
from mlflow_runs.objectives import Objective, shared_objective
from mlflow_runs.records import TrialRecord
from mlflow_runs.safe_text import one_line, shortened
from mlflow_runs.stored.read_back import MirroredStudy

_HEIGHT = 6.0  # inches
_PANEL_WIDTH = 2.5  # inches of an axis
_NAME_LENGTH = 38
_CAPTION_WIDTH = 105  # characters
_MARKERS = 10  # along a line of hypervolumes
_TRIALS = "Trials that have ended"
_HYPERVOLUME = "Hypervolume (share of the whole)"
_FRONTS_TITLE, _HYPERVOLUMES_TITLE = "Pareto fronts", "Hypervolume over trials"


@dataclass(frozen=True)
class Style:
    """How a study is drawn. Each property is given as Matplotlib and as Plotly call it.

    Studies differ in more than their colour, for readers who can't tell the colours apart.
    """

    color: str
    line: Any
    dash: str
    marker: str
    symbol: str


STYLES = (  # Okabe and Ito's colours without the yellow, which is faint on white
    Style(names.KNEE_COLOR, "-", "solid", "o", "circle"),
    Style(names.FRONT_COLOR, "--", "dash", "s", "square"),
    Style("#009E73", "-.", "dashdot", "^", "triangle-up"),
    Style("#CC79A7", ":", "dot", "D", "diamond"),
    Style("#000000", (0, (8, 2)), "8px,2px", "v", "triangle-down"),
    Style("#56B4E9", (0, (8, 2, 1, 2, 1, 2)), "8px,2px,1px,2px,1px,2px", "P", "cross"),
    Style("#E69F00", (0, (2, 1)), "2px,1px", "X", "x"),
    Style(names.OTHER_COLOR, (0, (12, 4)), "12px,4px", "*", "star"),
)


def overlay_png(studies: Sequence[MirroredStudy], *, caption: str) -> bytes:
    """The picture, 690 x 600 pixels, with the arguments of `overlay_figure`."""
    return png(overlay_figure(studies, caption=caption))


def overlay_figure(studies: Sequence[MirroredStudy], *, caption: str) -> Any:
    """The picture as a figure of Matplotlib's.

    Args:
        studies: At most as many as there are `STYLES`.
        caption: What a reader has to know to compare them.
    """
    figure = new_figure(height=_HEIGHT)
    left, right = figure.subplots(1, 2)
    objective = _objective(studies)
    fronts = [_front(study, objective) for study in studies]
    lines = [left.plot(*coordinates(front), **_line(style))[0] for front, style in zip(fronts, STYLES, strict=False)]
    for study, style in zip(studies, STYLES, strict=False):
        trials, hypervolumes = _hypervolumes(study)
        right.plot(trials, hypervolumes, markevery=_marked(len(trials)), **_line(style))
    style_axes(left, title=_FRONTS_TITLE, x=objective.axis_title, y=ACCURACY_TITLE, empty=not any(fronts))
    if any(fronts):
        scale_costs(left, [cost for front in fronts for cost in coordinates(front)[0]], width=_PANEL_WIDTH)
    empty = not any(study.hypervolumes for study in studies)
    style_axes(right, title=_HYPERVOLUMES_TITLE, x=_TRIALS, y=_HYPERVOLUME, empty=empty)
    _draw_legend(figure, lines, studies)
    text = textwrap.fill(drawable(caption), _CAPTION_WIDTH)
    figure.suptitle(text, fontsize=10.5, color="#444444", x=0.01, ha="left", parse_math=False)
    return figure


def _objective(studies: Sequence[MirroredStudy]) -> Objective:
    """What the axis of costs shows: a study without a front has no say in it."""
    return shared_objective([study.objective for study in studies if study.front])


def _front(study: MirroredStudy, objective: Objective) -> list[TrialRecord]:
    """A study's front, cheapest first: with costs of its own objective, or in FLOPs, as `shared_objective` has it."""
    if study.objective == objective:
        return list(study.front)
    in_flops = [dataclasses.replace(trial, cost=trial.flops) for trial in study.front]
    return sorted(in_flops, key=lambda trial: trial.cost or 0)


def _hypervolumes(study: MirroredStudy) -> tuple[list[int], list[float]]:
    """How many trials had ended, and the hypervolume then."""
    return [point.trials for point in study.hypervolumes], [point.hypervolume for point in study.hypervolumes]


def _line(style: Style) -> dict[str, Any]:
    marker = {"marker": style.marker, "markersize": 7, "markeredgecolor": "white", "markeredgewidth": 0.6}
    return {"color": style.color, "linestyle": style.line, "linewidth": 2, "drawstyle": "steps-post"} | marker


def _marked(points: int) -> list[int]:
    """Places of the points that get a marker: some along the way, and the last."""
    return sorted({*range(0, points, max(1, points // _MARKERS)), points - 1}) if points else []


def _draw_legend(figure: Any, lines: Sequence[Any], studies: Sequence[MirroredStudy]) -> None:
    """The names are set last: Matplotlib leaves out labels that begin with an underscore."""
    placeholders = [str(place) for place in range(len(studies))]
    legend = figure.legend(lines, placeholders, loc="outside lower center", ncols=2, fontsize=11.5, handlelength=4.5)
    for text, study in zip(legend.get_texts(), studies, strict=True):
        text.set_parse_math(False)
        text.set_text(drawable(_short_name(study)))


def _short_name(study: MirroredStudy) -> str:
    return shortened(one_line(study.name), length=_NAME_LENGTH)


def overlay_html(studies: Sequence[MirroredStudy], *, title: str, caption: str) -> str:
    """The same as a page to zoom and hover in. A click on a study's name hides it in both panels.

    Args:
        studies, caption: As for `overlay_png`.
        title: Any text.
    """
    from plotly.subplots import make_subplots

    titles = _FRONTS_TITLE, _HYPERVOLUMES_TITLE
    figure = make_subplots(rows=1, cols=2, subplot_titles=titles, horizontal_spacing=0.1)
    objective = _objective(studies)
    for study, style in zip(studies, STYLES, strict=False):
        figure.add_trace(_front_trace(study, _front(study, objective), style), row=1, col=1)
        figure.add_trace(_hypervolume_trace(study, style), row=1, col=2)
    costs = [cost for study in studies for cost in coordinates(_front(study, objective))[0]]
    _lay_out(figure, axis=cost_axis(objective, costs), caption=caption)
    return page(figure, title=shortened(one_line(title), length=200))


def _front_trace(study: MirroredStudy, front: Sequence[TrialRecord], style: Style) -> Any:
    x, y = coordinates(front)
    return _trace(study, x, y, style, texts=[tooltip(trial) for trial in front], sizes=[10] * len(front))


def _hypervolume_trace(study: MirroredStudy, style: Style) -> Any:
    x, y = _hypervolumes(study)
    texts = [f"{hypervolume:.4f} after {trials} trials" for trials, hypervolume in zip(x, y, strict=True)]
    marked = set(_marked(len(x)))
    sizes = [9 if place in marked else 0 for place in range(len(x))]
    return _trace(study, x, y, style, texts=texts, sizes=sizes, showlegend=False)


def _trace(
    study: MirroredStudy,
    x: Sequence[float],
    y: Sequence[float],
    style: Style,
    *,
    texts: Sequence[str],
    sizes: Sequence[int],
    showlegend: bool = True,
) -> Any:
    """Plotly reads a little HTML in names and texts, so text from people is escaped."""
    import plotly.graph_objects as go

    name = html.escape(_short_name(study), quote=False)
    return go.Scatter(
        # Plotly lists only traces with a point in the legend, and a study without a front has its place there, too.
        x=list(x) or [None],
        y=list(y) or [None],
        name=name,
        legendgroup=study.key,
        showlegend=showlegend,
        mode="lines+markers",
        line={"shape": "hv", "color": style.color, "dash": style.dash, "width": 2},
        marker={
            "symbol": style.symbol,
            "color": style.color,
            "size": list(sizes) or 9,
            "line": {"color": "white", "width": 1},
        },
        text=[f"<b>{name}</b><br>{text}" for text in texts],
        hovertemplate="%{text}<extra></extra>",
    )


def _lay_out(figure: Any, *, axis: Mapping[str, Any], caption: str) -> None:
    wrapped = "<br>".join(html.escape(line, quote=False) for line in textwrap.wrap(caption, _CAPTION_WIDTH))
    figure.update_layout(
        template="plotly_white",
        font={"size": 14},
        title={"text": wrapped, "font": {"size": 13}, "x": 0.01, "y": 1, "yanchor": "top", "pad": {"t": 8}},
        legend={"orientation": "h", "x": 0.5, "xanchor": "center", "y": -0.18, "yanchor": "top", "itemwidth": 60},
        margin={"l": 70, "r": 20, "t": 60 + 18 * wrapped.count("<br>"), "b": 60},
        hoverlabel={"align": "left"},
    )
    figure.update_xaxes(**axis, row=1, col=1)
    figure.update_xaxes(title=_TRIALS, ticks="outside", row=1, col=2)
    figure.update_yaxes(title=ACCURACY_TITLE, ticks="outside", row=1, col=1)
    figure.update_yaxes(title=_HYPERVOLUME, ticks="outside", row=1, col=2)
