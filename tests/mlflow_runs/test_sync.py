"""MLflow after an outage, a crash or somebody's changes: a sync repairs it, and doubles nothing."""

import dataclasses
import time

import pytest

from mlflow_runs.errors import MirrorError
from mlflow_runs.mirror import Mirror
from mlflow_runs.stored import store
from mlflow_runs.sync import bring_up_to_date, compare, read


@pytest.fixture
def mlflow(uri, ended_study):
    """Where `ended_study` is mirrored."""
    Mirror(tracking_uri=uri, experiment="search").update(ended_study)
    return {"tracking_uri": uri, "experiment": "search"}


def check(study, mlflow, **options):
    return compare(study, read(study.name, **mlflow), **options)


def sync(study, mlflow):
    """Brings MLflow up to date; how many runs that took, written and removed."""
    comparison, written = bring_up_to_date(study, **mlflow)
    assert comparison.differences == ()
    assert check(study, mlflow).differences == ()
    return written.runs, written.removed


def test_what_was_missed_is_written_and_nothing_twice(mlflow, ended_study, study, trial, reader):
    more = study([*ended_study.trials, trial(6), trial(7, state="PRUNED")], state="INTERRUPTED")
    assert "trial 7: runs: 1 in the storage, 0 in MLflow" in map(str, check(more, mlflow).differences)
    assert sync(more, mlflow) == (2, 0)
    assert reader.parent().info.status == "KILLED"
    before = {run.info.run_id for run in reader.runs()}
    assert sync(more, mlflow) == (0, 0)
    assert {run.info.run_id for run in reader.runs()} == before


def test_a_trial_that_was_changed_is_written_anew(mlflow, ended_study, reader):
    changed, other = reader.children()[1], reader.children()[2]
    reader.client.set_tag(changed.info.run_id, "trial.state", "FAIL")
    assert sync(ended_study, mlflow) == (1, 0)  # the mirror completes that run
    reader.client.set_tag(changed.info.run_id, "architecture.key", "another")
    reader.client.log_metric(changed.info.run_id, "accuracy", 0.5)
    assert sync(ended_study, mlflow) == (1, 1)
    assert reader.children()[1].info.run_id != changed.info.run_id
    assert reader.children()[2].info.run_id == other.info.run_id


def test_runs_of_an_earlier_version_get_ram_and_flash(uri, ended_study, reader):
    unknown = [dataclasses.replace(trial, ram_bytes=None, flash_bytes=None) for trial in ended_study.trials]
    earlier = dataclasses.replace(ended_study, trials=unknown)
    mlflow = {"tracking_uri": uri, "experiment": "search"}
    Mirror(**mlflow).update(earlier)
    for run in reader.children().values():
        reader.client.log_metric(run.info.run_id, "peak_activation_bytes", 43_200)
    assert check(earlier, mlflow).differences == ()
    assert "ram_bytes" in " ".join(map(str, check(ended_study, mlflow).differences))
    sync(ended_study, mlflow)
    stored = {number: run.data.metrics for number, run in reader.children().items()}
    assert {number: (metrics["ram_bytes"], metrics["flash_bytes"]) for number, metrics in stored.items()} == {
        trial.number: (trial.ram_bytes, trial.flash_bytes) for trial in ended_study.trials
    }


def test_a_study_that_was_changed_is_written_anew(mlflow, ended_study, reader):
    parent = reader.parent()
    reader.client.log_metric(parent.info.run_id, "hypervolume", 0.5, step=1)
    written, removed = sync(ended_study, mlflow)
    assert (written, removed) == (6, 1 + 6 + 1)
    assert reader.parent().info.run_id != parent.info.run_id
    assert {run.data.tags["mlflow.parentRunId"] for run in reader.children().values()} == {reader.parent().info.run_id}
    assert len(reader.curves()) == 1


def test_params_that_mlflow_does_not_let_change(uri, mlflow, ended_study, reader):
    """The mirror alone can't go on: it wants to write another value than the one that is stored."""
    run = reader.children()[1]
    reader.client.delete_run(run.info.run_id)
    tags = {name: value for name, value in run.data.tags.items() if name != "trial.state"}
    changed = reader.client.create_run(run.info.experiment_id, start_time=run.info.start_time, tags=tags)
    reader.client.log_param(changed.info.run_id, "width", "7")
    with pytest.raises(MirrorError):
        Mirror(tracking_uri=uri, experiment="search").update(ended_study)
    sync(ended_study, mlflow)
    assert sorted(reader.children()) == [0, 1, 2, 3, 4, 5]
    assert len(reader.parents()) == len(reader.curves()) == 1


@pytest.mark.parametrize("deleted", ["trial", "study", "both", "all"])
def test_deleted_runs_come_back(mlflow, ended_study, reader, deleted):
    before, children, parent = reader.runs(), reader.children(), reader.parent()
    chosen = {"trial": [children[2]], "study": [parent], "both": [children[2], parent], "all": before}[deleted]
    for run in chosen:
        reader.client.delete_run(run.info.run_id)
    assert check(ended_study, mlflow).differences
    assert sync(ended_study, mlflow)[0] == (1 if deleted == "trial" else 6)
    assert len(reader.runs()) == len(before)
    parent_id = reader.parent().info.run_id
    assert all(run.data.tags["mlflow.parentRunId"] == parent_id for run in reader.children().values())


@pytest.mark.parametrize("doubled", ["trial", "study", "all"])
def test_duplicates_are_found_and_removed(mlflow, ended_study, reader, doubled):
    """As two writers, or a server that answered too late, have left them."""
    before = {run.info.run_id for run in reader.runs()}
    parent, children = reader.parent(), reader.children()
    chosen = {"trial": [children[1]], "study": [parent], "all": [parent, *children.values()]}[doubled]
    new_parent = ""
    for run in chosen:
        tags = dict(run.data.tags) | ({"mlflow.parentRunId": new_parent} if new_parent and run is not parent else {})
        duplicate = reader.client.create_run(run.info.experiment_id, start_time=run.info.start_time, tags=tags)
        new_parent = duplicate.info.run_id if run is parent else new_parent
    assert any("runs: 1 in the storage, 2 in MLflow" in str(one) for one in check(ended_study, mlflow).differences)
    assert sync(ended_study, mlflow) == (0, len(chosen))
    assert doubled == "all" or {run.info.run_id for run in reader.runs()} == before
    assert len(reader.runs()) == len(before)


def test_an_older_study_of_the_same_name_is_left_alone(mlflow, ended_study, study, trial, reader):
    again = study([trial(n, started_ms=1_800_000_000_123 + n) for n in range(3)], state="FINISHED")
    assert sync(again, mlflow) == (3, 0)
    assert len(reader.parents()) == 2
    assert check(ended_study, mlflow).differences == ()


def test_a_clock_of_another_time_zone_makes_no_other_study(mlflow, ended_study):
    hour = 3_600_000
    shifted = [
        dataclasses.replace(trial, started_ms=trial.started_ms + hour, ended_ms=trial.ended_ms + hour)
        for trial in ended_study.trials
    ]
    assert sync(dataclasses.replace(ended_study, trials=shifted), mlflow) == (0, 0)


def test_only_what_has_just_happened_may_lag(mlflow, ended_study, study, trial):
    now = int(time.time() * 1000)
    bring_up_to_date(study(ended_study.trials, state="RUNNING"), **mlflow)
    just_ended = trial(6, started_ms=now - 30_000, ended_ms=now - 500)
    running = study([*ended_study.trials, just_ended, trial(7, state="RUNNING")], progress=ended_study.progress)
    comparison = check(running, mlflow)
    assert (comparison.differences, comparison.in_flight, comparison.run_count) == ((), {6, 7}, 6)
    assert check(running, mlflow, abandoned=[7]).in_flight == {6}
    late = dataclasses.replace(just_ended, ended_ms=now - 600_000)
    missed = study([*ended_study.trials, late], progress=ended_study.progress)
    assert "trial 6: runs: 1 in the storage, 0 in MLflow" in map(str, check(missed, mlflow).differences)


def test_reading_makes_neither_store_nor_experiment(uri, tmp_path, ended_study):
    with pytest.raises(MirrorError, match="there is no experiment 'none'"):
        read(ended_study.name, tracking_uri=uri, experiment="none")
    assert store.client(uri).get_experiment_by_name("none") is None


def test_a_file_that_is_no_store_is_left_alone(tmp_path, ended_study):
    path = tmp_path / "notes.db"
    path.write_bytes(b"this is not a database, " * 100)
    with pytest.raises(MirrorError, match="is not a store of MLflow's"):
        bring_up_to_date(ended_study, tracking_uri=f"sqlite:///{path}", experiment="search")
    assert path.read_bytes() == b"this is not a database, " * 100
