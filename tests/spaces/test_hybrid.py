"""The hybrid space: its start points, its parameters, and its use with KerasTuner."""

from random import Random

import numpy as np
import pytest

from search.optimizer.networks.hyperparameters import RandomHyperParameters, StoredHyperParameters
from spaces import reference
from spaces.blocks import MaxPool, Residual, SeparableConv
from spaces.hybrid import HybridSpace


def test_the_start_points_are_the_known_networks():
    space = HybridSpace()
    start_points = space.start_points()
    assert space.architecture(StoredHyperParameters(start_points["StandardCNN"])) == reference.standard_cnn()
    assert space.architecture(StoredHyperParameters(start_points["SeparableCNN"])) == reference.separable_cnn()
    hybrid = space.architecture(StoredHyperParameters(start_points["HybridCNN"]))
    assert hybrid.words() == "C16 | S64x2 | S128x2 | S192x2 (S192)+ average"


def test_every_choice_occurs_and_every_network_fits():
    space, random = HybridSpace(input_shape=(9, 12, 3), classes=7), Random(0)
    kinds, heads, multipliers = set(), set(), set()
    for _ in range(300):
        architecture = space.architecture(RandomHyperParameters(random))
        blocks = [block.body[0] if isinstance(block, Residual) else block for block in architecture.blocks]
        kinds |= {block.kind for block in architecture.blocks}
        heads.add(architecture.head.kind)
        multipliers |= {block.depth_multiplier for block in blocks if isinstance(block, SeparableConv)}
        assert sum(isinstance(block, MaxPool) for block in blocks) == 3
        assert architecture.head.classes == 7
        assert architecture.cost().multiply_adds > 0
    assert kinds == {"standard", "separable", "max_pool", "residual"}
    assert heads == {"flatten", "global_average"}
    assert multipliers == {1, 2}


def test_no_two_sets_of_params_describe_one_network():
    space, random = HybridSpace(), Random(0)
    params_of = {}
    for _ in range(3_000):
        hp = RandomHyperParameters(random)
        key = space.architecture(hp).key
        assert params_of.setdefault(key, hp.values) == hp.values


def test_only_separable_layers_have_a_depth_multiplier():
    space, random = HybridSpace(), Random(0)
    for _ in range(100):
        hp = RandomHyperParameters(random)
        space.architecture(hp)
        for name, value in hp.values.items():
            if name.endswith("_kind"):
                assert (name.replace("_kind", "_depth_multiplier") in hp.values) == (value == "separable")


def test_small_images_are_refused():
    with pytest.raises(ValueError, match="8 pixels"):
        HybridSpace(input_shape=(7, 32, 3))


def test_the_space_runs_under_a_kerastuner_tuner(tmp_path):
    import keras_tuner

    images = np.random.default_rng(0).normal(size=(32, 8, 8, 3)).astype("float32")
    labels = np.arange(32) % 4
    tuner = keras_tuner.RandomSearch(
        HybridSpace(input_shape=(8, 8, 3), classes=4).build,
        objective="val_accuracy",
        max_trials=2,
        directory=tmp_path,
        project_name="tuner",
        seed=1,
    )
    tuner.search(images, labels, validation_data=(images, labels), epochs=1, verbose=0)
    best = tuner.get_best_hyperparameters(1)[0]
    assert HybridSpace(input_shape=(8, 8, 3), classes=4).architecture(best).cost().multiply_adds > 0


@pytest.mark.long
def test_a_built_model_is_compiled():
    model = HybridSpace(input_shape=(8, 8, 3), classes=4).build(RandomHyperParameters(Random(0)))
    images = np.random.default_rng(0).normal(size=(32, 8, 8, 3)).astype("float32")
    history = model.fit(images, np.arange(32) % 4, epochs=1, verbose=0).history
    assert set(history) == {"loss", "accuracy"}
