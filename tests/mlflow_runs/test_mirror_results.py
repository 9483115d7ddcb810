"""What MLflow shows as the present result, of a study and of each of its trials."""

import dataclasses

import pytest

from mlflow_runs.mirror import Mirror
from mlflow_runs.records import Progress


@pytest.fixture
def mirror(uri):
    return Mirror(tracking_uri=uri, experiment="search", seconds_between_figures=1e9)


ORDERS = {
    "the last trial ends first": [(2, 1, 0.5, 1), (0, 3, 0.6, 2), (1, 4, 0.7649, 4)],
    "one after the other": [(0, 1, 0.5, 1), (1, 2, 0.6, 2), (2, 3, 0.7649, 4)],
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("updates", [(1, 2, 3), (3,), (2, 2, 3)])
def test_mlflow_shows_the_present_result_whatever_order_trials_end_in(uri, reader, study, trial, order, updates):
    """Each update is by a new mirror, as after a resume. MLflow takes the value at the highest step as the present."""
    progress = [Progress(*step) for step in ORDERS[order]]
    for end in updates:
        mirror = Mirror(tracking_uri=uri, experiment="search", seconds_between_figures=1e9)
        mirror.update(study([trial(n) for n in range(3)], progress=progress[:end]))
    shown = reader.parent().data.metrics
    assert (shown["hypervolume"], shown["front_size"], shown["trial that ended"]) == (0.7649, 4, progress[-1].trial)
    assert len(reader.history(reader.parent(), "hypervolume")) == 3


@pytest.mark.parametrize("change", ["of version 0.2.0", "in another order"])
def test_another_history_is_written_anew(uri, reader, study, trial, change):
    """Steps were trials' numbers once; and clocks of several machines may give trials another order later."""
    trials = [trial(n) for n in range(3)]
    progress = [Progress(2, 1, 0.5, 1), Progress(0, 2, 0.6, 2), Progress(1, 3, 0.7, 3)]
    if change == "of version 0.2.0":
        earlier = [dataclasses.replace(step, ended=step.trial) for step in progress]
    else:
        earlier = [Progress(0, 1, 0.4, 1), Progress(2, 2, 0.6, 2), Progress(1, 3, 0.7, 3)]
    Mirror(tracking_uri=uri, experiment="search").update(study(trials, progress=earlier))
    Mirror(tracking_uri=uri, experiment="search").update(study(trials, progress=progress))
    assert sorted(reader.history(reader.parent(), "hypervolume")) == [(1, 0.5), (2, 0.6), (3, 0.7)]
    assert sorted(reader.children()) == [0, 1, 2]
    Mirror(tracking_uri=uri, experiment="search").update(study(trials, progress=progress[:2]))  # not yet seen by all
    assert reader.parent().data.metrics["hypervolume"] == 0.7


def test_a_stopped_trial_is_finished_and_shows_the_accuracy_at_its_rung(mirror, reader, study, trial):
    stopped, complete = trial(0, state="PRUNED", rungs={1: 0.3, 3: 0.4}), trial(1)
    mirror.update(study([stopped, complete]))
    runs = reader.children()
    assert (runs[0].info.status, runs[0].data.tags["trial.state"]) == ("FINISHED", "PRUNED")
    assert "accuracy" not in runs[0].data.metrics  # that is at the top rung alone
    shown = [(run.data.metrics["rung/accuracy"], run.data.metrics["rung/epochs"]) for run in (runs[0], runs[1])]
    assert shown == [(0.4, 3), (pytest.approx(complete.accuracy), 5)]
    assert reader.history(runs[0], "rung/accuracy") == [(1, 0.3), (3, 0.4)]
    note = runs[0].data.tags["mlflow.note.content"]
    assert note.startswith("**40.00 %** validation accuracy after 3 epochs, the rung at which it was stopped;")


def test_a_run_that_was_killed_once_is_finished_after_an_update(uri, reader, study, trial):
    """Version 0.2.0 gave runs of stopped trials the status KILLED."""
    made = study([trial(0, state="PRUNED"), trial(1)])
    Mirror(tracking_uri=uri, experiment="search").update(made)
    run = reader.children()[0].info.run_id
    reader.client.set_terminated(run, status="KILLED")
    Mirror(tracking_uri=uri, experiment="search").update(made)
    assert reader.children()[0].info.status == "FINISHED"
    assert reader.children()[0].info.run_id == run


def test_a_known_network_has_its_name(mirror, reader, study, trial):
    mirror.update(study([trial(0, known="StandardCNN"), trial(1, known="two\nlines")], state="FINISHED"))
    runs = reader.children()
    assert [runs[number].info.run_name for number in (0, 1)] == ["trial-0000 StandardCNN", "trial-0001 two lines"]
    assert runs[0].data.tags["architecture.known"] == "StandardCNN"
    assert "Known networks: StandardCNN **" in reader.parent().data.tags["mlflow.note.content"]
