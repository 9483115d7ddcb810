"""A study that starts from an earlier one, by the command and for real."""

import contextlib
import sqlite3

import optuna
import pytest
from mlflow import MlflowClient

from search.optimizer.trials import attributes as attr
from tests.search.conftest import QUICK

OLD, NEW = "digits-hybrid", "cheaper"
FLAGS = [*QUICK, "--max-flops", "3M", "--study", NEW, "--start-from", OLD]


@pytest.fixture(scope="module")
def started(searched, in_process, tmp_path_factory):
    """A folder with a copy of the shared search's storage and a new study in it, and what the command printed."""
    folder = tmp_path_factory.mktemp("started")
    with (
        contextlib.closing(sqlite3.connect(searched[0] / "search.db")) as source,
        contextlib.closing(sqlite3.connect(folder / "search.db")) as copy,
    ):
        source.backup(copy)
    done = in_process("search.run", *FLAGS, "--trials", "4", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder, done


def study(folder, name):
    return optuna.load_study(study_name=name, storage=f"sqlite:///{folder}/search.db")


@pytest.mark.long
def test_networks_of_the_earlier_front_are_trained_first_under_the_new_cap(started):
    folder, done = started
    assert "4 trained now, 4 in all" in done.stdout
    old = {trial.user_attrs[attr.KEY] for trial in study(folder, OLD).best_trials}
    trials = study(folder, NEW).get_trials(deepcopy=False)
    taken = [t for t in trials if attr.STARTED_FROM in t.user_attrs and t.state.name == "COMPLETE"]
    assert taken
    for trial in taken:
        assert trial.user_attrs[attr.KEY] in old
        assert trial.values[1] <= 3e6
        assert len(trial.user_attrs[attr.EPOCHS]) == 1


@pytest.mark.long
def test_mlflow_shows_where_it_started(started):
    client = MlflowClient(f"sqlite:///{started[0]}/mlflow.db")
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    [parent] = [run for run in client.search_runs(experiments) if "mlflow.parentRunId" not in run.data.tags]
    assert parent.data.params["start_from"] == OLD


@pytest.mark.long
@pytest.mark.parametrize(
    ("flags", "status", "message"),
    [
        (["--study", NEW, "--start-from", "another"], 1, "was started from 'digits-hybrid'; got --start-from"),
        (["--study", OLD, "--start-from", NEW], 1, "exists and was started from nothing; got --start-from cheaper"),
        (["--study", "third", "--start-from", "third"], 2, "can't start from itself"),
        (["--study", "third", "--start-from", "none"], 1, "there is no study 'none'"),
        (["--study", "third", "--start-from", OLD, "--start-storage", "sqlite:///gone.db"], 1, "no storage gone.db"),
    ],
)  # fmt: skip
def test_what_can_not_be_started_from_is_one_sentence(started, in_process, flags, status, message):
    done = in_process("search.run", *QUICK, *flags, folder=started[0])
    assert done.returncode == status
    assert message in done.stderr
    assert "third" not in optuna.get_all_study_names(f"sqlite:///{started[0]}/search.db")


@pytest.mark.long
def test_the_same_command_continues_when_the_earlier_study_is_gone(started, in_process):
    folder, _ = started
    optuna.delete_study(study_name=OLD, storage=f"sqlite:///{folder}/search.db")
    done = in_process("search.run", *FLAGS, "--trials", "5", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "continues after 4 trials" in done.stdout
    assert "1 trained now, 5 in all" in done.stdout
