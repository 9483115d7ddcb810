"""Validation accuracy over cost as a page to zoom, hover and click in. It needs no network."""

import html
import json
import math
import textwrap
from collections.abc import Sequence
from typing import Any

from mlflow_runs import names
from mlflow_runs.figures.axes import ACCURACY_TITLE, Drawn, coordinates, drawn, short_title
from mlflow_runs.figures.front_png import FRONT, OTHERS, STOPPED
from mlflow_runs.figures.ticks import cost_range
from mlflow_runs.network_costs import network_costs
from mlflow_runs.objectives import FLOPS, LATENCY, Objective
from mlflow_runs.quantities import counted, percent
from mlflow_runs.records import TrialRecord
from mlflow_runs.safe_text import one_line, redacted, shortened

CHART_ID = "front"
COMMAND_ID = "command"  # the line below the chart
COPIED_ID = "copied"  # the word behind it
_KNOWN_LENGTH = 60
_MOST_DECADES = 3  # for which a narrow window has room for 1, 2 and 5 times each power of ten

_STYLE = """
body { font-family: sans-serif; margin: 0 1rem; color: #222 }
h1 { font-size: 1.2rem; margin: .6rem 0 0; overflow-wrap: anywhere }
#line { margin: .3rem 0; line-height: 1.5 }
#command { font-family: monospace; background: #f2f2f2; padding: .25rem .5rem; overflow-wrap: anywhere }
#copied { color: #0072B2; font-weight: bold }
"""

_HINT = "Click a point to copy the command that exports its network."

# MLflow shows the page in a sandboxed frame, where the browser may refuse the clipboard. `execCommand` works there if
# the frame has the focus. A click on a drawing need not give it the focus, so the script does.
_COPYING = """
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const chart = document.getElementById('front');
  const command = document.getElementById('command');
  const copied = document.getElementById('copied');

  const select = () => {
    const range = document.createRange();
    range.selectNodeContents(command);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(command.textContent);
      return true;
    } catch {
      select();
      try { return document.execCommand('copy'); } catch { return false; }
    }
  };

  chart.on('plotly_click', async ({ points }) => {
    const point = points.find(({ customdata }) => customdata !== undefined);
    if (point === undefined) return;
    document.getElementById('hint').hidden = true;
    command.hidden = false;
    command.textContent = `${data.export} ${point.customdata}`;
    copied.textContent = '';
    window.focus();
    copied.textContent = await copy() ? 'Copied' : 'Selected: press Ctrl+C to copy it';
  });
})();
"""


def front_html(
    trials: Sequence[TrialRecord],
    *,
    objective: Objective = FLOPS,
    front: Sequence[int],
    knee: int | None = None,
    title: str,
    export: str = "",
) -> str:
    """The page, about 5 MB, because it contains Plotly.

    A point's tooltip shows the trial's number, accuracy, costs and architecture. A click on a point copies
    the command that exports its network.

    Args:
        trials: Trials in any state. Those with an accuracy and a cost are drawn.
        objective: What their study minimises.
        front: Numbers of the trials on the front, cheapest first.
        knee: Number of the front's knee, which gets a ring.
        title: Any text.
        export: The command up to the trial's number. If it is empty, a click does nothing.
    """
    figure = _figure(drawn(trials, front), objective=objective, knee=knee)
    return page(figure, title=short_title(title), below=_command_line(export))


def page(figure: Any, *, title: str, below: str = "") -> str:
    """A figure of Plotly's as a page that needs no network, about 5 MB.

    Args:
        figure: Plotly's.
        title: Any text.
        below: HTML.
    """
    chart = figure.to_html(
        full_html=False,
        include_plotlyjs=True,
        include_mathjax=False,
        div_id=CHART_ID,
        default_height="calc(100vh - 6.5rem)",
        config={"displaylogo": False, "responsive": True},
    )
    text = html.escape(title)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{text}</title>\n'
        f"<style>{_STYLE}</style>\n</head><body><h1>{text}</h1>\n{chart}{below}</body></html>\n"
    )


def _command_line(export: str) -> str:
    """The line below the chart, and the script that fills it."""
    if not export:
        return ""
    data = json.dumps({"export": redacted(export)}).replace("<", "\\u003c")  # so that no text can end the script
    return (
        f'\n<p id="line"><span id="hint">{_HINT}</span><code id="{COMMAND_ID}" hidden></code> '
        f'<span id="{COPIED_ID}" role="status"></span></p>\n'
        f'<script type="application/json" id="data">{data}</script>\n<script>{_COPYING}</script>'
    )


def _figure(points: Drawn, *, objective: Objective, knee: int | None) -> Any:
    import plotly.graph_objects as go

    figure = go.Figure()
    if points.stopped:
        hollow = {"symbol": "circle-open", "color": names.OTHER_COLOR, "size": 8, "line": {"width": 1.5}}
        figure.add_trace(go.Scatter(name=STOPPED, mode="markers", **_points(points.stopped), marker=hollow))
    if points.others:
        marker = _marker(names.OTHER_COLOR)
        figure.add_trace(go.Scatter(name=OTHERS, mode="markers", **_points(points.others), marker=marker))
    if points.front:
        line = {"shape": "hv", "color": names.FRONT_COLOR, "width": 2}
        marker = _marker(names.FRONT_COLOR, size=11)
        figure.add_trace(
            go.Scatter(name=FRONT, mode="lines+markers", line=line, **_points(points.front), marker=marker)
        )
    for trial in points.front:
        if trial.number == knee:
            ring = {"symbol": "circle-open", "size": 20, "color": names.KNEE_COLOR, "line": {"width": 3}}
            x, y = coordinates([trial])
            figure.add_trace(go.Scatter(name="Knee", mode="markers", x=x, y=y, marker=ring, hoverinfo="skip"))
    _lay_out(figure, objective, costs=coordinates(points.all)[0])
    return figure


def _points(trials: Sequence[TrialRecord]) -> dict[str, Any]:
    x, y = coordinates(trials)
    return {
        "x": x,
        "y": y,
        "customdata": [trial.number for trial in trials],
        "text": [tooltip(trial) for trial in trials],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _marker(color: str, *, size: int = 8) -> dict[str, Any]:
    return {"color": color, "size": size, "line": {"color": "white", "width": 1}}


def tooltip(trial: TrialRecord) -> str:
    """A trial in a few lines. Plotly reads a little HTML in it, so text from people is escaped."""
    lines = textwrap.wrap(one_line(trial.words), width=70) or [""]
    words = "<br>".join(map(html.escape, lines))
    accuracy = percent(trial.accuracy)
    if trial.is_stopped:
        accuracy = f"{percent(trial.rungs[trial.rung])} after {counted(trial.rung, 'epoch')}, then stopped"
    known = f"<b>{html.escape(shortened(one_line(trial.known), length=_KNOWN_LENGTH))}</b><br>" if trial.known else ""
    return f"{known}<b>Trial {trial.number}: {accuracy}</b><br>{network_costs(trial)}<br>{words}"


def cost_axis(objective: Objective, costs: Sequence[float]) -> dict[str, Any]:
    """A logarithmic axis as Plotly takes it, with round ticks however far a person zooms in.

    Plotly knows nothing of its labels' widths. With so few ticks they have room in a narrow window, too.
    """
    low, high = map(math.log10, cost_range(costs or [1.0]))
    decades_a_tick = 0.69 if high - low < _MOST_DECADES else 0.95  # from 0.7 on, Plotly draws powers of ten alone
    ticks = {"nticks": max(3, math.ceil((high - low) / decades_a_tick)), "ticks": "outside"}
    form = "~g" if objective == LATENCY else "~s"  # the second would write 0.5 milliseconds as 500m
    return {"title": objective.axis_title, "type": "log", "range": [low, high], "tickformat": form, **ticks}


def _lay_out(figure: Any, objective: Objective, *, costs: Sequence[float]) -> None:
    figure.update_layout(
        template="plotly_white",
        font={"size": 15},
        xaxis=cost_axis(objective, costs),
        yaxis={"title": ACCURACY_TITLE, "ticks": "outside"},
        legend={"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"},
        margin={"l": 70, "r": 20, "t": 40, "b": 60},
        hoverlabel={"align": "left"},
        hovermode="closest",
    )
