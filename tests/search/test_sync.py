"""MLflow after an outage, a crash or somebody's hand: a check finds what differs, a sync mends it, doubling nothing."""

import dataclasses
import re
import shutil
import sqlite3
import time
from collections import OrderedDict
from contextlib import closing
from pathlib import Path

import pytest

from mlflow_runs import source
from mlflow_runs.errors import UserError
from mlflow_runs.mirror import Mirror
from mlflow_runs.stored import store
from search import sync

ENDS = ["COMPLETE", "COMPLETE", "PRUNED", "FAIL", "COMPLETE", "COMPLETE"]


class Kept:
    """A study where it is kept."""

    def __init__(self, study, *, turn=True, orphans=()):
        self.study, self.turn, self.left = study, turn, list(orphans)
        self.name, self.said = study.name, []

    def take_turn(self):
        return self.turn

    def leave_turn(self):
        self.said.append("left")

    def orphans(self):
        return self.left

    def end_orphans(self):
        self.said.append("ended")

    def record(self):
        return self.study


@pytest.fixture(scope="module")
def made(study, trial):
    trials = [trial(number, state=state) for number, state in enumerate(ENDS)]
    return study(trials, state="FINISHED")


@pytest.fixture(scope="module")
def mirrored(empty_store, made, tmp_path_factory):
    """A store that holds the study; each test has a copy of its own."""
    folder = tmp_path_factory.mktemp("mirrored")
    shutil.copy(empty_store, folder / "mlflow.db")
    Mirror(tracking_uri=f"sqlite:///{folder}/mlflow.db", experiment="search").update(made)
    with closing(sqlite3.connect(folder / "mlflow.db")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


@pytest.fixture
def uri(mirrored, tmp_path, monkeypatch):
    """Instead of the empty store of other tests; the artifacts are copied too, and found at their new place."""
    # MLflow remembers where a run's artifacts are, whichever store is asked.
    monkeypatch.setattr("mlflow.tracking._tracking_service.utils._artifact_repos_cache", OrderedDict())
    shutil.copytree(mirrored / "mlartifacts", tmp_path / "mlartifacts")
    with (
        closing(sqlite3.connect(mirrored / "mlflow.db")) as old,
        closing(sqlite3.connect(tmp_path / "mlflow.db")) as new,
    ):
        old.backup(new)
        for table, column in (("experiments", "artifact_location"), ("runs", "artifact_uri")):
            new.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (str(mirrored), str(tmp_path)))
        new.commit()
    return f"sqlite:///{tmp_path}/mlflow.db"


@pytest.fixture
def run(uri, capsys):
    """A command over a study: exit status and what it printed."""

    def call(action, kept):
        status = action(kept, sync.parser().parse_args(["--tracking-uri", uri, "--experiment", "search"]))
        return status, capsys.readouterr().out

    return call


def changed(uri, statement, *values):
    with closing(sqlite3.connect(store.sqlite_path(uri))) as db:
        assert db.execute(statement, values).rowcount
        db.commit()


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
    f"UPDATE metrics SET value = 7 WHERE key = 'hypervolume' AND step = 1 AND {OF_STUDY}": (
        r"the study: hypervolume after trial 1: 0\.\d+ in the storage, 7 in MLflow"
    ),
    f"UPDATE metrics SET value = 7 WHERE key = 'hypervolume' AND step = 5 AND {OF_STUDY}": (
        r"the study: hypervolume after trial 5: 0\.\d+ in the storage, 7 in MLflow"
    ),
    f"DELETE FROM metrics WHERE key = 'hypervolume' AND step = 4 AND {OF_STUDY}": (
        rf"the study: hypervolume after trial 4: 0\.\d+ in the storage, {NOTHING}"
    ),
}


def everything(folder):
    """Its files; those that SQLite has while a database is open are left out."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix[:4] != ".db-"}


def test_both_agree_and_nothing_is_written(run, made, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    before = everything(tmp_path)
    kept = Kept(made)
    assert run(sync.check, kept) == (0, "Study 'hybrid': 6 trials and 6 runs agree.\n")
    assert everything(tmp_path) == before and kept.said == []


@pytest.mark.parametrize("statement", CHANGES)
def test_each_field_is_compared(run, made, uri, statement):
    changed(uri, statement)
    status, out = run(sync.check, Kept(made))
    found, _, hint = out.partition("To bring MLflow up to date:\n  ")
    assert status == 1
    assert re.fullmatch(f"{CHANGES[statement]}\n", found), found
    assert " -m search.sync --tracking-uri " in hint


def test_files_are_compared(run, made, uri, reader):
    (layers,) = Path(store.sqlite_path(uri).parent).rglob(f"{reader.children()[1].info.run_id}/**/layers.csv")
    (front,) = store.sqlite_path(uri).parent.rglob("front.csv")
    layers.unlink()
    front.write_text("trial,accuracy\n0,0.5\n")
    status, out = run(sync.check, Kept(made))
    listed = re.escape(str(list(made.front)))
    expected = (
        f"trial 1: layers.csv: 3 layers in the storage, nothing in MLflow\nthe study: front/front.csv: {listed} in"
    )
    assert status == 1 and re.match(expected, out), out
    assert run(sync.bring, Kept(made))[0] == 0


def test_what_was_changed_is_made_anew(run, made, uri, reader):
    for statement in CHANGES:
        if "'9'" not in statement and "'deleted'" not in statement and "DELETE" not in statement:
            changed(uri, statement)
    status, out = run(sync.bring, Kept(made))
    assert (status, out) == (0, "Study 'hybrid': 6 trials; 2 runs written, 3 removed; MLflow agrees.\n")
    assert run(sync.check, Kept(made))[0] == 0
    assert sorted(reader.children()) == [0, 1, 2, 3, 4, 5]
    assert {run.data.tags["mlflow.parentRunId"] for run in reader.children().values()} == {reader.parent().info.run_id}
    assert len(reader.curves()) == 1


def test_what_a_mirror_missed_is_written_and_nothing_twice(run, made, study, trial, reader):
    more = study([*made.trials, trial(6), trial(7, state="PRUNED")], state="INTERRUPTED")
    status, out = run(sync.check, Kept(more))
    assert status == 1 and "trial 7: runs: 1 in the storage, 0 in MLflow" in out
    kept = Kept(more)
    assert run(sync.bring, kept) == (0, "Study 'hybrid': 8 trials; 2 runs written, 0 removed; MLflow agrees.\n")
    assert kept.said == ["ended", "left"]
    assert reader.parent().info.status == "KILLED"
    before = {run.info.run_id for run in reader.runs()}
    assert run(sync.bring, kept) == (0, "Study 'hybrid': 8 trials; 0 runs written, 0 removed; MLflow agrees.\n")
    assert {run.info.run_id for run in reader.runs()} == before


@pytest.mark.parametrize(("gone", "written"), [("trial", 1), ("study", 0), ("both", 1), ("all", 6)])
def test_deleted_runs_come_back(run, made, reader, gone, written):
    before, children = reader.runs(), reader.children()
    chosen = {"trial": [children[2]], "study": [reader.parent()], "both": [children[2], reader.parent()], "all": before}
    for one in chosen[gone]:
        reader.client.delete_run(one.info.run_id)
    assert run(sync.check, Kept(made))[0] == 1
    status, out = run(sync.bring, Kept(made))
    assert status == 0 and f" {written} run{'s' * (written != 1)} written, " in out, out
    assert len(reader.runs()) == len(before)
    parent = reader.parent().info.run_id
    assert all(one.data.tags["mlflow.parentRunId"] == parent for one in reader.children().values())


@pytest.mark.parametrize("which", ["trial", "study", "all"])
def test_doubled_runs_are_found_and_removed(run, made, uri, reader, which):
    """As two writers, or a server that answered too late, have left them."""
    before = {one.info.run_id for one in reader.runs()}
    parent = reader.parent()
    doubled = {"trial": [reader.children()[1]], "study": [parent], "all": [parent, *reader.children().values()]}[which]
    new = ""
    for one in doubled:
        tags = dict(one.data.tags) | ({"mlflow.parentRunId": new} if new and one is not parent else {})
        double = reader.client.create_run(one.info.experiment_id, start_time=one.info.start_time, tags=tags)
        new = double.info.run_id if one is parent else new
    status, out = run(sync.check, Kept(made))
    assert status == 1 and "runs: 1 in the storage, 2 in MLflow" in out
    status, out = run(sync.bring, Kept(made))
    assert (status, out) == (0, f"Study 'hybrid': 6 trials; 0 runs written, {len(doubled)} removed; MLflow agrees.\n")
    assert which == "all" or {one.info.run_id for one in reader.runs()} == before
    assert len(reader.runs()) == len(before)


def test_an_older_study_of_the_same_name_is_another(run, made, study, trial, reader):
    again = study([trial(n, started_ms=1_800_000_000_123 + n) for n in range(3)], state="FINISHED")
    status, out = run(sync.bring, Kept(again))
    assert (status, out) == (0, "Study 'hybrid': 3 trials; 3 runs written, 0 removed; MLflow agrees.\n")
    assert len(reader.parents()) == 2
    for kept in (again, made):
        assert run(sync.check, Kept(kept))[0] == 0


def test_a_clock_of_another_time_zone_makes_no_other_study(run, made, reader):
    hour = 3_600_000
    shifted = [dataclasses.replace(t, started_ms=t.started_ms + hour, ended_ms=t.ended_ms + hour) for t in made.trials]
    kept = Kept(dataclasses.replace(made, trials=shifted))
    assert run(sync.check, kept)[0] == 0
    assert run(sync.bring, kept) == (0, "Study 'hybrid': 6 trials; 0 runs written, 0 removed; MLflow agrees.\n")


def test_ends_may_have_been_told_in_another_order(run, made):
    """By machines whose clocks differ: only where the same trials had ended do the values compare."""
    steps = list(made.progress)
    steps[2], steps[3] = dataclasses.replace(steps[3], hypervolume=0.1), dataclasses.replace(steps[2], hypervolume=0.8)
    assert steps[3].hypervolume == made.progress[3].hypervolume
    assert run(sync.check, Kept(dataclasses.replace(made, progress=steps)))[0] == 0
    steps[3] = dataclasses.replace(steps[3], hypervolume=0.7)
    expected = "the study: hypervolume after trial 3: 0.7 in the storage, 0.8 in MLflow\n"
    assert run(sync.check, Kept(dataclasses.replace(made, progress=steps)))[1].startswith(expected)


def test_a_search_that_writes_has_its_turn(made, tmp_path):
    options = sync.parser().parse_args(["--tracking-uri", f"sqlite:///{tmp_path}/none.db"])
    kept = Kept(made, turn=False)
    with pytest.raises(UserError, match=r"a search of study 'hybrid' is running .* nothing was written\."):
        sync.bring(kept, options)
    assert kept.said == [] and not (tmp_path / "none.db").exists()


def test_trials_in_flight_may_lag(run, made, study, trial):
    now = int(time.time() * 1000)
    just_ended = trial(6, started_ms=now - 30_000, ended_ms=now - 500)
    running = study([*made.trials, just_ended, trial(7, state="RUNNING")], progress=made.progress)
    status, out = run(sync.check, Kept(running))
    assert (status, out.splitlines()[:2]) == (
        1,
        [
            "the study: status: RUNNING in the storage, FINISHED in MLflow",
            "the study: tag study.state: RUNNING in the storage, FINISHED in MLflow",
        ],
    )
    run(sync.bring, Kept(study(made.trials, state="RUNNING")))
    expected = "Study 'hybrid': 8 trials and 6 runs agree. A search is running: 2 trials in flight may lag.\n"
    assert run(sync.check, Kept(running)) == (0, expected)
    late = dataclasses.replace(just_ended, ended_ms=now - 600_000)
    missed = study([*made.trials, late], progress=made.progress)
    assert "trial 6: runs: 1 in the storage, 0 in MLflow" in run(sync.check, Kept(missed))[1]


def test_what_a_process_that_is_gone_left_open_is_a_difference(run, made, study, trial):
    kept = Kept(study([*made.trials, trial(6, state="RUNNING")], state="FINISHED", progress=made.progress), orphans=[6])
    expected = "trial 6: state: left RUNNING by a process that is gone in the storage, no run in MLflow\n"
    assert run(sync.check, kept)[1].startswith(expected)


def test_twenty_differences_are_shown_and_the_others_counted(run, made, study, trial):
    many = study([*made.trials, *(trial(n, state="PRUNED") for n in range(6, 36))], state="FINISHED")
    lines = run(sync.check, Kept(dataclasses.replace(many, progress=made.progress)))[1].splitlines()
    assert lines[:2] == [f"trial {n}: runs: 1 in the storage, 0 in MLflow" for n in (6, 7)]
    assert lines[20] == "and 10 more differences"


def test_without_the_program_it_is_a_sentence(monkeypatch, capsys):
    monkeypatch.setattr(source, "entry_points", lambda group: [])
    assert sync.main([]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: nothing that is installed here can open a study. Install") and said.count("\n") == 1


def test_no_password_is_printed(made, capsys, monkeypatch):
    secret = "postgresql://me:geheim@127.0.0.1:1/search"
    places = ["--storage", secret, "--tracking-uri", "http://me:geheim@127.0.0.1:1"]
    monkeypatch.setattr(sync, "open_source", lambda storage, study: Kept(made))
    assert sync.main([*places, "--check"]) == sync.main(places) == 1
    seen = sync._Seen(made, sync.Ours([], {}), [sync.Difference(None, "runs", "1", "0")], frozenset())
    sync._tell_check(seen, sync.parser().parse_args(places))
    told = "".join(capsys.readouterr())
    assert "geheim" not in told
    assert told.count("MLflow at http://me:***@127.0.0.1:1 ") == 2
    assert "--storage 'postgresql://me:***@127.0.0.1:1/search'" in told


def test_a_check_makes_neither_store_nor_experiment(made, tmp_path, uri):
    absent = sync.parser().parse_args(["--tracking-uri", f"sqlite:///{tmp_path}/none.db"])
    with pytest.raises(UserError, match="there is no MLflow store at"):
        sync.check(Kept(made), absent)
    other = sync.parser().parse_args(["--tracking-uri", uri, "--experiment", "none"])
    with pytest.raises(UserError, match="there is no experiment 'none'"):
        sync.check(Kept(made), other)
    assert not (tmp_path / "none.db").exists()
    assert store.client(uri).get_experiment_by_name("none") is None
