"""The views laid out for a first visitor."""

import json
from pathlib import Path

from mlflow_runs import saved_view
from mlflow_runs.mirror import Mirror


def state(reader, key):
    tag = reader.experiment().tags[f"mlflow.sharedViewState.{key}"]
    return saved_view.decode(json.loads(tag)["state"])


def test_the_charts_hold_exactly_the_study(uri, reader, study, trial):
    mirror = Mirror(tracking_uri=uri, experiment="search")
    for name in ("it's <one>", "two"):
        mirror.update(study([trial(n) for n in range(6)], name=name, state="FINISHED"))
    view = state(reader, saved_view.chart_key("it's <one>"))
    runs = reader.client.search_runs(
        [reader.experiment().experiment_id], view["searchFilter"], order_by=[f"{view['orderByKey']} DESC"]
    )
    assert len(runs) == 7
    assert {run.data.tags["study"] for run in runs} == {"it's <one>"}
    order = [run.data.tags["pareto.front"] for run in runs]
    assert order == sorted(order, key=["true", "parent", "false"].index)
    scatter, line, parallel = view["compareRunCharts"]
    assert (scatter["type"], scatter["xaxis"]["key"], scatter["yaxis"]["key"]) == ("SCATTER", "log10_flops", "accuracy")
    assert (line["type"], line["metricKey"], line["xAxisKey"]) == ("LINE", "hypervolume", "step")
    assert (parallel["type"], parallel["selectedParams"]) == ("PARALLEL", ["head", "width"])
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
    assert saved_view.tags(made, created_ms=1) == saved_view.tags(made, created_ms=1)
    assert all(len(value) < 5000 for value in saved_view.tags(made, created_ms=1).values())


def test_choices_that_tell_something(study, trial):
    params = [
        {"same": 1, "kind": "a", "only sometimes": 1, "strange@name": 1},
        {"same": 1, "kind": "b", "strange@name": 2},
    ]
    made = study([trial(n, params=params[n]) for n in range(2)] + [trial(2, state="FAIL", params={})])
    assert saved_view.telling_choices(made) == ["kind", "strange_name"]
    assert saved_view.telling_choices(study([])) == []


def test_the_installed_page_still_knows_the_form():
    """MLflow keeps this form to itself; when it drops it, this says so before a user sees an empty page."""
    import mlflow

    scripts = Path(mlflow.__file__).parent / "server" / "js" / "build" / "static" / "js"
    page = "".join(path.read_text(errors="ignore") for path in scripts.glob("*.js"))
    assert page, "this MLflow has no page built in"
    used = ["mlflow.sharedViewState", "viewStateShareKey", "deflate;", "mlflow.runColor", "compareRunCharts"]
    used += ["compareRunSections", "runsHiddenMode", "orderByKey", "cardHeight", "selectedParams"]
    missing = [name for name in used if name not in page]
    assert not missing, f"MLflow's page no longer knows {missing}: the saved views of {saved_view.__name__} are lost"
