"""Views of a study in MLflow's page, prepared before anyone opens it: charts, and the front as a table.

MLflow keeps a shared view in a tag of the experiment. Its form is not documented; it worked in 3.17 and 3.18. If a
version drops it, the address opens the plain list of runs, and nothing else is lost.
"""

import base64
import json
import uuid
import zlib
from collections.abc import Sequence
from typing import Any

from mlflow_runs import names, safe_text
from mlflow_runs.records import StudyRecord
from mlflow_runs.runs.importance import ChoiceImportance

_RUNS_ON_A_CHART = 1000
_RUNS_LOADED = 100  # by the page at a time
_RUNS_WITHOUT_TRIAL = 2  # among them: the curve and the parent
_PREFIX = "deflate;"
_ACCURACY = [f"metrics.`{names.ACCURACY}`"]
_ACCURACY_AT_RUNG = [f"metrics.`{name}`" for name in (names.RUNG_ACCURACY, names.RUNG_EPOCHS)]  # stopped trials have it
_NETWORK = [  # the words in sight of a narrow window
    *(f"metrics.`{name}`" for name in (names.FLOPS, names.PARAMS)),
    f"tags.`{names.ARCHITECTURE_WORDS}`",
    *(f"metrics.`{name}`" for name in (names.RAM_BYTES, names.FLASH_BYTES)),
]
_ALWAYS_SHOWN = "attributes.`Run Name`", "runDateAndNestInfo"  # the second: when it was created
_SHOWN = [*_ALWAYS_SHOWN, *_ACCURACY, *_ACCURACY_AT_RUNG, *_NETWORK]
_WIDTHS = dict(zip(_SHOWN, [195, 150, 85, 115, 100, 85, 75, 480, 85, 90], strict=True))  # pixels
_OTHER_METRICS = [  # of runs, besides those that have a chart
    names.ACCURACY,
    names.FLOPS,
    names.LOG10_FLOPS,
    names.MACS,
    names.PARAMS,
    names.RAM_BYTES,
    names.FLASH_BYTES,
    names.LOG10_RAM_BYTES,
    names.LOG10_FLASH_BYTES,
    names.LATENCY_MS,
    names.SECONDS,
    names.RUNG_ACCURACY,
    names.RUNG_EPOCHS,
    names.EPOCH_ACCURACY,
    names.EPOCH_FRONT_ACCURACY,
    names.EPOCH_LOSS,
    names.EPOCH_LEARNING_RATE,
    names.FRONT_SIZE,
    names.FINISHED_BY_THEN,
    names.ENDED_TRIAL,
    names.FRONT_LOG10_FLOPS,
    names.FRONT_LOG10_RAM_BYTES,
    names.FRONT_LOG10_FLASH_BYTES,
    names.FRONT_MILLISECONDS,
]


def chart_key(study: str) -> str:
    """The key that opens a study's charts."""
    return f"{safe_text.study_key(study)}-charts"


def table_key(study: str) -> str:
    """The key that opens a study's front as a table."""
    return f"{safe_text.study_key(study)}-front"


def tags(study: StudyRecord, *, importances: Sequence[ChoiceImportance], created_ms: int) -> dict[str, str]:
    """Both views as tags of the experiment.

    Args:
        study: The study as it stands.
        importances: The choices to draw.
        created_ms: When the views were made. The same time gives the same tags.
    """
    views = {
        chart_key(study.name): (f"{_name(study)}: charts", chart_state(study, importances)),
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
    """A state, packed as MLflow's page does it."""
    return _PREFIX + base64.b64encode(zlib.compress(json.dumps(state).encode())).decode()


def decode(packed: str) -> dict[str, Any]:
    """The opposite of `encode`."""
    return json.loads(zlib.decompress(base64.b64decode(packed.removeprefix(_PREFIX))))


def chart_state(study: StudyRecord, importances: Sequence[ChoiceImportance]) -> dict[str, Any]:
    """Accuracy over cost, point by point and as the front's curve; the choices side by side; hypervolume by trial."""
    parts = "cost", "choices", "hypervolumes", "rest"
    cost, choices, hypervolumes, rest = (_uuid(study.name, f"section {part}") for part in parts)
    drawn = [safe_text.key(choice.name) for choice in importances]
    axes = [_parallel(choices, study, drawn)] if drawn else []
    sections = [
        _section(cost, _headline(study), columns=2, height=440),
        *(
            [_section(choices, f"Choices that matter ({importances[0].trials} trials)", columns=1, height=400)]
            if drawn
            else []
        ),
        _section(hypervolumes, "Hypervolume over finished trials", columns=1, height=320),
        _section(rest, "All metrics", columns=3, height=300) | {"display": False},
    ]
    return _state(
        filter_=f"tags.`{names.STUDY_KEY}` = '{safe_text.study_key(study.name)}'",
        order=f"tags.`{names.CHART_ORDER}`",
        ascending=True,
        columns=[*_ACCURACY_AT_RUNG, *_NETWORK, *(f"params.`{name}`" for name in drawn)],
        charts=[_scatter(cost, study), _front_curve(cost, study), *axes, _hypervolume(hypervolumes, study)]
        + [_folded(rest, study, metric) for metric in _OTHER_METRICS],
        sections=sections,
    ) | {"runListHidden": True}  # the charts need its space; one click brings it back


def _headline(study: StudyRecord) -> str:
    """Short, because the page cuts a title that is too long for the window."""
    finished = sum(trial.state == "COMPLETE" for trial in study.trials)
    if finished > _RUNS_LOADED - _RUNS_WITHOUT_TRIAL:
        return f"{_RUNS_LOADED} of {finished}; all: front.html"
    return "Accuracy by cost"


def _section(key: str, name: str, *, columns: int, height: int) -> dict[str, Any]:
    """Charts in rows that are `height` pixels high."""
    layout = {"columns": columns, "cardHeight": height}
    return {"uuid": key, "name": name, "display": True, "isReordered": True} | layout


def table_state(study: str) -> dict[str, Any]:
    """The front alone, most accurate first. Choices have no columns: the architecture in words says the same."""
    key, front = safe_text.study_key(study), names.ON_FRONT
    return _state(
        filter_=f"tags.`{names.STUDY_KEY}` = '{key}' and tags.`{names.PARETO_FRONT}` = '{front}'",
        order=f"metrics.`{names.ACCURACY}`",
        ascending=False,
        columns=[*_ACCURACY, *_NETWORK],
        charts=[],
        sections=[],
    )


def _state(
    *,
    filter_: str,
    order: str,
    ascending: bool,
    columns: Sequence[str],
    charts: Sequence[Any],
    sections: Sequence[Any],
) -> dict[str, Any]:
    return {
        "searchFilter": filter_,
        "orderByKey": order,
        "orderByAsc": ascending,
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "modelVersionFilter": "All Runs",
        "datasetsFilter": [],
        "selectedColumns": list(columns),
        "columnOrder": [*_ALWAYS_SHOWN, *columns],
        "columnWidths": _WIDTHS,
        "runsHiddenMode": "SHOW_ALL",
        "compareRunCharts": list(charts),
        "compareRunSections": list(sections),
        "isAccordionReordered": True,
    }


def _chart(kind: str, section: str, study: StudyRecord, *, name: str) -> dict[str, Any]:
    return {
        "type": kind,
        "uuid": _uuid(study.name, name),
        "metricSectionId": section,
        "runsCountToCompare": _RUNS_ON_A_CHART,
        "deleted": False,
        "isGenerated": False,
    }


def _scatter(section: str, study: StudyRecord) -> dict[str, Any]:
    cost = {"key": study.objective.axis_metric, "type": "METRIC"}
    axes = {"xaxis": cost, "yaxis": {"key": names.ACCURACY, "type": "METRIC"}}
    return _chart("SCATTER", section, study, name="scatter") | axes


def _front_curve(section: str, study: StudyRecord) -> dict[str, Any]:
    x = {"xAxisKey": "metric", "selectedXAxisMetricKey": study.objective.curve_metric, "displayPoints": False}
    return _line(section, study, names.FRONT_ACCURACY) | x


def _hypervolume(section: str, study: StudyRecord) -> dict[str, Any]:
    x = {"xAxisKey": "metric", "selectedXAxisMetricKey": names.FINISHED_BY_THEN}
    return _line(section, study, names.HYPERVOLUME) | x


def _line(section: str, study: StudyRecord, metric: str) -> dict[str, Any]:
    """The page needs all of these fields."""
    return _chart("LINE", section, study, name=metric) | {
        "metricKey": metric,
        "selectedMetricKeys": [metric],
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


def _folded(section: str, study: StudyRecord, metric: str) -> dict[str, Any]:
    """A chart in a folded section. Of a metric without a chart the page would draw one above all others."""
    return _chart("BAR", section, study, name=f"rest/{metric}") | {"metricKey": metric, "isGenerated": True}


def _parallel(section: str, study: StudyRecord, choices: Sequence[str]) -> dict[str, Any]:
    results = [study.objective.axis_metric, names.ACCURACY]
    axes = {"selectedParams": list(choices), "selectedMetrics": results, "showAllRuns": True}
    return _chart("PARALLEL", section, study, name="choices") | axes


def _uuid(study: str, part: str) -> str:
    """The same for the same study, so that a view that is written again stays the same."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{safe_text.study_key(study)}/{part}"))
