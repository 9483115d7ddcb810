"""A hypermodel as a space: its parameters, its cache, and the models that it can't handle."""

import gc
import weakref
from random import Random

import keras_tuner
import optuna
import pytest

from search.optimizer.networks.hyperparameters import RandomHyperParameters, StoredHyperParameters, TrialHyperParameters
from spaces.hypermodel import HypermodelSpace
from tests.spaces.hypermodels import EveryKind, space


def test_every_parameter_has_the_value_that_keras_tuner_would_give_it():
    every_kind = space("EveryKind")
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(5):
        trial = study.ask()
        network = every_kind.architecture(TrialHyperParameters(trial))
        assert network.params == trial.params
        study.tell(trial, 0.0)
        expected_hp = keras_tuner.HyperParameters()
        expected_hp.values = {name.split(" [")[0]: value for name, value in network.params.items()}
        network.build()
        seen = EveryKind.seen
        EveryKind().build(expected_hp)
        assert EveryKind.seen == seen
        assert seen["untuned"] == 1  # Its default value; it is no parameter.
        assert seen["read back"] == (True, expected_hp.values["units"], seen["kind"] == "b", False)
    assert {name for trial in study.trials for name in trial.params} >= {"units", "nested/depth", "direct"}


def test_a_network_in_the_cache_is_not_built_again():
    every_kind = space("EveryKind")
    networks = [every_kind.architecture(RandomHyperParameters(Random(seed))) for seed in range(2)]
    builds = EveryKind.builds
    for network in networks:
        assert every_kind.architecture(StoredHyperParameters(network.params)) is network
    assert EveryKind.builds == builds
    default_params, *other_params = every_kind.built_params()
    assert other_params == [network.params for network in networks]
    assert every_kind.start_points() == {"Default": default_params}


@pytest.mark.parametrize("set_aside", [False, True])
def test_a_model_that_was_counted_is_freed_and_what_was_set_aside_stays_so(monkeypatch, set_aside):
    built, build = [], EveryKind.build

    def remember(*given):
        built.append(weakref.ref(model := build(*given)))
        return model

    monkeypatch.setattr(EveryKind, "build", remember)
    gc.freeze() if set_aside else gc.unfreeze()
    space("EveryKind").architecture(RandomHyperParameters(Random(0)))
    assert built and not any(model() for model in built)
    assert bool(gc.get_freeze_count()) == set_aside


def test_a_refused_model_is_not_built_again():
    refused = space("sigmoid")
    errors = []
    for _ in range(2):
        with pytest.raises(ValueError) as error:
            refused.architecture(RandomHyperParameters(Random(0)))
        errors.append(error.value)
    assert errors[0] is errors[1]
    assert refused.start_points() == {}


@pytest.mark.long
def test_names_order_of_branches_and_optimizer_make_no_other_network():
    branching = space("branching")
    networks = [branching.architecture(RandomHyperParameters(Random(seed))) for seed in range(5)]
    assert len({tuple(network.params.values()) for network in networks}) > 3
    assert len({network.key for network in networks}) == 1
    assert space("EveryKind").architecture(RandomHyperParameters(Random(0))).key != networks[0].key


@pytest.mark.parametrize(("name", "keys"), [("scaled_by_an_operation", 4), ("scaled_by_a_layer", 8)])
def test_networks_with_other_constants_are_others(name, keys):
    """Nobody knows whether a choice matters to a layer of the user. So its networks differ where any choice does."""
    scaled = space(name)
    params = [{"factor": float(factor), "learning_rate": rate} for factor in range(1, 5) for rate in (0.1, 0.01)]
    networks = [scaled.architecture(StoredHyperParameters(choices)) for choices in params]
    assert len({network.key for network in networks}) == keys
    networks[-1].build()


def test_a_hypermodel_is_given_the_images_that_it_has_arguments_for():
    network = space("sized", input_shape=(6, 6, 3), classes=4).architecture(RandomHyperParameters(Random(0)))
    assert network.cost().multiply_adds == 6 * 6 * 3 * 4


def test_uncounted_layers_are_named():
    uncountable = space("uncountable")
    assert uncountable.uncounted() == ["Mystery"]
    assert uncountable.architecture(RandomHyperParameters(Random(0))).cost().multiply_adds == 64 * 10


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("subclassed", "must be a Functional model.*a model without a graph"),
        ("sigmoid", "must end in a softmax, or in logits; this one ends in Dense"),
        ("without_products", "has no multiply-adds that could be counted. A search needs a cost above 0"),
        ("other_images", "the images are 8x8x1 in 10 classes; this network takes 4x4x3"),
    ],
)
def test_other_models_are_refused_in_a_sentence(name, message):
    with pytest.raises(ValueError, match=message):
        space(name).architecture(RandomHyperParameters(Random(0)))


@pytest.mark.parametrize("name", ["HyperXception", pytest.param("HyperResNet", marks=pytest.mark.long)])
def test_keras_tuners_own_hypermodels_are_counted_whole(name):
    images = {"input_shape": (32, 32, 3), "classes": 10}
    applications = HypermodelSpace(f"keras_tuner.applications:{name}", **images)
    cost = applications.architecture(keras_tuner.HyperParameters()).cost()
    assert applications.uncounted() == []
    model = getattr(keras_tuner.applications, name)(**images).build(keras_tuner.HyperParameters())
    assert cost.parameters == model.count_params()
    # A convolution multiplies each weight once for each position of its window.
    assert cost.multiply_adds > model.count_params()
