"""What a search prints before and after it trains."""

import re
from types import SimpleNamespace

import optuna
import pytest

from mlflow_runs.page.address import Address
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.run import search_config
from search.running import messages
from search.running.search_task import SearchTask
from search.training.datasets import load
from search.training.recipe import ONE_CYCLE
from spaces.hybrid import HybridSpace

GUIDES = "tests.spaces.guide_hypermodels"
SPACE = HybridSpace(input_shape=(8, 8, 1), classes=10)


def task(*, rungs=(1, 3, 9)):
    dataset = SimpleNamespace(name="photos", train_images=range(1_200))
    return SearchTask(dataset, Problem(SPACE, Ladder(rungs)), ONE_CYCLE)


@pytest.fixture
def study():
    problem = Problem(SPACE, Ladder((1,)), caps=Caps(flops=100_000), bounds=Bounds(0.9, 1e3, 1e7))
    storage = optuna.storages.InMemoryStorage()
    return open_study("mine", problem, storage=storage, sampler="random", seed=0, settings={})


def train(study, *, accuracy):
    proposal = study.ask()
    study.record_epoch(proposal.number, (1, accuracy, 1.0, 0.1))
    study.record_rung(proposal.number, accuracy=accuracy, seconds=1.0)


def test_the_opening_says_what_is_searched_and_whether_it_continues(study):
    config = search_config(["--trials", "8"])
    assert messages.opening(study, task(), config) == (
        "Study 'mine' begins: 8 networks of space hybrid on photos, 1,200 images, judged after 1, 3 and 9 epochs "
        "(9, 27 and 81 steps). Ctrl-C stops; the same command continues."
    )
    train(study, accuracy=0.5)
    text = messages.opening(study, task(rungs=(1,)), config)
    assert text.startswith("Study 'mine' continues after 1 trial: ") and "1,200 images, 1 epoch (9 steps) each." in text


def test_the_images_are_described():
    digits = SearchTask(load("digits"), Problem(SPACE, Ladder((1,))), ONE_CYCLE)
    embedded, classes, splits, mode = messages.images(digits, search_config(["--dataset", "digits"]))
    assert embedded == "The images are embedded, nothing is downloaded: scikit-learn's handwritten digits."
    assert classes.startswith("10 classes: 0 (178), 1 (182), ")
    assert splits.startswith("1,150 images are for training, 288 for validation")
    assert mode == "Images are read as RGB, 32x32."


def test_a_complete_study_has_nothing_left(study):
    train(study, accuracy=0.5)
    text = messages.nothing_left(study, search_config(["--trials", "1"]))
    assert text == "Study 'mine' has 1 trial of 1: nothing is left to train."


def test_the_result_counts_what_was_trained_now_and_what_was_not(study):
    train(study, accuracy=0.5)
    text = messages.result(study, trained_now=0)
    assert re.match(
        r"Hypervolume 0\.\d{4}\. 0 trained now, 1 in all; never trained: \d+ proposals outside the caps", text
    )


def test_a_stopped_search_says_how_to_continue(study):
    text = messages.stopped(study, search_config(["--trials", "8"]), command="python -m search.run")
    assert text == "Stopped: 0 of 8 trials are stored. To continue:\n  python -m search.run"


def test_a_page_needs_a_command_unless_a_server_runs():
    address, command = Address("http://a", "", ""), "python -m search.ui"
    assert messages.page_while_searching(address, command).endswith("\n  python -m search.ui")
    assert messages.page_while_searching(address, None).endswith("\n  http://a")
    assert messages.page_of_result(address, command).endswith("\n  python -m search.ui\nwhich opens\n  http://a")
    assert messages.page_of_result(address, None) == "To browse the front in MLflow, open\n  http://a"


def test_only_the_author_of_a_hypermodel_is_told_of_its_compile():
    assert messages.hypermodel_notes(task(), search_config([])) == []
    space = SimpleNamespace(uncounted=lambda: ["lambda", "lstm"])
    theirs = SearchTask(None, Problem(space, Ladder((1,))), ONE_CYCLE)
    first, second = messages.hypermodel_notes(theirs, search_config(["--space", f"{GUIDES}:dense"]))
    assert first.startswith("The hypermodel's compile() is not used: recipe one-cycle")
    assert second.startswith("FLOPs are a lower bound: the layers lambda, lstm could not be counted. ")
    assert "more FLOPs than --max-flops allows" in second


def test_without_a_network_above_chance_the_best_is_offered_and_it_is_said(study):
    train(study, accuracy=0.1)
    assert "chance, so there is no knee" in messages.result(study, trained_now=1)
    assert messages.how_to_export(study, search_config([])).endswith("--pick best")


def test_the_author_of_a_fit_is_told_that_it_is_not_used():
    theirs = SearchTask(None, Problem(SimpleNamespace(uncounted=list), Ladder((1,))), ONE_CYCLE)
    [note] = messages.hypermodel_notes(theirs, search_config(["--space", f"{GUIDES}:OwnFit"]))
    assert note == (
        "The hypermodel's fit() and compile() are not used: recipe one-cycle trains every network, so that accuracies "
        "compare."
    )


def test_the_export_command_names_the_place_of_the_study(study):
    train(study, accuracy=0.5)
    assert "chance" not in messages.result(study, trained_now=1)
    text = messages.how_to_export(study, search_config(["--storage", "sqlite:///mine.db"]))
    assert "--study mine --storage sqlite:///mine.db --output exported --pick knee" in text
