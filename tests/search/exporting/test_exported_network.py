"""Exported networks: the best training, the spread over seeds, and which networks are still on the front."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mlflow_runs.objectives import FLASH, FLOPS, LATENCY, RAM
from search.devices.latency import Latency
from search.exporting.exported_format import ExportedFormat
from search.exporting.exported_network import ExportedNetwork, PruningResult, best_training, still_on_front
from search.exporting.final_training import FinalTraining, TrainingResult
from search.results import TrainedNetwork
from search.training.recipe import NOTEBOOK
from search.training.trainer import EpochResult
from spaces.reference import resnet8, separable_cnn, standard_cnn
from tests.search.exporting.test_microcontroller import FIGURES

EPOCH = EpochResult(1, 0.5, 1.0, 0.1, 2.0, 100.0, validation_loss=1.0, training_accuracy=0.4)


def exported(architecture, *, validation, test=None):
    """A network with one training for each validation accuracy."""
    trainings = [
        TrainingResult(FinalTraining("net", architecture, NOTEBOOK, 1, seed), [replace(EPOCH, accuracy=one)], Path("m"))
        for seed, one in enumerate(validation)
    ]
    return ExportedNetwork(
        network=TrainedNetwork(3, architecture, accuracy=0.5),
        folder=Path("out"),
        trainings=trainings,
        test_accuracies=test or validation,
        predictions=np.array([0, 1]),
        files=[ExportedFormat("keras", "model.keras", 10, 5, 0.0, 0.5, [])],
        unwritable={},
        latencies=[Latency("keras", 1, 2, 1.5, 0.9, 2.1, 5)],
        pruning=None,
    )


def test_the_first_of_the_best_trainings_is_exported():
    network = exported(resnet8(), validation=[0.5, 0.7, 0.7], test=[0.4, 0.6, 0.65])
    assert best_training(network.trainings) == network.best == 1
    figures = network.to_dict()
    assert (figures["seed"], figures["validation_accuracy"], figures["test_accuracy"]) == (1, 0.7, 0.6)


def test_spreads_are_over_seeds():
    network = exported(resnet8(), validation=[0.5, 0.7], test=[0.4, 0.6])
    assert network.summary()["test"] == {"mean": pytest.approx(0.5), "std": pytest.approx(np.std([0.4, 0.6], ddof=1))}
    assert "(50.00 ± 14.14 over 2 seeds)" in network.words()
    alone = exported(resnet8(), validation=[0.5])
    assert alone.summary()["test"] == {"mean": 0.5, "std": None} and "seeds" not in alone.words()


def test_metrics_are_named_by_format_batch_and_threads():
    metrics = exported(resnet8(), validation=[0.5]).metrics()
    assert metrics["test_accuracy/keras"] == 0.5
    assert metrics["latency_ms/keras/batch 1/threads 2"] == 1.5


def test_what_a_microcontroller_needs_is_among_the_figures():
    network = replace(exported(resnet8(), validation=[0.5]), microcontroller=FIGURES)
    assert network.metrics()["arena_bytes"] == network.to_dict()["microcontroller"]["arena_bytes"] == 4_000
    assert network.settings()["operators"] == "CONV_2D, SOFTMAX"


def test_a_network_that_another_dominates_after_retraining_has_left_the_front():
    small, middle, large = separable_cnn(), resnet8(), standard_cnn()
    macs = [network.cost().flops for network in (small, middle, large)]
    order = np.argsort(macs)
    architectures = [(small, middle, large)[index] for index in order]
    accuracies = [0.6, 0.5, 0.7]
    networks = [exported(one, validation=[accuracy]) for one, accuracy in zip(architectures, accuracies, strict=True)]
    assert still_on_front(networks, FLOPS) == [True, False, True]


def test_the_front_is_one_of_the_cost_that_the_study_minimises():
    networks = [exported(one, validation=[0.5]) for one in (separable_cnn(), resnet8(), standard_cnn())]
    assert still_on_front(networks, FLOPS) == [True, False, False]
    assert still_on_front(networks, FLASH) == [False, True, False]
    assert networks[0].network.cost.ram_bytes == networks[2].network.cost.ram_bytes < networks[1].network.cost.ram_bytes
    assert still_on_front(networks[1:], RAM) == [False, True]
    timed = [
        replace(export, network=replace(export.network, latency_ms=milliseconds))
        for export, milliseconds in zip(networks, (2.0, 3.0, 1.0), strict=True)
    ]
    assert still_on_front(timed, LATENCY) == [False, False, True]


def test_pruning_in_words():
    pruning = PruningResult(0.5, 2, 0.8, 0.795, {"keras": 10})
    assert pruning.words() == "Pruned to 50 % zeros: 80.00 % before, 79.50 % after 2 epochs of fine-tuning."
