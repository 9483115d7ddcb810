"""Evaluation of final trainings: the best one by validation is exported, and every one is tested."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from search.exporting.evaluation import Evaluation, predict, trained_model
from search.exporting.final_training import FinalTraining, TrainingResult
from search.exporting.folder import ARCHITECTURE, LABELS
from search.results import TrainedNetwork
from search.training.recipe import NOTEBOOK
from search.training.trainer import EpochResult
from spaces.architecture import Architecture, from_json
from spaces.blocks import StandardConv
from spaces.heads import GlobalAverageHead

pytestmark = pytest.mark.long

NETWORK = Architecture((8, 8, 3), (StandardConv(4, strides=4),), GlobalAverageHead(3))
IMAGES = np.random.default_rng(0).integers(0, 256, (30, 8, 8, 3), dtype=np.uint8)
EPOCH = EpochResult(1, 0.5, 1.0, 0.1, 2.0, 100.0, validation_loss=1.0, training_accuracy=0.4)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Results of two seeds with untrained weights; the second has the better validation accuracy."""
    import keras

    folder, results = tmp_path_factory.mktemp("trained"), {}
    for seed, accuracy in enumerate((0.4, 0.6)):
        keras.utils.set_random_seed(seed)
        NETWORK.build().save_weights(folder / f"{seed}.weights.h5")
        training = FinalTraining("trial 3", NETWORK, NOTEBOOK, 1, seed)
        results[training] = TrainingResult(training, [replace(EPOCH, accuracy=accuracy)], folder / f"{seed}.weights.h5")
    return results


def test_the_best_training_is_exported_and_all_are_tested(results, tmp_path):
    first, best = results.values()
    labels = predict(best, IMAGES).argmax(axis=-1)
    dataset = SimpleNamespace(class_names=("cat", "dog", "<b>"), train_images=IMAGES)
    evaluation = Evaluation(dataset, (IMAGES, labels), formats=["keras", "onnx"])
    exported = evaluation.export(
        TrainedNetwork(3, NETWORK, 0.5),
        list(results),
        results,
        tmp_path / "out",
        unwritable={"onnx": "no such operation"},
    )
    assert exported.best == 1 and exported.test_accuracies[1] == 1.0
    assert exported.test_accuracies[0] == np.mean(predict(first, IMAGES).argmax(axis=-1) == labels)
    np.testing.assert_array_equal(exported.predictions, labels)
    [file] = exported.files
    assert exported.unwritable == exported.to_dict()["not_written"] == {"onnx": "no such operation"}
    assert file.test_accuracy == 1.0 and file.largest_difference < 1e-4
    assert {latency.format for latency in exported.latencies} == {"keras"} and exported.pruning is None
    assert from_json((tmp_path / "out" / ARCHITECTURE).read_text()) == NETWORK
    assert (tmp_path / "out" / LABELS).read_text() == "cat\ndog\n<b>\n"


def test_a_trained_model_is_read_from_its_file(results):
    first, second = results.values()
    assert not np.allclose(predict(first, IMAGES), predict(second, IMAGES))
    assert [weight.shape for weight in trained_model(first).weights] == [
        weight.shape for weight in NETWORK.build().weights
    ]
