"""`search.run --seeds`: a study for each sampler and seed, and what they say together."""

import json
import time

import mlflow
import optuna
import pandas as pd
import pytest

from search import run_search
from search.cli.storage import stored_study
from tests.search.conftest import QUICK

SAMPLERS = ["known-cost", "random"]
FLAGS = [*QUICK, "--workers", "1", "--seeds", "2", "--sampler", *SAMPLERS]
STUDIES = [f"digits-hybrid-{sampler}-{seed}" for seed in (0, 1) for sampler in SAMPLERS]
FOLDER = "digits-hybrid-benchmark"


def studies_in(folder):
    return optuna.get_all_study_names(f"sqlite:///{folder}/search.db")


def benchmark_runs(folder):
    client = mlflow.MlflowClient(f"sqlite:///{folder}/mlflow.db")
    [experiment] = client.search_experiments(filter_string="name = 'pareto-cnn-search'")
    runs = client.search_runs([experiment.experiment_id], "tags.mlflow.runName = 'benchmark digits-hybrid'")
    return client, runs


@pytest.fixture(scope="module")
def compared(in_process, tmp_path_factory):
    """A folder after two samplers with two seeds, and what the command printed."""
    folder = tmp_path_factory.mktemp("compared")
    done = in_process("search.run", *FLAGS, "--trials", "2", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


@pytest.mark.long
def test_each_sampler_and_seed_has_a_study_in_one_rectangle(compared):
    folder, shown = compared
    assert studies_in(folder) == STUDIES
    studies = [stored_study(f"sqlite:///{folder}/search.db", name) for name in STUDIES]
    assert len({study.bounds for study in studies}) == 1
    assert [study.settings["seed"] for study in studies] == [0, 0, 1, 1]
    assert all(len(study.trained()) == 2 for study in studies)
    assert "Search 4 of 4: sampler random, seed 1." in shown
    assert "Difference to known-cost with the same seed, mean ± standard error, 2 seeds" in shown
    assert f"Written to {FOLDER}" in shown


@pytest.mark.long
def test_the_files_hold_the_hypervolumes_of_the_studies(compared):
    table = pd.read_csv(compared[0] / FOLDER / "hypervolume.csv")
    last = table[(table.unit == "full_trainings") & (table.budget == 2)].set_index(["sampler", "seed"]).hypervolume
    for sampler, seed in last.index:
        study = stored_study(f"sqlite:///{compared[0]}/search.db", f"digits-hybrid-{sampler}-{seed}")
        assert last[sampler, seed] == pytest.approx(study.hypervolume())
    assert set(table.unit) == {"full_trainings", "epochs", "seconds"}
    data = json.loads((compared[0] / FOLDER / "benchmark.json").read_text())
    [row] = [row for row in data["summary"] if row["sampler"] == "random" and row["budget"] == 2]
    assert (row["mean"], row["standard_error"]) == pytest.approx((last["random"].mean(), last["random"].sem()))
    difference = last["random"] - last["known-cost"]
    assert row["mean_difference"] == pytest.approx(difference.mean()) and row["paired_seeds"] == 2


@pytest.mark.long
def test_mlflow_has_the_table_and_the_figure(compared):
    client, [run] = benchmark_runs(compared[0])
    names = {artifact.path for artifact in client.list_artifacts(run.info.run_id)}
    assert names == {"hypervolume.csv", "hypervolume.png", "benchmark.json"}
    assert run.info.status == "FINISHED"


@pytest.mark.long
def test_other_settings_are_refused_before_a_training(compared, in_process):
    done = in_process("search.run", *FLAGS, "--seeds", "3", "--epochs", "2", "--trials", "2", folder=compared[0])
    assert done.returncode == 1
    assert "'digits-hybrid-known-cost-0' was made with --epochs 1, not with --epochs 2" in done.stderr
    assert studies_in(compared[0]) == STUDIES


@pytest.mark.long
def test_without_mlflow_finished_studies_stay_finished_and_nobody_waits(compared, in_process):
    started = time.monotonic()
    done = in_process("search.run", *FLAGS, "--trials", "2", "--tracking-uri", "http://127.0.0.1:9", folder=compared[0])
    assert done.returncode == 1 and "does not answer" in done.stderr
    assert "Written to" in done.stdout and "searches are finished" not in done.stdout
    assert time.monotonic() - started < 60
    states = {
        stored_study(f"sqlite:///{compared[0]}/search.db", name).optuna_study.user_attrs["state"] for name in STUDIES
    }
    assert states == {"FINISHED"}


@pytest.mark.long
def test_a_study_of_another_program_fails_alone_and_more_seeds_continue(compared, in_process, monkeypatch):
    folder = compared[0]
    optuna.create_study(study_name="digits-hybrid-random-2", storage=f"sqlite:///{folder}/search.db")
    done = in_process("search.run", *FLAGS, "--seeds", "3", "--trials", "2", folder=folder)
    assert done.returncode == 1
    assert "Study 'digits-hybrid-random-2' has failed" in done.stdout
    assert "5 of 6 searches are finished." in done.stdout and "To continue:\n" in done.stdout
    assert "(2 seeds)" in done.stdout
    assert len(benchmark_runs(folder)[1]) == 1
    monkeypatch.chdir(folder)
    options = {"dataset": "digits", "train_limit": 300, "epochs": 1, "max_flops": "6M", "workers": 1, "trials": 2}
    result = run_search(**options, seeds=2, sampler=SAMPLERS)
    assert len(result.curves) == 4 and all(curve.is_finished for curve in result.curves)
    assert result.summary.loc["random", 2].paired_seeds == 2
    assert "<table" in result._repr_html_() and "image/png" in result._repr_html_()


def test_a_file_in_the_way_of_the_folder_is_named_before_anything_is_stored(tmp_path, in_process):
    (tmp_path / FOLDER).write_text("mine")
    done = in_process("search.run", *FLAGS, folder=tmp_path)
    assert done.returncode == 1 and f"--output must be a folder; {FOLDER} is a file" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [FOLDER]
