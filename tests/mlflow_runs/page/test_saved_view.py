"""The views laid out for a first visitor."""

import json
import random
from pathlib import Path

from mlflow_runs.mirror import Mirror
from mlflow_runs.objectives import LATENCY
from mlflow_runs.page import saved_view
from mlflow_runs.runs.importance import choice_importances

PARAMS = [{"head": "ab"[n % 2], "width": 16 * (1 + n // 2 % 3)} for n in range(12)]
PAGE = [("curve", None), ("parent", None), ("true", "COMPLETE"), ("false", "COMPLETE"), ("false", "PRUNED")]


def state(reader, key):
    tag = reader.experiment().tags[f"mlflow.sharedViewState.{key}"]
    return saved_view.decode(json.loads(tag)["state"])


def test_the_charts_hold_exactly_the_study(uri, reader, study, trial):
    mirror = Mirror(tracking_uri=uri, experiment="search")
    for name in ("it's <one>", "two"):
        trials = [trial(n, params=PARAMS[n], accuracy=0.5 + 0.2 * (n % 2) + 0.001 * n) for n in range(12)]
        trials += [trial(12, state="PRUNED"), trial(13, state="PRUNED")]
        mirror.update(study(trials, name=name, state="FINISHED"))
    view = state(reader, saved_view.chart_key("it's <one>"))
    runs = reader.client.search_runs(
        [reader.experiment().experiment_id], view["searchFilter"], order_by=[f"{view['orderByKey']} ASC"]
    )
    assert view["orderByAsc"] and len(runs) == 1 + 1 + 14
    assert {run.data.tags["study"] for run in runs} == {"it's <one>"}
    order = [(run.data.tags["pareto.front"], run.data.tags.get("trial.state")) for run in runs]
    assert order == sorted(order, key=PAGE.index)
    scatter, curve, parallel, line, *others = view["compareRunCharts"]
    assert (scatter["type"], scatter["xaxis"]["key"], scatter["yaxis"]["key"]) == ("SCATTER", "log10_flops", "accuracy")
    assert (curve["type"], curve["metricKey"]) == ("LINE", "front/validation accuracy")
    assert (curve["xAxisKey"], curve["selectedXAxisMetricKey"]) == ("metric", "front/log10 FLOPs")
    assert (line["type"], line["metricKey"]) == ("LINE", "hypervolume")
    assert (parallel["type"], parallel["selectedParams"]) == ("PARALLEL", ["head"])  # the other explains nothing
    names = [section["name"] for section in view["compareRunSections"]]
    assert names == [
        "Accuracy by cost",
        "Choices that matter (12 trials)",
        "Hypervolume over finished trials",
        "All metrics",
    ]
    assert view["selectedColumns"][:2] == ["metrics.`rung/accuracy`", "metrics.`rung/epochs`"]
    assert all(
        "rung/accuracy" in run.data.metrics
        for run in runs
        if run.data.tags.get("trial.state") in ("COMPLETE", "PRUNED")
    )
    assert {metric for run in runs for metric in run.data.metrics} <= {
        chart["metricKey"] for chart in (curve, line, *others)
    }
    assert {chart["metricSectionId"] for chart in view["compareRunCharts"]} == {
        section["uuid"] for section in view["compareRunSections"]
    }


def test_the_table_is_the_front(uri, reader, study, trial):
    made = study([trial(n) for n in range(8)], state="FINISHED")
    Mirror(tracking_uri=uri, experiment="search").update(made)
    view = state(reader, saved_view.table_key("hybrid"))
    runs = reader.client.search_runs(
        [reader.experiment().experiment_id], view["searchFilter"], order_by=[f"{view['orderByKey']} DESC"]
    )
    assert [int(run.data.tags["trial.number"]) for run in runs] == made.front[::-1]
    assert "metrics.`accuracy`" in view["selectedColumns"]


def test_the_same_study_gives_the_same_tags(study, trial):
    made = study([trial(n) for n in range(8)])
    first, again = (saved_view.tags(made, importances=choice_importances(made), created_ms=1) for _ in range(2))
    assert first == again


def test_the_longest_names_fit_into_a_tag_of_an_experiment(study, trial):
    """MLflow takes 5000 characters there."""
    rng = random.Random(0)
    choices = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=300)) for _ in range(6)]
    made = study([trial(n, params={c: rng.random() for c in choices}) for n in range(8)], name="é" * 1000)
    tags = saved_view.tags(made, importances=choice_importances(made), created_ms=1)
    assert max(map(len, tags.values())) < 5000


def test_a_study_of_latencies_is_drawn_over_milliseconds(study, trial):
    trials = [trial(n, cost=1.0 + n, accuracy=0.5 + 0.1 * n) for n in range(3)]
    scatter, curve, *_ = saved_view.chart_state(study(trials, objective=LATENCY), ())["compareRunCharts"]
    assert scatter["xaxis"]["key"] == "latency_ms"
    assert curve["selectedXAxisMetricKey"] == "front/milliseconds"


def test_the_installed_page_still_knows_the_form():
    """MLflow keeps this form to itself; when it drops it, this says so before a user sees an empty page."""
    import mlflow

    scripts = Path(mlflow.__file__).parent / "server" / "js" / "build" / "static" / "js"
    page = "".join(path.read_text(errors="ignore") for path in scripts.glob("*.js"))
    assert page, "this MLflow has no page built in"
    used = ["mlflow.sharedViewState", "viewStateShareKey", "deflate;", "mlflow.runColor", "compareRunCharts"]
    used += ["compareRunSections", "runsHiddenMode", "orderByKey", "cardHeight", "selectedParams"]
    used += ["selectedXAxisMetricKey", "runListHidden", "columnWidths", "columnOrder", "isGenerated"]
    missing = [name for name in used if name not in page]
    assert not missing, f"MLflow's page no longer knows {missing}: the saved views of {saved_view.__name__} are lost"
