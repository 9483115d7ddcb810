"""All trainings of an export in real workers: a teacher and its student, candidates, an interruption."""

import dataclasses

import keras
import numpy as np
import pytest
from rich.console import Console

from search.cli.export_config import ExportConfig
from search.devices.deployable import deployable
from search.exporting.evaluation import trained_model
from search.exporting.final_training import TrainingStore
from search.exporting.teacher import TeacherChoice
from search.exporting.training_plan import TrainingPlan
from search.results import TrainedNetwork
from search.training.recipe import ONE_CYCLE
from spaces.architecture import Architecture
from spaces.blocks import MaxPool, StandardConv
from spaces.heads import GlobalAverageHead

pytestmark = pytest.mark.long


def network(filters):
    return Architecture(
        (32, 32, 3), (StandardConv(filters, strides=4), MaxPool(), StandardConv(filters)), GlobalAverageHead(10)
    )


SMALL = TrainedNetwork(0, network(8), 0.4)
TEACHER = TeacherChoice("larger", network(24))


class Stop:
    """Asks to stop once so many epochs are stored in a folder."""

    def __init__(self, plan, epochs):
        self._plan, self._epochs = plan, epochs

    def __bool__(self):
        return self._plan._count_epochs()[1] >= self._epochs


def plan_of(networks, folder, dataset, *, teacher=None, **options):
    options = {"epochs": 4, "pruned": (), "only_best": True, "recipe": ONE_CYCLE} | options
    config = dataclasses.replace(ExportConfig(output="out", workers=1), **options.pop("config", {}))
    return TrainingPlan(networks, config=config, teacher=teacher, store=TrainingStore(folder, dataset), **options)


def weights(result):
    return [variable.numpy() for variable in trained_model(result).weights]


def test_a_teacher_is_trained_first_and_its_student_becomes_another_network(dataset, tmp_path):
    results = {}
    for name, teacher in (("alone", None), ("taught", TEACHER)):
        plan = plan_of([SMALL], tmp_path / name, dataset, teacher=teacher)
        assert plan._count_epochs() == (8 if teacher else 4, 0)
        trained = plan.train(dataset, Console(quiet=True), stop=[])
        assert plan._count_epochs()[1] == (8 if teacher else 4)
        [results[name]] = [trained[training] for training in plan.of(SMALL)]
    assert not np.allclose(weights(results["alone"])[0], weights(results["taught"])[0], atol=1e-3)
    figures = plan.teacher_figures()
    assert figures["teacher"] == "larger" and 0.1 <= figures["validation_accuracy"] <= 1
    plan.keep_teacher(tmp_path / "teacher.keras")
    as_exported = deployable(keras.models.load_model(tmp_path / "teacher.keras"))
    as_exported.save(tmp_path / "model.keras")
    of_file = TeacherChoice("file", file=tmp_path / "model.keras")
    plan = plan_of([SMALL], tmp_path / "of file", dataset, teacher=of_file)
    [of_file] = plan.train(dataset, Console(quiet=True), stop=[]).values()
    for mine, other in zip(weights(of_file), weights(results["taught"]), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-3, atol=1e-4)


def test_the_teacher_of_a_front_is_trained_once(dataset, tmp_path):
    networks = [SMALL, TrainedNetwork(1, TEACHER.network, 0.6)]
    plan = plan_of(networks, tmp_path, dataset, teacher=TEACHER, only_best=False)
    assert plan._count_epochs() == (8, 0)
    results = plan.train(dataset, Console(quiet=True), stop=[])
    assert [len(results[training].history) for one in networks for training in plan.of(one)] == [4, 4]
    assert [training.distillation is None for one in networks for training in plan.of(one)] == [False, True]


def test_of_the_candidates_the_better_is_trained_to_the_end(dataset, tmp_path):
    candidates = [dataclasses.replace(SMALL, trial=5), TrainedNetwork(6, TEACHER.network, 0.1)]
    plan = plan_of(candidates, tmp_path, dataset, epochs=6)
    assert plan._count_epochs() == (2 * 3 + 6, 0)
    results = plan.train(dataset, Console(quiet=True), stop=[])
    after = [figures["validation_accuracies"][3] for figures in plan.candidate_figures()]
    assert [one.trial for one in plan.networks] == [5 if after[0] >= after[1] else 6]
    assert after[0] != after[1] and [training.name for training in results] == [plan.networks[0].name]


def test_an_interrupted_plan_goes_on_and_ends_alike(dataset, tmp_path):
    candidates = [SMALL, TrainedNetwork(1, network(12), 0.5)]
    results = []
    for name in ("whole", "cut"):
        plan = plan_of(candidates, tmp_path / name, dataset, teacher=TEACHER, epochs=2)
        if name == "cut":
            plan.train(dataset, Console(quiet=True), stop=Stop(plan, 3))
            assert 3 <= plan._count_epochs()[1] < 6
            plan = plan_of(candidates, tmp_path / name, dataset, teacher=TEACHER, epochs=2)
        trained = plan.train(dataset, Console(quiet=True), stop=[])
        [best] = plan.networks
        results.append((best.trial, trained[plan.of(best)[0]]))
    assert results[0][0] == results[1][0]
    for mine, other in zip(weights(results[0][1]), weights(results[1][1]), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-4, atol=1e-5)
