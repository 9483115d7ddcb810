"""What somebody has changed in MLflow is found, field by field, in a real SQLite store."""

import dataclasses
import re
import sqlite3
from contextlib import closing

import pytest

from mlflow_runs.mirror import Mirror
from mlflow_runs.stored import snapshot, store
from mlflow_runs.stored.diff import differences
from mlflow_runs.stored.study_runs import runs_of

OF_TRIAL_1 = "run_uuid = (SELECT run_uuid FROM tags WHERE key = 'trial.number' AND value = '1')"
OF_TRIAL_2 = OF_TRIAL_1.replace("'1'", "'2'")
OF_STUDY = "run_uuid = (SELECT run_uuid FROM tags WHERE key = 'pareto.front' AND value = 'parent')"
LATEST = f"UPDATE latest_metrics SET value = 7 WHERE {OF_TRIAL_1} AND key = "
EPOCH = f"UPDATE metrics SET value = 7 WHERE {OF_TRIAL_1} AND step = 3 AND key = "
COLUMNS = "key, value, run_uuid, step, is_nan, timestamp"
NOTHING = "nothing in MLflow"
CHANGES = {
    f"UPDATE runs SET status = 'KILLED' WHERE {OF_TRIAL_1}": (
        "trial 1: status: FINISHED in the storage, KILLED in MLflow"
    ),
    f"UPDATE params SET value = '7' WHERE key = 'width' AND {OF_TRIAL_1}": (
        r"trial 1: param width: \d+ in the storage, 7 in MLflow"
    ),
    f"DELETE FROM params WHERE key = 'width' AND {OF_TRIAL_1}": rf"trial 1: param width: \d+ in the storage, {NOTHING}",
    f"INSERT INTO params (key, value, run_uuid) SELECT 'more', '7', run_uuid FROM runs WHERE {OF_TRIAL_1}": (
        "trial 1: param more: nothing in the storage, 7 in MLflow"
    ),
    f"{LATEST} 'accuracy'": r"trial 1: accuracy: 0\.\d+ in the storage, 7 in MLflow",
    f"{LATEST} 'flops'": r"trial 1: flops: \d+ in the storage, 7 in MLflow",
    f"{LATEST} 'macs'": r"trial 1: macs: \d+ in the storage, 7 in MLflow",
    f"{LATEST} 'params'": r"trial 1: params: \d+ in the storage, 7 in MLflow",
    f"{LATEST} 'seconds'": r"trial 1: seconds: 55\.5 in the storage, 7 in MLflow",
    f"DELETE FROM latest_metrics WHERE key = 'accuracy' AND {OF_TRIAL_1}": rf"trial 1: accuracy: .* storage, {NOTHING}",
    f"{EPOCH} 'epoch/accuracy'": r"trial 1: epoch/accuracy at epoch 3: 0\.\d+ in the storage, 7 in MLflow",
    f"{EPOCH} 'epoch/loss'": r"trial 1: epoch/loss at epoch 3: 1\.\d+ in the storage, 7 in MLflow",
    f"DELETE FROM metrics WHERE key = 'epoch/loss' AND step = 3 AND {OF_TRIAL_1}": (
        rf"trial 1: epoch/loss at epoch 3: 1\.\d+ in the storage, {NOTHING}"
    ),
    f"INSERT INTO metrics ({COLUMNS}) SELECT {COLUMNS} + 1 FROM metrics "
    f"WHERE key = 'epoch/loss' AND step = 3 AND {OF_TRIAL_1}": (
        r"trial 1: epoch/loss at epoch 3: (1\.\d+) in the storage, \1 and \1 in MLflow"
    ),
    f"UPDATE tags SET value = 'FAIL' WHERE key = 'trial.state' AND {OF_TRIAL_1}": (
        "trial 1: tag trial.state: COMPLETE in the storage, FAIL in MLflow"
    ),
    f"UPDATE tags SET value = '7' WHERE key = 'architecture.key' AND {OF_TRIAL_1}": (
        r"trial 1: tag architecture.key: \w{12} in the storage, 7 in MLflow"
    ),
    f"UPDATE tags SET value = 'luck' WHERE key = 'trial.reason' AND {OF_TRIAL_2}": (
        "trial 2: tag trial.reason: behind the front in the storage, luck in MLflow"
    ),
    f"UPDATE tags SET value = 'true' WHERE key = 'pareto.front' AND {OF_TRIAL_2}": (
        "trial 2: tag pareto.front: false in the storage, true in MLflow"
    ),
    f"UPDATE tags SET value = '9' WHERE key = 'trial.number' AND {OF_TRIAL_1}": (
        r"trial 1: runs: 1 in the storage, 0 in MLflow\ntrial 9: runs: 0 in the storage, 1 in MLflow"
    ),
    f"UPDATE tags SET value = 'elsewhere' WHERE key = 'mlflow.parentRunId' AND {OF_TRIAL_1}": (
        r"trial 1: mlflow.parentRunId: \w{32} in the storage, elsewhere in MLflow"
    ),
    f"UPDATE runs SET lifecycle_stage = 'deleted' WHERE {OF_TRIAL_1}": "trial 1: runs: 1 in the storage, 0 in MLflow",
    f"UPDATE runs SET status = 'RUNNING' WHERE {OF_STUDY}": (
        "the study: status: FINISHED in the storage, RUNNING in MLflow"
    ),
    f"UPDATE tags SET value = 'RUNNING' WHERE key = 'study.state' AND {OF_STUDY}": (
        "the study: tag study.state: FINISHED in the storage, RUNNING in MLflow"
    ),
    f"UPDATE metrics SET value = 7 WHERE key = 'hypervolume' AND step = 2 AND {OF_STUDY}": (
        r"the study: hypervolume after trial 1: 0\.\d+ in the storage, 7 in MLflow"
    ),
    f"UPDATE metrics SET value = 7 WHERE key = 'hypervolume' AND step = 6 AND {OF_STUDY}": (
        r"the study: hypervolume after trial 5: 0\.\d+ in the storage, 7 in MLflow"
    ),
    f"DELETE FROM metrics WHERE key = 'trial that ended' AND step = 5 AND {OF_STUDY}": (
        rf"the study: hypervolume after trial 4: 0\.\d+ in the storage, {NOTHING}"
    ),
    f"DELETE FROM metrics WHERE key = 'hypervolume' AND step = 5 AND {OF_STUDY}": (
        rf"the study: hypervolume after trial 4: 0\.\d+ in the storage, {NOTHING}"
    ),
    f"{LATEST} 'rung/accuracy'": r"trial 1: rung/accuracy: 0\.\d+ in the storage, 7 in MLflow",
    f"UPDATE runs SET status = 'KILLED' WHERE {OF_TRIAL_2}": (
        "trial 2: status: FINISHED in the storage, KILLED in MLflow"
    ),
}


@pytest.fixture
def compare(mirrored_uri):
    """How a study and the store differ, a line a difference."""

    def compare(study, **options):
        client = store.client(mirrored_uri)
        experiment = client.get_experiment_by_name("search").experiment_id
        stored = snapshot.read(client, study.name, experiment=experiment)
        return list(map(str, differences(study, runs_of(study, stored.runs), stored.details, **options)))

    return compare


def change(uri, statement):
    with closing(sqlite3.connect(store.sqlite_path(uri))) as db:
        assert db.execute(statement).rowcount
        db.commit()


def test_without_a_change_both_agree(compare, ended_study):
    assert compare(ended_study) == []


@pytest.mark.parametrize("statement", CHANGES)
def test_each_field_is_compared(compare, ended_study, mirrored_uri, statement):
    change(mirrored_uri, statement)
    lines = "\n".join(compare(ended_study))
    assert re.fullmatch(CHANGES[statement], lines), lines


def test_files_are_compared(uri, reader, ended_study):
    Mirror(tracking_uri=uri, experiment="search").update(ended_study)
    folder = store.sqlite_path(uri).parent
    (layers,) = folder.rglob(f"{reader.children()[1].info.run_id}/**/layers.csv")
    (front,) = folder.rglob("front.csv")
    layers.unlink()
    front.write_text("trial,accuracy\n0,0.5\n")
    stored = snapshot.read(reader.client, ended_study.name, experiment=reader.experiment().experiment_id)
    assert list(map(str, differences(ended_study, runs_of(ended_study, stored.runs), stored.details))) == [
        "trial 1: layers.csv: 3 layers in the storage, nothing in MLflow",
        f"the study: front/front.csv: {ended_study.front} in the storage, [0] in MLflow",
    ]


def test_trials_may_have_been_logged_in_another_order(compare, ended_study):
    """Clocks of machines differ: two values compare only if the same trials had ended by then."""
    steps = list(ended_study.progress)
    steps[2:4] = (
        dataclasses.replace(steps[3], ended=steps[2].ended, hypervolume=0.1),
        dataclasses.replace(steps[2], ended=steps[3].ended, hypervolume=0.8),
    )
    assert steps[3].hypervolume == ended_study.progress[3].hypervolume
    assert compare(dataclasses.replace(ended_study, progress=steps)) == []
    steps[3] = dataclasses.replace(steps[3], hypervolume=0.7)
    assert compare(dataclasses.replace(ended_study, progress=steps)) == [
        "the study: hypervolume after trial 3: 0.7 in the storage, 0.8 in MLflow"
    ]


def test_trials_in_flight_may_lag(compare, ended_study, study, trial):
    running = study(
        [*ended_study.trials, trial(6), trial(7, state="RUNNING")], state="RUNNING", progress=ended_study.progress
    )
    assert compare(running, in_flight={6, 7}) == [
        "the study: status: RUNNING in the storage, FINISHED in MLflow",
        "the study: tag study.state: RUNNING in the storage, FINISHED in MLflow",
    ]
    assert "trial 6: runs: 1 in the storage, 0 in MLflow" in compare(running, in_flight={7})


def test_an_abandoned_trial_is_a_difference(compare, ended_study, study, trial):
    made = study([*ended_study.trials, trial(6, state="RUNNING")], state="FINISHED", progress=ended_study.progress)
    assert compare(made, abandoned=[6])[0] == (
        "trial 6: state: left RUNNING by a process that is gone in the storage, no run in MLflow"
    )


def test_a_latency_is_compared(uri, reader, study, trial):
    from mlflow_runs.objectives import LATENCY

    made = study([trial(0, cost=1.5)], objective=LATENCY, state="FINISHED")
    Mirror(tracking_uri=uri, experiment="search").update(made)
    stored = snapshot.read(reader.client, made.name, experiment=reader.experiment().experiment_id)
    slower = dataclasses.replace(made, trials=[dataclasses.replace(made.trials[0], cost=2.5)])
    for one, expected in ((made, []), (slower, ["trial 0: latency_ms: 2.5 in the storage, 1.5 in MLflow"])):
        assert list(map(str, differences(one, runs_of(one, stored.runs), stored.details))) == expected
