"""A search for latency: the front is one of milliseconds, and a study keeps the prices that it began with."""

import optuna
import pytest
from mlflow import MlflowClient

from search.cli.storage import open_storage
from search.optimizer.trials import attributes as attr
from search.run import main
from search.running import latency_objective
from spaces.architecture import from_dict
from tests.search.conftest import QUICK

pytestmark = pytest.mark.long

FLAGS = [*QUICK, "--objective", "latency", "--study", "quick"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """After a search of three trials and its continuation to four."""
    folder, patch = tmp_path_factory.mktemp("latency"), pytest.MonkeyPatch()
    with patch.context() as here:
        here.chdir(folder)
        here.setattr(latency_objective, "TIMED_NETWORKS", 12)
        assert main([*FLAGS, "--trials", "3"]) == 0
        here.setattr(latency_objective, "timed_model", None)  # Not needed any more.
        assert main([*FLAGS, "--trials", "4"]) == 0
    return folder


def test_costs_and_front_are_those_of_the_model(folder):
    storage = open_storage(f"sqlite:///{folder}/search.db")
    study = optuna.load_study(study_name="quick", storage=storage)
    assert study.metric_names == ["accuracy", "latency_ms"]
    model = latency_objective.stored_model("quick", storage=storage)
    complete = [trial for trial in study.trials if trial.state.name == "COMPLETE"]
    assert len(complete) == 4
    for trial in complete:
        expected = model.price(from_dict(trial.user_attrs[attr.ARCHITECTURE]).cost())
        assert trial.values[1] == pytest.approx(expected) == pytest.approx(trial.user_attrs[attr.COST])
    client = MlflowClient(f"sqlite:///{folder}/mlflow.db")
    places = [experiment.experiment_id for experiment in client.search_experiments()]
    runs = [run for run in client.search_runs(places) if "trial.number" in run.data.tags]
    run_of = {int(run.data.tags["trial.number"]): run for run in runs}
    front = {trial.number for trial in study.best_trials}
    for trial in complete:
        assert run_of[trial.number].data.metrics["latency_ms"] == pytest.approx(trial.values[1])
        assert (run_of[trial.number].data.tags["pareto.front"] == "true") == (trial.number in front)


def test_another_objective_is_refused(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    assert main([*QUICK, "--study", "quick", "--trials", "5"]) == 1
    assert "objective = 'latency'" in capsys.readouterr().err
