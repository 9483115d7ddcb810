"""The mirror against a real SQLite store, read back through `MlflowClient`."""

import dataclasses
import math
import random

import pytest

from mlflow_runs.mirror import Mirror
from mlflow_runs.records import Epoch

STATES = {"COMPLETE": "FINISHED", "PRUNED": "FINISHED", "INTERRUPTED": "KILLED", "FAIL": "FAILED", "RUNNING": "RUNNING"}


@pytest.fixture
def mirror(uri):
    return Mirror(tracking_uri=uri, experiment="search", seconds_between_figures=1e9)


def test_a_study_becomes_one_parent_and_a_child_a_trial(mirror, reader, study, trial):
    ends = ["COMPLETE", "PRUNED", "FAIL", "RUNNING", "INTERRUPTED"]
    trials = [trial(number, state=state) for number, state in enumerate(ends)]
    mirror.update(study(trials))
    parent, children = reader.parent(), reader.children()
    assert parent.data.tags["study"] == "hybrid"
    assert parent.info.status == "RUNNING"
    assert parent.data.params == {"space": "hybrid", "dataset": "cifar10", "sampler": "tpe", "seed": "0"}
    assert parent.data.tags["version.optuna"] == "5.0.0"
    assert parent.data.tags["mlflow.source.git.commit"] == "0123abc"
    assert parent.data.tags["mlflow.user"]
    assert sorted(children) == [0, 1, 2, 3, 4]
    for number, run in children.items():
        assert run.data.tags["mlflow.parentRunId"] == parent.info.run_id
        assert run.data.tags["trial.state"] == trials[number].state
        assert run.info.status == STATES[trials[number].state]
        assert run.info.run_name == f"trial-{number:04d}"
    assert "trial.reason" not in children[0].data.tags
    assert children[2].data.tags["trial.reason"] == "out of memory"


def test_a_child_holds_all_that_is_known(mirror, reader, study, trial):
    made = trial(0)
    mirror.update(study([made]))
    run = reader.children()[0]
    assert run.data.params == {name: str(value) for name, value in made.params.items()}
    expected = {
        "accuracy": made.accuracy,
        "flops": made.flops,
        "log10_flops": math.log10(made.flops),
        "macs": made.macs,
        "params": made.params_count,
        "ram_bytes": made.ram_bytes,
        "flash_bytes": made.flash_bytes,
        "seconds": made.seconds,
    }
    assert {name: run.data.metrics[name] for name in expected} == pytest.approx(expected)
    assert reader.history(run, "epoch/accuracy") == [(e.number, pytest.approx(e.accuracy)) for e in made.epochs]
    assert reader.history(run, "epoch/loss") == [(e.number, pytest.approx(e.loss)) for e in made.epochs]
    assert [step for step, _ in reader.history(run, "epoch/learning_rate")] == [1, 2, 3, 4, 5]
    assert (run.info.start_time, run.info.end_time) == (made.started_ms, made.ended_ms)
    assert run.data.tags["architecture.key"] == made.key
    assert run.data.tags["architecture.words"] == made.words
    rows = reader.artifact(run, "layers.csv").decode().splitlines()
    assert rows[0] == "name,kind,multiply_adds"
    assert len(rows) == 1 + len(made.layers)


def test_the_fronts_tags_are_right_after_every_trial(mirror, reader, study, trial, brute_front):
    rng = random.Random(5)
    trials = []
    for number in range(15):
        trials.append(trial(number, rng=rng, state=rng.choice(["COMPLETE", "COMPLETE", "PRUNED"])))
        mirror.update(study(trials))
        runs = reader.children()
        logged = {
            n: (run.data.metrics["flops"], run.data.metrics["accuracy"])
            for n, run in runs.items()
            if "accuracy" in run.data.metrics
        }
        front = set(brute_front(logged))
        assert {n for n, run in runs.items() if run.data.tags["pareto.front"] == "true"} == front
        assert {run.data.tags["pareto.front"] for n, run in runs.items() if n not in front} <= {"false"}
        colors = {n: run.data.tags["mlflow.runColor"] for n, run in runs.items()}
        assert all((color == "#D55E00") == (n in front) for n, color in colors.items())


def test_running_turns_into_finished_without_duplicates(mirror, reader, study, trial):
    first = trial(0, state="RUNNING")
    mirror.update(study([first]))
    assert reader.children()[0].info.end_time is None
    mirror.update(study([trial(0)]))
    run = reader.children()[0]
    assert run.info.status == "FINISHED"
    assert len(reader.history(run, "flops")) == 1
    assert len(reader.history(run, "epoch/loss")) == 5


def test_updating_again_changes_nothing(mirror, reader, uri, study, trial):
    made = study([trial(n) for n in range(4)])
    mirror.update(made)
    before = snapshot(reader)
    mirror.update(made)
    Mirror(tracking_uri=uri, experiment="search").update(made)
    assert snapshot(reader) == before


def test_a_second_mirror_goes_on_where_the_first_stopped(reader, uri, study, trial):
    trials = [trial(n) for n in range(6)]
    Mirror(tracking_uri=uri, experiment="search").update(study(trials[:3], state="INTERRUPTED"))
    assert reader.parent().info.status == "KILLED"
    Mirror(tracking_uri=uri, experiment="search").update(study(trials))
    assert reader.parent().info.status == "RUNNING"
    Mirror(tracking_uri=uri, experiment="search").update(study(trials, state="FINISHED"))
    assert reader.parent().info.status == "FINISHED"
    assert sorted(reader.children()) == list(range(6))


def test_each_trial_is_one_step_of_the_hypervolume(reader, uri, study, trial):
    trials = [trial(n) for n in range(6)]
    for end in (2, 3, 6, 6):
        made = study(trials[:end])
        Mirror(tracking_uri=uri, experiment="search", seconds_between_figures=1e9).update(made)
    parent = reader.parent()
    assert reader.history(parent, "hypervolume") == [(p.ended, pytest.approx(p.hypervolume)) for p in made.progress]
    assert reader.history(parent, "front_size") == [(p.ended, p.front_size) for p in made.progress]
    assert reader.history(parent, "trial that ended") == [(p.ended, p.trial) for p in made.progress]
    assert reader.history(parent, "trials finished by then") == [
        (p.ended, n) for n, p in enumerate(made.progress, start=1)
    ]


def test_the_front_lies_beside_the_parent(mirror, reader, study, trial):
    made = study([trial(n) for n in range(8)], state="FINISHED")
    mirror.update(made)
    parent = reader.parent()
    rows = reader.artifact(parent, "front/front.csv").decode().splitlines()
    assert [int(row.split(",")[0]) for row in rows[1:]] == made.front
    assert reader.artifact(parent, "front/front.png").startswith(b"\x89PNG")
    assert b"plotly" in reader.artifact(parent, "front/front.html")


def test_the_front_is_a_run_of_its_own(mirror, reader, study, trial):
    made = study([trial(n) for n in range(8)], state="FINISHED")
    mirror.update(made)
    (run,) = reader.curves()
    assert run.data.tags["mlflow.parentRunId"] == reader.parent().info.run_id
    assert (run.info.run_name, run.info.status, run.data.tags["mlflow.runColor"]) == ("front", "FINISHED", "#D55E00")
    assert {"accuracy", "log10_flops", "flops"}.isdisjoint(run.data.metrics)
    budgets, accuracies = (dict(reader.history(run, f"front/{m}")) for m in ("log10 FLOPs", "validation accuracy"))
    assert sorted(budgets) == sorted(accuracies) == list(range(2 * len(made.front)))
    points = {(round(budgets[step], 9), round(accuracies[step], 9)) for step in budgets}
    assert points >= {
        (round(math.log10(made.trials[n].flops), 9), round(made.trials[n].accuracy, 9)) for n in made.front
    }
    assert sorted(reader.children()) == list(range(8))


def test_a_front_that_has_changed_is_another_run(uri, reader, study, trial):
    first = [trial(0, flops=1000, accuracy=0.5)]
    mirror = Mirror(tracking_uri=uri, experiment="search", seconds_between_figures=0)
    mirror.update(study(first))
    (old,) = reader.curves()
    mirror.update(study([*first, trial(1, flops=2000, accuracy=0.4)]))
    (longer,) = reader.curves()  # the range of costs has grown
    mirror.update(study([*first, trial(1, flops=2000, accuracy=0.4), trial(2, flops=1500, accuracy=0.6)]))
    (new,) = reader.curves()
    assert len({run.info.run_id for run in (old, longer, new)}) == 3
    assert [value for _, value in reader.history(new, "front/validation accuracy")] == [0.5, 0.5, 0.6, 0.6]
    last = study([*first, trial(1, flops=2000, accuracy=0.4), trial(2, flops=1500, accuracy=0.6)], state="FINISHED")
    Mirror(tracking_uri=uri, experiment="search").update(last)
    assert [run.info.run_id for run in reader.curves()] == [new.info.run_id]


def test_a_trial_is_shown_beside_the_front(mirror, reader, study, trial):
    slow, quick = ([Epoch(n, a, 1.0, 0.1) for n, a in enumerate(curve, 1)] for curve in ((0.2, 0.4), (0.3, 0.35)))
    trials = [trial(0, flops=1000, epochs=slow), trial(1, flops=2000, epochs=quick)]
    mirror.update(study(trials))
    runs = reader.children()
    assert reader.history(runs[0], "epoch/front_accuracy") == []
    assert reader.history(runs[1], "epoch/front_accuracy") == [(1, 0.2), (2, 0.4)]
    note = runs[1].data.tags["mlflow.note.content"]
    assert "| 2&ensp; | 35.00 %&ensp; | 40.00 %&ensp; | -5.00 |" in note


def test_figures_wait_while_the_study_runs_and_are_whole_at_its_end(mirror, reader, study, trial):
    trials = [trial(n) for n in range(5)]
    mirror.update(study(trials[:1]))
    first = reader.artifact(reader.parent(), "front/front.png")
    mirror.update(study(trials))
    assert reader.artifact(reader.parent(), "front/front.png") == first
    mirror.update(study(trials, state="FINISHED"))
    assert reader.artifact(reader.parent(), "front/front.png") != first


def test_a_study_without_trials_has_a_parent(mirror, reader, study):
    mirror.update(study([]))
    assert reader.children() == {}
    assert "No network on the front yet" in reader.parent().data.tags["mlflow.note.content"]


def test_what_is_not_a_number_is_left_out(mirror, reader, study, trial):
    epochs = [Epoch(1, 0.1, math.nan, 0.1), Epoch(2, math.nan, math.inf, 0.1)]
    made = trial(0, state="FAIL", epochs=epochs, seconds=math.inf, flops=None, macs=None, params_count=None)
    mirror.update(study([made]))
    run = reader.children()[0]
    assert reader.history(run, "epoch/loss") == []
    assert reader.history(run, "epoch/accuracy") == [(1, pytest.approx(0.1))]
    assert {"seconds", "flops", "log10_flops", "macs", "accuracy"}.isdisjoint(run.data.metrics)


def test_more_than_a_batch_holds(mirror, reader, study, trial):
    params = {f"choice {n}/{'x' * 300}?": "v" * 10_000 for n in range(230)}
    epochs = [Epoch(n, 0.5, 1.0, 0.1) for n in range(1, 701)]
    mirror.update(study([trial(0, params=params, epochs=epochs, words="w" * 9_000)]))
    run = reader.children()[0]
    assert len(run.data.params) == 230
    assert len(reader.history(run, "epoch/learning_rate")) == 700
    assert len(run.data.tags["architecture.words"]) <= 8000


def test_a_changed_setting_stands_in_a_tag(mirror, reader, study, trial):
    mirror.update(study([trial(0)], settings={"trials": 8}))
    mirror.update(study([trial(0)], settings={"trials": 12, "new": 1}))
    parent = reader.parent()
    assert parent.data.params == {"trials": "8", "new": "1"}
    assert parent.data.tags["setting.trials"] == "12"


def test_a_study_begun_again_under_its_old_name_gets_runs_of_its_own(uri, reader, study, trial):
    Mirror(tracking_uri=uri, experiment="search").update(study([trial(n) for n in range(3)], state="FINISHED"))
    again = [trial(n, started_ms=1_800_000_000_000 + n, ended_ms=1_800_000_001_000 + n) for n in range(2)]
    Mirror(tracking_uri=uri, experiment="search").update(study(again))
    Mirror(tracking_uri=uri, experiment="search").update(study(again))
    assert len(reader.parents()) == 2
    assert len(reader.curves()) == 2
    assert len(reader.runs()) == 2 + 3 + 2 + 2


@pytest.mark.parametrize("again", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_running_trial_that_no_longer_counts_is_dropped(uri, mirror, reader, study, trial, again):
    trials = [trial(0), trial(1, state="RUNNING")]
    mirror.update(study(trials))
    later = Mirror(tracking_uri=uri, experiment="search") if again else mirror
    later.update(study([trials[0], trial(2)]))
    assert sorted(reader.children()) == [0, 2]
    reader.parent()


def test_two_studies_share_an_experiment(mirror, reader, study, trial):
    for name in ("one", "two"):
        mirror.update(study([trial(0), trial(1)], name=name))
    assert {run.data.tags["study"] for run in reader.parents()} == {"one", "two"}
    assert {run.data.tags["study"] for run in reader.curves()} == {"one", "two"}
    assert len(reader.runs()) == 2 + 4 + 2


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "a/b:c\\d..",
        'it\'s "quoted" `so`',
        "two\nlines\r\tand a tab",
        "fox 🦊 中文",
        "x" * 20_000,
        "%s {0} $HOME",
        " ",
        "' OR 1=1 --",
    ],
)
def test_any_name_is_a_studys_name(name, uri, reader, study, trial):
    made = study([trial(0), trial(1)], name=name)
    Mirror(tracking_uri=uri, experiment="search", seconds_between_figures=1e9).update(made)
    other = Mirror(tracking_uri=uri, experiment="search", seconds_between_figures=1e9)
    other.update(dataclasses.replace(made, state="FINISHED"))
    assert reader.parent().data.tags["study"][:100] == name[:100]
    assert sorted(reader.children()) == [0, 1]
    assert other.address() is not None


def snapshot(reader):
    """All that a store holds of its runs, without the times that it makes itself."""
    contents = {}
    for run in reader.runs():
        metrics = {name: reader.history(run, name) for name in run.data.metrics}
        artifacts = sorted(f.path for f in reader.client.list_artifacts(run.info.run_id))
        contents[run.info.run_id] = (run.info.status, run.data.params, run.data.tags, metrics, artifacts)
    return contents


def test_locating_finds_where_another_process_writes_and_writes_nothing(uri, reader, study, trial):
    Mirror(tracking_uri=uri, experiment="search").update(study([trial(0)]))
    before = [run.info.run_id for run in reader.runs()]
    elsewhere = Mirror(tracking_uri=uri, experiment="search")
    elsewhere.locate("never begun")
    assert elsewhere.address() is None
    elsewhere.locate("hybrid")
    assert reader.parent().info.run_id in elsewhere.address().run
    assert [run.info.run_id for run in reader.runs()] == before
