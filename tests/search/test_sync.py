"""`search.sync`: what it prints, how it ends, and that it gives way to a search."""

import dataclasses

import pytest

from mlflow_runs.errors import MirrorError
from mlflow_runs.mirror import Mirror
from mlflow_runs.stored import store
from search import sync
from search.cli.exit_handling import run_command
from search.errors import SearchError


class Source:
    """Stands in for a `StoredSource`: a study, and a list of what was done to it."""

    def __init__(self, study, *, is_our_turn=True, orphans=()):
        self.name, self.calls = study.name, []
        self._study, self._is_our_turn, self._orphans = study, is_our_turn, orphans

    def take_turn(self):
        return self._is_our_turn

    def leave_turn(self):
        self.calls.append("leave_turn")

    def orphans(self):
        return self._orphans

    def end_orphans(self):
        self.calls.append("end_orphans")

    def record(self):
        return self._study


@pytest.fixture
def run(mirrored_uri, capsys):
    """One of the command's two actions on a store that holds `ended_study`: exit status and output."""

    def run(action, source):
        status = action(source, sync.parser().parse_args(["--tracking-uri", mirrored_uri, "--experiment", "search"]))
        return status, capsys.readouterr().out

    return run


def files(folder):
    """Those that SQLite has while a database is open are left out."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix[:4] != ".db-"}


def test_a_check_writes_nothing(run, ended_study, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    before, source = files(tmp_path), Source(ended_study)
    assert run(sync.check, source) == (0, "Study 'hybrid': 6 trials and 6 runs agree.\n")
    assert files(tmp_path) == before and source.calls == []


def test_a_check_prints_the_differences_and_the_command_that_removes_them(run, ended_study):
    shorter = dataclasses.replace(ended_study.trials[1], seconds=5.0)
    trials = [ended_study.trials[0], shorter, *ended_study.trials[2:]]
    status, out = run(sync.check, Source(dataclasses.replace(ended_study, trials=trials)))
    difference, hint, command = out.splitlines()
    assert (status, difference) == (1, "trial 1: seconds: 5 in the storage, 55.5 in MLflow")
    assert hint == "To bring MLflow up to date:" and " -m search.sync --tracking-uri " in command


def test_twenty_differences_are_shown_and_the_others_counted(run, ended_study, study, trial):
    more = study([*ended_study.trials, *(trial(n, state="PRUNED") for n in range(6, 36))], state="FINISHED")
    lines = run(sync.check, Source(dataclasses.replace(more, progress=ended_study.progress)))[1].splitlines()
    assert lines[:2] == [f"trial {n}: runs: 1 in the storage, 0 in MLflow" for n in (6, 7)]
    assert lines[20] == "and 10 more differences"


def test_what_a_dead_process_left_open_is_a_difference(run, ended_study, study, trial):
    made = study([*ended_study.trials, trial(6, state="RUNNING")], state="FINISHED", progress=ended_study.progress)
    expected = "trial 6: state: left RUNNING by a process that is gone in the storage, no run in MLflow\n"
    assert run(sync.check, Source(made, orphans=[6]))[1].startswith(expected)


def test_the_result_of_a_sync_is_a_sentence(uri, ended_study, capsys):
    options = sync.parser().parse_args(["--tracking-uri", uri, "--experiment", "search"])
    source = Source(ended_study)
    assert sync.bring(source, options) == sync.bring(source, options) == 0
    assert source.calls == ["end_orphans", "leave_turn"] * 2
    assert capsys.readouterr().out == (
        "Study 'hybrid': 6 trials; 6 runs written, 0 removed; MLflow agrees.\n"
        "Study 'hybrid': 6 trials; 0 runs written, 0 removed; MLflow agrees.\n"
    )


def test_trials_in_flight_are_told(uri, ended_study, study, trial, capsys):
    options = sync.parser().parse_args(["--tracking-uri", uri, "--experiment", "search"])
    running = study([*ended_study.trials, trial(6, state="RUNNING")], state="RUNNING")
    assert sync.bring(Source(running), options) == sync.check(Source(running), options) == 0
    assert capsys.readouterr().out.splitlines()[1] == (
        "Study 'hybrid': 7 trials and 7 runs agree. A search is running: 1 trial in flight may lag."
    )


def test_it_gives_way_to_a_search(ended_study, tmp_path):
    options = sync.parser().parse_args(["--tracking-uri", f"sqlite:///{tmp_path}/none.db"])
    source = Source(ended_study, is_our_turn=False)
    with pytest.raises(SearchError, match=r"a search of study 'hybrid' is running .* nothing was written\."):
        sync.bring(source, options)
    assert source.calls == [] and not (tmp_path / "none.db").exists()


def test_no_password_is_printed(ended_study, uri, capsys):
    secrets = ["--storage", "postgresql://me:geheim@127.0.0.1:1/search"]
    unreachable = sync.parser().parse_args([*secrets, "--tracking-uri", "http://me:geheim@127.0.0.1:1"])
    for action in (sync.check, sync.bring):
        assert run_command(lambda action=action: action(Source(ended_study), unreachable)) == 1
    Mirror(tracking_uri=uri, experiment="search").update(dataclasses.replace(ended_study, state="INTERRUPTED"))
    options = sync.parser().parse_args([*secrets, "--tracking-uri", uri, "--experiment", "search"])
    assert sync.check(Source(ended_study), options) == 1
    printed = "".join(capsys.readouterr())
    assert "geheim" not in printed
    assert printed.count("MLflow at http://me:***@127.0.0.1:1 ") == 2
    assert "--storage 'postgresql://me:***@127.0.0.1:1/search'" in printed


def test_a_check_makes_neither_store_nor_experiment(ended_study, tmp_path, uri):
    absent = sync.parser().parse_args(["--tracking-uri", f"sqlite:///{tmp_path}/none.db"])
    with pytest.raises(MirrorError, match="there is no MLflow store at"):
        sync.check(Source(ended_study), absent)
    other = sync.parser().parse_args(["--tracking-uri", uri, "--experiment", "none"])
    with pytest.raises(MirrorError, match="there is no experiment 'none'"):
        sync.check(Source(ended_study), other)
    assert not (tmp_path / "none.db").exists()
    assert store.client(uri).get_experiment_by_name("none") is None
