"""Validation accuracy over FLOPs, the front marked: as a PNG and as a page that needs no network."""

import html
import io
from collections.abc import Sequence
from typing import Any

from mlflow_runs import names
from mlflow_runs.description import amount, percent
from mlflow_runs.records import TrialRecord
from mlflow_runs.safe_text import one_line, shortened

WIDTH, _HEIGHT, DPI = 8.6, 5.2, 100  # inches, dots an inch; wider does not fit into MLflow's page
_TITLE_LENGTH = 80
_X_TITLE = "FLOPs of one image (log scale)"
_X_TITLE_TIMED = "Milliseconds for one image, predicted (log scale)"
Y_TITLE = "Validation accuracy (%)"
_OTHERS = "Other finished trials"
_FRONT = "Pareto front"


def front_png(
    trials: Sequence[TrialRecord],
    *,
    front: Sequence[int],
    knee: int | None = None,
    title: str,
    ringed: str = "Knee",
) -> bytes:
    """The picture as a PNG, 860 x 520 pixels. No state of pyplot is touched, so any thread may draw.

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
    members, others = _split(trials, front)
    _draw_points(axes, members, others)
    _draw_ring(axes, [trial for trial in members + others if trial.number == knee], name=ringed)
    _draw_axes(axes, title=title, x_title=x_title(trials), empty=not (members or others))
    picture = io.BytesIO()
    FigureCanvasAgg(figure).print_png(picture)
    return picture.getvalue()


def _split(trials: Sequence[TrialRecord], front: Sequence[int]) -> tuple[list[TrialRecord], list[TrialRecord]]:
    """Those on the front, cheapest first, and the other finished ones."""
    finished = {trial.number: trial for trial in trials if trial.accuracy is not None and trial.flops}
    members = [finished.pop(number) for number in front if number in finished]
    return members, list(finished.values())


def _draw_points(axes: Any, members: Sequence[TrialRecord], others: Sequence[TrialRecord]) -> None:
    if others:
        axes.scatter(*coordinates(others), s=28, color=names.OTHER_COLOR, alpha=0.7, linewidths=0, label=_OTHERS)
    if members:
        style = {"color": names.FRONT_COLOR, "linewidth": 2, "marker": "o", "markersize": 8, "markeredgecolor": "white"}
        axes.plot(*coordinates(members), drawstyle="steps-post", zorder=3, label=_FRONT, **style)


def _draw_ring(axes: Any, ringed: Sequence[TrialRecord], *, name: str) -> None:
    for trial in ringed:
        label = f"{name}: {percent(trial.accuracy)} at {amount(trial.flops, unit='FLOPs')}"
        ring = {"facecolors": "none", "edgecolors": names.KNEE_COLOR, "linewidths": 2.5}
        axes.scatter(*coordinates([trial]), s=220, zorder=4, label=label, **ring)


def coordinates(trials: Sequence[TrialRecord]) -> tuple[list[float], list[float]]:
    """What the study minimises, and percent."""
    return [_cost(trial) for trial in trials], [100 * (trial.accuracy or 0.0) for trial in trials]


def _cost(trial: TrialRecord) -> float:
    """Milliseconds where the study minimises them, else FLOPs."""
    return float(trial.flops or 0) if trial.latency_ms is None else trial.latency_ms


def x_title(trials: Sequence[TrialRecord]) -> str:
    """What the x axis of `coordinates` says."""
    return _X_TITLE_TIMED if any(trial.latency_ms is not None for trial in trials) else _X_TITLE


def _draw_axes(axes: Any, *, title: str, x_title: str, empty: bool) -> None:
    axes.set_title(drawable(_shown(title)), fontsize=15, parse_math=False)
    axes.set_xlabel(x_title, fontsize=13)
    axes.set_ylabel(Y_TITLE, fontsize=13)
    rule(axes, empty=empty)
    if not empty:
        scale_costs(axes)
        axes.legend(fontsize=12, loc="lower right", framealpha=0.9)


def rule(axes: Any, *, empty: bool) -> None:
    """Ticks and a light grid, or a sentence where there is nothing to draw."""
    axes.tick_params(labelsize=12)
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


def _shown(title: str) -> str:
    return shortened(one_line(title), length=_TITLE_LENGTH)


def drawable(text: str) -> str:
    """`text` with a question mark for what Matplotlib's font lacks, which it would warn about."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties()))
    return "".join(letter if font.get_char_index(ord(letter)) else "?" for letter in text)


def front_html(trials: Sequence[TrialRecord], *, front: Sequence[int], knee: int | None = None, title: str) -> str:
    """The same as a page to zoom and hover in, about 5 MB: Plotly is inside, so it works with the network cut.

    Arguments are `front_png`'s. Hovering gives the trial's number, its architecture in words, accuracy, FLOPs and
    parameters.
    """
    import plotly.graph_objects as go

    members, others = _split(trials, front)
    figure = go.Figure()
    if others:
        figure.add_trace(go.Scatter(name=_OTHERS, mode="markers", **_points(others), marker=_marker(names.OTHER_COLOR)))
    if members:
        line = {"shape": "hv", "color": names.FRONT_COLOR, "width": 2}
        marker = _marker(names.FRONT_COLOR, size=11)
        figure.add_trace(go.Scatter(name=_FRONT, mode="lines+markers", line=line, **_points(members), marker=marker))
    for trial in members:
        if trial.number == knee:
            ring = {"symbol": "circle-open", "size": 20, "color": names.KNEE_COLOR, "line": {"width": 3}}
            x, y = coordinates([trial])
            figure.add_trace(go.Scatter(name="Knee", mode="markers", x=x, y=y, marker=ring, hoverinfo="skip"))
    _lay_out(figure, x_title=x_title(trials))
    return page(figure, title=_shown(title))


def _points(trials: Sequence[TrialRecord]) -> dict[str, Any]:
    x, y = coordinates(trials)
    return {"x": x, "y": y, "text": [hover(trial) for trial in trials], "hovertemplate": "%{text}<extra></extra>"}


def _marker(color: str, *, size: int = 8) -> dict[str, Any]:
    return {"color": color, "size": size, "line": {"color": "white", "width": 1}}


def hover(trial: TrialRecord) -> str:
    """Plotly reads a little HTML in these texts, so what comes from people is escaped."""
    costs = f"{amount(trial.flops, unit='FLOPs')}, {amount(trial.params_count)} parameters"
    words = "<br>".join(html.escape(part) for part in _wrapped(one_line(trial.words)))
    return f"<b>Trial {trial.number}: {percent(trial.accuracy)}</b><br>{costs}<br>{words}"


def _wrapped(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width=70) or [""]


def _lay_out(figure: Any, *, x_title: str) -> None:
    figure.update_layout(
        template="plotly_white",
        font={"size": 15},
        xaxis={"title": x_title, "type": "log", "dtick": "D2", "tickformat": "~s", "ticks": "outside"},
        yaxis={"title": Y_TITLE, "ticks": "outside"},
        legend={"x": 0.99, "xanchor": "right", "y": 0.02, "yanchor": "bottom", "bgcolor": "rgba(255,255,255,0.8)"},
        margin={"l": 70, "r": 20, "t": 40, "b": 60},
        hoverlabel={"align": "left"},
    )


def page(figure: Any, *, title: str) -> str:
    """A Plotly figure as a page that needs no network, about 5 MB."""
    chart = figure.to_html(
        full_html=False,
        include_plotlyjs=True,
        include_mathjax=False,
        default_height="85vh",
        config={"displaylogo": False, "responsive": True},
    )
    shown = html.escape(title)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{shown}</title>\n'
        "<style>body{font-family:sans-serif;margin:0 1rem}h1{font-size:1.2rem;overflow-wrap:anywhere}</style>\n"
        f"</head><body><h1>{shown}</h1>\n{chart}</body></html>\n"
    )
