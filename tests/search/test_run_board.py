"""A search for the RAM of a board: its front is one of bytes, here and in MLflow; what needs more is never trained."""

import json

import optuna
import pytest
from mlflow import MlflowClient

from mlflow_runs.objectives import RAM
from mlflow_runs.stored.read_back import parent_run, read
from search.cli.location import DEFAULT_EXPERIMENT
from search.run import main
from spaces.architecture import from_dict
from tests.search.conftest import QUICK

pytestmark = pytest.mark.long

FLAGS = [*QUICK, "--train-limit", "100", "--workers", "1", "--study", "board", "--objective", "ram"]


@pytest.fixture(scope="module")
def folder(in_process, tmp_path_factory):
    """After a search of two trials under one cap, and its continuation to four under others."""
    folder = tmp_path_factory.mktemp("board")
    for limits in (["--max-ram", "16kB", "--trials", "2"], ["--max-ram", "12k", "--max-flash", "16k", "--trials", "4"]):
        done = in_process("search.run", *FLAGS, *limits, folder=folder)
        assert done.returncode == 0, done.stderr
    return folder


def test_the_costs_are_bytes_of_networks_within_the_caps(folder):
    study = optuna.load_study(study_name="board", storage=f"sqlite:///{folder}/search.db")
    assert study.metric_names == ["accuracy", "ram_bytes"]
    complete = [trial for trial in study.trials if trial.state.name == "COMPLETE"]
    assert len(complete) == 4
    for place, trial in enumerate(complete):
        cost = from_dict(trial.user_attrs["architecture"]).cost()
        assert trial.values[1] == trial.user_attrs["ram_bytes"] == cost.ram_bytes <= (16_384 if place < 2 else 12_288)
        assert place < 2 or cost.flash_bytes <= 16_384
    over = [trial for trial in study.trials if "over_cap" in trial.user_attrs]
    assert over and all(" bytes of RAM, at most 1" in trial.user_attrs["reason"] for trial in over[:3])


def test_mlflow_shows_bytes(folder):
    client = MlflowClient(f"sqlite:///{folder}/mlflow.db")
    experiment = client.get_experiment_by_name(DEFAULT_EXPERIMENT).experiment_id
    mirrored = read(client, parent_run(client, "board", experiment=experiment))
    assert mirrored.objective == RAM
    assert [trial.cost for trial in mirrored.front] == sorted(trial.cost for trial in mirrored.front)
    assert (mirrored.settings["max_ram"], mirrored.settings["max_flash"]) == ("12288", "16384")


def test_the_front_has_a_column_for_each_and_no_milliseconds(folder, in_process):
    done = in_process("search.front", "board", "--json", "--plot", "front.png", folder=folder)
    front = json.loads(done.stdout)["front"]
    assert front and all(member["latency_ms"] is None and member["ram_bytes"] <= 16_384 for member in front)
    assert (folder / "front.png").stat().st_size > 1_000


def test_another_objective_is_refused(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    assert main([*FLAGS[:-1], "flash", "--trials", "5"]) == 1
    assert "with --objective ram, not with --objective flash" in capsys.readouterr().err
