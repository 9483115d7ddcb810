"""Rungs for real: networks that are trained on images, pause, go on in other workers or are stopped there."""

import re

import numpy as np
import optuna
import pytest
from mlflow import MlflowClient
from PIL import Image
from sklearn.datasets import load_digits

from search.optimizer.trials.records import last_rung, reached

pytestmark = pytest.mark.long

QUICK = ["--image-size", "8", "--max-flops", "6M", "--epochs", "3", "--workers", "2", "--no-mirror"]


@pytest.fixture(scope="module")
def searched(in_process, tmp_path_factory):
    """A folder with a study of 6 networks on rungs 1 and 3, and what it printed. Drawn labels: all networks guess."""
    folder = tmp_path_factory.mktemp("rungs")
    digits = load_digits()
    labels = np.random.default_rng(0).permutation(digits.target[:400])
    for number, (image, label) in enumerate(zip(digits.images[:400], labels, strict=True)):
        place = folder / "numbers" / str(label)
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray((image * 15).astype("uint8")).save(place / f"{number}.png")
    done = in_process("search.run", "--dataset", "numbers", *QUICK, "--trials", "6", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder, done


def trials(folder):
    """Those that were trained: start points over the cap are stored, too."""
    storage = f"sqlite:///{folder}/search.db"
    stored = optuna.load_study(study_name="numbers-hybrid", storage=storage).get_trials(deepcopy=False)
    return [trial for trial in stored if reached(trial)]


def test_a_network_ends_at_a_rung_and_stores_its_accuracies(searched):
    stored = trials(searched[0])
    assert len(stored) == 6
    assert "6 trained now, 6 in all" in searched[1].stdout
    assert "judged after 1 and 3 epochs (2 and 6 steps)" in searched[1].stdout
    complete = [trial for trial in stored if trial.state.name == "COMPLETE"]
    assert complete
    for trial in stored:
        assert trial.state.name == ("COMPLETE" if last_rung(trial) == 3 else "PRUNED")
        epochs = trial.user_attrs["epochs"]
        assert [epoch[0] for epoch in epochs] == list(range(1, last_rung(trial) + 1))
        assert list(reached(trial).values()) == [epochs[rung - 1][1] for rung in reached(trial)]


def test_at_a_rung_at_chance_none_is_stopped_and_the_log_says_so(searched):
    folder, done = searched
    words = " ".join(done.stdout.split())
    assert re.search(r"[01] of [56] networks are above chance after 1 epoch \(2 steps\), with more than \d\d %", words)
    assert ": none is stopped there." in words
    assert {last_rung(trial) for trial in trials(folder)} == {3}


def test_mlflow_has_one_run_a_trial_stopped_ones_without_an_accuracy(searched):
    folder, _ = searched
    client = MlflowClient(f"sqlite:///{folder}/mlflow.db")
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    runs = client.search_runs(experiments, "tags.`trial.number` != ''")
    assert len(runs) == 6
    states = {trial.number: trial.state.name for trial in trials(folder)}
    for run in runs:
        state = states[int(run.data.tags["trial.number"])]
        assert run.data.tags["trial.state"] == state
        assert ("accuracy" in run.data.metrics) == (state == "COMPLETE")
        assert run.info.status != "RUNNING"


def test_the_same_command_trains_nothing(searched, in_process):
    folder, _ = searched
    again = in_process("search.run", "--dataset", "numbers", *QUICK, "--trials", "6", folder=folder)
    assert again.returncode == 0
    assert "nothing is left to train" in again.stdout


def test_without_rungs_is_another_study(searched, in_process):
    folder, _ = searched
    other = in_process("search.run", "--dataset", "numbers", *QUICK, "--trials", "6", "--no-rungs", folder=folder)
    assert other.returncode == 1
    assert "was made without --no-rungs, not with --no-rungs." in other.stderr
