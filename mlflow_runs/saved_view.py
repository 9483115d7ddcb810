"""Views of a study laid out in MLflow's page before anyone opens it: a page of charts, and the front as a table.

MLflow keeps a shared view in a tag of the experiment. Its form is MLflow's own business (it worked in 3.17 and 3.18):
where a version drops it the address opens the plain list of runs, and nothing else is lost.
"""

import base64
import json
import uuid
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from mlflow_runs import names, safe_text
from mlflow_runs.records import StudyRecord

_MOST_CHOICES = 5  # axes of the parallel coordinates; more are not legible
_RUNS_ON_A_CHART = 1000  # the page itself loads 100 at a time
_PREFIX = "deflate;"


def chart_key(study: str) -> str:
    """The key that opens a study's charts."""
    return f"{safe_text.study_key(study)}-charts"


def table_key(study: str) -> str:
    """The key that opens a study's front as a table."""
    return f"{safe_text.study_key(study)}-front"


def tags(study: StudyRecord, *, created_ms: int) -> dict[str, str]:
    """Both views as tags of the experiment.

    Args:
        study: The study as it stands; which choices are drawn depends on its trials.
        created_ms: When the views were made; the same time gives the same tags.
    """
    choices = telling_choices(study)
    views = {
        chart_key(study.name): (f"{_name(study)}: charts", chart_state(study.name, choices)),
        table_key(study.name): (f"{_name(study)}: front", table_state(study.name)),
    }
    return {
        names.SHARED_VIEW_PREFIX + key: _tag(name, state, created_ms=created_ms) for key, (name, state) in views.items()
    }


def _name(study: StudyRecord) -> str:
    return safe_text.shortened(safe_text.one_line(safe_text.redacted(study.name)), length=80)


def _tag(name: str, state: dict[str, Any], *, created_ms: int) -> str:
    return json.dumps({"name": name, "createdAt": created_ms, "updatedAt": created_ms, "state": encode(state)})


def encode(state: dict[str, Any]) -> str:
    """A state as MLflow's page packs it."""
    return _PREFIX + base64.b64encode(zlib.compress(json.dumps(state).encode())).decode()


def decode(packed: str) -> dict[str, Any]:
    """The state in what `encode` made."""
    return json.loads(zlib.decompress(base64.b64decode(packed.removeprefix(_PREFIX))))


def telling_choices(study: StudyRecord) -> list[str]:
    """Choices worth an axis: made by every finished trial, and not the same in all. At most five, in their order.

    A run that lacks one of the axes is left out of MLflow's parallel coordinates, so conditional choices are not.
    """
    finished = [trial for trial in study.trials if trial.state == "COMPLETE"]
    made = Counter(name for trial in finished for name in trial.params)
    telling = [
        name
        for name, times in made.items()
        if times == len(finished) and len({str(trial.params[name]) for trial in finished}) > 1
    ]
    return [safe_text.key(name) for name in telling[:_MOST_CHOICES]]


def chart_state(study: str, choices: Sequence[str]) -> dict[str, Any]:
    """Accuracy over FLOPs, hypervolume by trial, and the choices side by side."""
    front, course = _uuid(study, "front"), _uuid(study, "course")
    charts = [_scatter(front, study), _line(course, study)]
    if choices:
        charts.append(_parallel(course, study, choices))
    return _state(
        filter_=f"tags.`{names.STUDY_KEY}` = '{safe_text.study_key(study)}'",
        order=f"tags.`{names.PARETO_FRONT}`",  # front first: a page holds 100 runs
        columns=_columns(choices),
        charts=charts,
        sections=[
            _section(front, "Accuracy against cost", height=460),
            _section(course, "Course of the search", height=360),
        ],
    )


def _section(key: str, name: str, *, height: int) -> dict[str, Any]:
    """Charts one below the other, each `height` pixels high: side by side their labels run into each other."""
    layout = {"columns": 1, "cardHeight": height}
    return {"uuid": key, "name": name, "display": True, "isReordered": True} | layout


def table_state(study: str) -> dict[str, Any]:
    """The front alone, most accurate first. Its words stand for the choices, whose columns would push them away."""
    key, front = safe_text.study_key(study), names.ON_FRONT
    return _state(
        filter_=f"tags.`{names.STUDY_KEY}` = '{key}' and tags.`{names.PARETO_FRONT}` = '{front}'",
        order=f"metrics.`{names.ACCURACY}`",
        columns=_columns(()),
        charts=[],
        sections=[],
    )


def _columns(choices: Sequence[str]) -> list[str]:
    metrics = names.ACCURACY, names.FLOPS, names.PARAMS
    return [
        *(f"metrics.`{name}`" for name in metrics),
        f"tags.`{names.ARCHITECTURE_WORDS}`",
        *(f"params.`{name}`" for name in choices),
    ]


def _state(
    *, filter_: str, order: str, columns: Sequence[str], charts: Sequence[Any], sections: Sequence[Any]
) -> dict[str, Any]:
    return {
        "searchFilter": filter_,
        "orderByKey": order,
        "orderByAsc": False,
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "modelVersionFilter": "All Runs",
        "datasetsFilter": [],
        "selectedColumns": list(columns),
        "runsHiddenMode": "SHOW_ALL",
        "compareRunCharts": list(charts),
        "compareRunSections": list(sections),
        "isAccordionReordered": True,
    }


def _chart(kind: str, section: str, study: str) -> dict[str, Any]:
    return {
        "type": kind,
        "uuid": _uuid(study, kind),
        "metricSectionId": section,
        "runsCountToCompare": _RUNS_ON_A_CHART,
        "deleted": False,
        "isGenerated": False,
    }


def _scatter(section: str, study: str) -> dict[str, Any]:
    axes = {
        "xaxis": {"key": names.LOG10_FLOPS, "type": "METRIC"},
        "yaxis": {"key": names.ACCURACY, "type": "METRIC"},
    }
    return _chart("SCATTER", section, study) | axes


def _line(section: str, study: str) -> dict[str, Any]:
    """The page reads these fields without defaults of its own."""
    return _chart("LINE", section, study) | {
        "metricKey": names.HYPERVOLUME,
        "selectedMetricKeys": [names.HYPERVOLUME],
        "xAxisKey": "step",
        "selectedXAxisMetricKey": "",
        "xAxisScaleType": "linear",
        "scaleType": "linear",
        "lineSmoothness": 0,
        "range": {},
        "yAxisKey": "metric",
        "yAxisExpressions": [],
        "ignoreOutliers": False,
        "useGlobalXaxisKey": False,
        "useGlobalLineSmoothing": False,
    }


def _parallel(section: str, study: str, choices: Sequence[str]) -> dict[str, Any]:
    results = [names.LOG10_FLOPS, names.ACCURACY]
    axes = {"selectedParams": list(choices), "selectedMetrics": results, "showAllRuns": True}
    return _chart("PARALLEL", section, study) | axes


def _uuid(study: str, part: str) -> str:
    """The same for the same study, so that a view written again is the same view."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{safe_text.study_key(study)}/{part}"))
