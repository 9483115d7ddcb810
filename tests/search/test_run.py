"""Real searches: networks trained on images, read back through MLflow's client and Optuna's storage."""

import json
import os
import re
import signal
import subprocess
import sys

import optuna
import pytest
from mlflow import MlflowClient

from tests.search.conftest import N_STARTUP_TRIALS, QUICK, ROOT, TOTAL

STUDY = "digits-hybrid"


def runs(folder):
    client = MlflowClient(f"sqlite:///{folder}/mlflow.db")
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    return client, client.search_runs(experiments, f"tags.study = '{STUDY}'", max_results=1000)


def children(all_runs):
    return [run for run in all_runs if "trial.number" in run.data.tags]


def trials(folder):
    storage = f"sqlite:///{folder}/search.db"
    return optuna.load_study(study_name=STUDY, storage=storage).get_trials(deepcopy=False)


def test_a_total_is_a_total(searched):
    folder, first, second = searched
    assert f"{N_STARTUP_TRIALS} trained now, {N_STARTUP_TRIALS} in all" in first.stdout
    assert f"{TOTAL - N_STARTUP_TRIALS} trained now, {TOTAL} in all" in second.stdout
    assert len([trial for trial in trials(folder) if trial.state.name == "COMPLETE"]) == TOTAL


def test_one_parent_and_a_child_for_each_trial(searched):
    client, all_runs = runs(searched[0])
    parents = [run for run in all_runs if "mlflow.parentRunId" not in run.data.tags]
    assert len(parents) == 1
    assert len(children(all_runs)) == TOTAL
    assert {run.data.tags["mlflow.parentRunId"] for run in children(all_runs)} == {parents[0].info.run_id}
    assert {run.info.status for run in [*parents, *children(all_runs)]} == {"FINISHED"}
    names = [file.path for file in client.list_artifacts(parents[0].info.run_id, "front")]
    assert {"front/front.csv", "front/front.png", "front/front.html"} <= set(names)


def test_front_tags_equal_a_front_recomputed_from_the_metrics(searched):
    _, all_runs = runs(searched[0])
    points = {run.info.run_id: (run.data.metrics["accuracy"], run.data.metrics["flops"]) for run in children(all_runs)}
    numbers = {run.info.run_id: int(run.data.tags["trial.number"]) for run in children(all_runs)}

    def beaten(run):
        accuracy, flops = points[run]
        return any(
            a >= accuracy and f <= flops and (a > accuracy or f < flops or numbers[other] < numbers[run])
            for other, (a, f) in points.items()
            if other != run
        )

    expected = {run for run in points if not beaten(run)}
    tagged = {run.info.run_id for run in children(all_runs) if run.data.tags["pareto.front"] == "true"}
    assert tagged == expected
    assert expected


def test_a_child_holds_what_was_measured(searched):
    client, all_runs = runs(searched[0])
    stored = {trial.number: trial for trial in trials(searched[0])}
    for run in children(all_runs):
        trial = stored[int(run.data.tags["trial.number"])]
        assert run.data.metrics["accuracy"] == pytest.approx(trial.values[0])
        assert run.data.metrics["flops"] == trial.values[1] == 2 * run.data.metrics["macs"]
        assert run.data.params["stage1_layers"] == str(trial.params["stage1_layers"])
        history = client.get_metric_history(run.info.run_id, "epoch/accuracy")
        assert [point.value for point in history] == [trial.values[0]]


def test_the_start_points_come_first_under_the_cap(searched):
    names = [trial.user_attrs.get("start_point") for trial in trials(searched[0])[:4]]
    assert names == ["StandardCNN", "SeparableCNN", "HybridCNN", "HybridCNN-L"]
    # StandardCNN is over this search's cap: never trained.
    assert trials(searched[0])[0].state.name == "PRUNED"
    assert "epochs" not in trials(searched[0])[0].user_attrs


RECIPE = {
    "name": "one-cycle",
    "optimizer": "muon",
    "learning_rate": 0.2,
    "schedule": "one-cycle",
    "warmup": 0.25,
    "momentum": 0.9,
    "matrix_rate": 0.05,
    "weight_decay": 0.0005,
    "clip_norm": 1.0,
    "batch_size": 128,
    "label_smoothing": 0.1,
    "crop": 2,
    "flip": True,
}


def test_what_is_stored_and_shown_of_the_settings_is_what_earlier_versions_stored(searched):
    """A study of an earlier version continues: a key or a value that changed here would stop it."""
    stored = optuna.load_study(study_name=STUDY, storage=f"sqlite:///{searched[0]}/search.db").user_attrs
    assert stored["settings"] == {
        "space": "hybrid",
        "space_version": "65e00ccd",
        "dataset": "digits",
        "image_size": None,
        "train_limit": 300,
        "seed": 0,
        "images": "463edca42bb3e90d",
        "recipe": RECIPE,
        "epochs": 1,
        "rungs": [1],
    }
    # Other tests continue the study with their own number of workers.
    assert stored["shown"]["settings"] | {"workers": 1} == {
        "space": "hybrid",
        "sampler": "known-cost",
        "objective": "flops",
        "max_flops": 6e6,
        "min_flops": None,
        "max_params": None,
        "start_from": None,
        "seed": 0,
        "workers": 1,
        "recipe": "one-cycle",
        "epochs": 1,
        "no_rungs": True,
        "train_limit": 300,
        "dataset": "digits",
        "image_size": None,
        "color_mode": "rgb",
        "max_ram": None,
        "max_flash": None,
        "target": None,
        "mirror": False,
        "mirror_reason": "a mirrored image of digits may lose its class",
    }
    assert stored["shown"]["trials"] == TOTAL
    assert stored["shown"]["export"].endswith("-m search.export --study digits-hybrid --output exported --trial")


def test_a_complete_study_trains_nothing(searched, in_process):
    folder, first, _ = searched
    done = in_process("search.run", *QUICK, "--trials", str(TOTAL), folder=folder)
    assert done.returncode == 0
    # No worker is started, which takes seconds.
    assert "Trains on 1 worker" in first.stdout and "Trains on" not in done.stdout
    assert "nothing is left to train" in done.stdout
    assert f"0 trained now, {TOTAL} in all" in done.stdout


def test_a_log_file_gets_plain_lines_alone(searched):
    _, first, _ = searched
    assert first.stderr == ""
    lines = [line for line in first.stdout.splitlines() if re.match(r"[★ ] +\d+  ", line)]
    assert len(lines) == N_STARTUP_TRIALS
    assert "\x1b" not in first.stdout
    assert "-m search.export --study digits-hybrid" in first.stdout


def test_other_settings_are_refused(searched, in_process):
    for flags, message in (
        (["--epochs", "2"], "with --epochs 1, not with --epochs 2"),
        (["--recipe", "notebook"], "--recipe"),
    ):
        done = in_process("search.run", *QUICK, *flags, "--trials", str(TOTAL + 1), folder=searched[0])
        assert done.returncode == 1
        assert message in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.long
def test_after_ctrl_c_the_same_command_continues(tmp_path, in_process):
    arguments = [*QUICK, "--trials", "3"]
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "search.run", *arguments, "--study", STUDY],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for line in process.stdout:
        if re.match(r"[★ ] +\d+  ", line):
            break
    os.killpg(process.pid, signal.SIGINT)  # As a terminal does: to every process of the command.
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors == ""
    assert "To continue:" in output
    _, all_runs = runs(tmp_path)
    assert "RUNNING" not in {run.info.status for run in all_runs}
    assert "RUNNING" not in {trial.state.name for trial in trials(tmp_path)}
    kept = sum(trial.state.name == "COMPLETE" for trial in trials(tmp_path))
    again = in_process("search.run", *arguments, folder=tmp_path)
    assert f"{3 - kept} trained now, 3 in all" in again.stdout


def test_json_goes_to_the_output_and_messages_to_the_errors(searched, in_process):
    folder, _, second = searched
    done = in_process("search.run", *second.args, "--json", folder=folder)
    result = json.loads(done.stdout)
    assert (done.returncode, result["trials"]["complete"]) == (0, TOTAL)
    assert "nothing is left to train" in done.stderr
