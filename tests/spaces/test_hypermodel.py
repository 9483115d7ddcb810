"""Hypermodels as a space: what they ask, what they build, what makes two networks one."""

import sys
from random import Random

import keras
import keras_tuner
import numpy as np
import optuna
import pytest

from search.optimizer.networks.hyperparameters import RandomHyperParameters, StoredHyperParameters, TrialHyperParameters
from spaces import hypermodel_network
from spaces.hypermodel import HypermodelSpace
from spaces.hypermodel_source import version

IMAGES = {"input_shape": (8, 8, 1), "classes": 10}


def net(units, *, name=None):
    inputs = keras.Input((8, 8, 1))
    tensor = keras.layers.Conv2D(units, 3, activation="relu", name=name)(inputs)
    tensor = keras.layers.GlobalAveragePooling2D()(tensor)
    return keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(tensor))


class Inner(keras_tuner.HyperModel):
    def build(self, hp):
        return hp.Int("depth", 1, 3)


class Everything(keras_tuner.HyperModel):
    """Every kind of question, in every scope; what it was answered is kept in `seen`."""

    seen = {}

    def build(self, hp):
        assert isinstance(hp, keras_tuner.HyperParameters)
        kind = hp.Choice("kind", ["a", "b"])
        seen = {"kind": kind, "flag": hp.Boolean("flag"), "fixed": hp.Fixed("fixed", 3)}
        seen["rate"] = hp.Float("rate", 1e-4, 1e-1, sampling="log")
        seen["share"] = hp.Float("share", 0, 1, step=0.3)
        seen["doubling"] = hp.Int("doubling", 2, 32, step=2, sampling="log")
        seen["turned"] = hp.Int("turned", 1, 8, step=2, sampling="reverse_log")
        seen["direct"] = hp.Int("direct", 1, 5, parent_name="kind", parent_values=["b"])
        with hp.conditional_scope("kind", ["a"]):
            seen["of a"] = hp.Choice("units", [8, 16])
        with hp.conditional_scope("kind", ["b"]):
            seen["of b"] = hp.Choice("units", [32, 64])  # the same name, other choices
        with hp.name_scope("nested"):
            seen["nested"] = Inner().build(hp)
        seen["told"] = "units" in hp, hp.get("units"), "direct" in hp, "nowhere" in hp
        seen["untuned"] = Inner(tunable=False).build(hp)
        Everything.seen = seen
        return net(hp.get("units"))


def branching(hp):
    """Branches may be written in another order, and layers called otherwise: the network is the same."""
    inputs = keras.Input((8, 8, 1))
    sizes = (3, 5) if hp.Boolean("turned") else (5, 3)
    sides = {size: keras.layers.Conv2D(4, size, padding="same")(inputs) for size in sizes}
    tensor = keras.layers.Concatenate()([sides[3], sides[5]])
    tensor = keras.layers.GlobalMaxPooling2D(name=hp.Choice("called", ["x", "y"]))(tensor)
    hp.Choice("learning_rate", [0.1, 0.01])
    return keras.Model(inputs, keras.layers.Dense(10)(tensor))


class NeedsMore(keras_tuner.HyperModel):
    def __init__(self, secret):
        super().__init__()


def sized(hp, input_shape, classes):
    return keras.Sequential(
        [keras.Input(input_shape), keras.layers.Flatten(), keras.layers.Dense(classes, activation="softmax")]
    )


def subclassed(hp):
    class Model(keras.Model):
        def call(self, inputs):
            return inputs

    return Model()


def sigmoid(hp):
    return keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(10, activation="sigmoid")]
    )


def other_images(hp):
    return keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Flatten(), keras.layers.Dense(10)])


@pytest.fixture(scope="module", autouse=True)
def mine():
    """This module under a name that can be imported."""
    sys.modules["nets_of_this_test"] = sys.modules[__name__]
    yield
    del sys.modules["nets_of_this_test"]


def space(name, **images):
    return HypermodelSpace(f"nets_of_this_test:{name}", **(IMAGES | images))


def test_every_question_is_answered_as_keras_tuner_would():
    asked = space("Everything")
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(5):
        trial = study.ask()
        network = asked.architecture(TrialHyperParameters(trial))
        assert network.params == trial.params
        study.tell(trial, 0.0)
        theirs = keras_tuner.HyperParameters()
        theirs.values = {name.split(" [")[0]: value for name, value in network.params.items()}
        network.build()
        seen = Everything.seen
        Everything().build(theirs)
        assert Everything.seen == seen
        assert seen["untuned"] == 1  # Its default: it is not asked for.
        assert seen["told"] == (True, theirs.values["units"], seen["kind"] == "b", False)
    assert {name for trial in study.trials for name in trial.params} >= {"units", "nested/depth", "direct"}


@pytest.mark.long
def test_known_answers_build_nothing(monkeypatch):
    asked = space("Everything")
    networks = [asked.architecture(RandomHyperParameters(Random(seed))) for seed in range(2)]
    monkeypatch.setattr(Everything, "build", None)
    asked._hypermodel = None
    for network in networks:
        assert asked.architecture(StoredHyperParameters(network.params)) is network
    assert [network.params for network in networks] == list(asked.built_params())[1:]


@pytest.mark.long
def test_names_order_and_optimizer_make_no_other_network():
    asked = space("branching")
    found = [asked.architecture(RandomHyperParameters(Random(seed))) for seed in range(5)]
    assert len({tuple(network.params.values()) for network in found}) > 3
    assert len({network.key for network in found}) == 1
    assert space("Everything").architecture(RandomHyperParameters(Random(0))).key != found[0].key


def test_a_network_is_plain_data_and_builds_what_it_was_counted_on():
    network = space("branching").architecture(RandomHyperParameters(Random(0)))
    again = hypermodel_network.from_dict(network.to_dict())
    assert again == network and hash(again) == hash(network)
    assert again.cost().flops == network.cost().flops == 2 * (64 * (9 + 25) * 4 + 8 * 10)
    model = again.build()
    assert model.layers[-1].name == "probabilities" and model.get_layer("logits").output.shape == (None, 10)
    np.testing.assert_allclose(model(np.zeros((2, 8, 8, 1), "float32")).numpy().sum(axis=1), 1, rtol=1e-6)


def test_a_changed_hypermodel_is_noticed():
    network = space("branching").architecture(RandomHyperParameters(Random(0)))
    changed = network.to_dict() | {"key": "another"}
    with pytest.raises(ValueError, match="now builds another network than before"):
        hypermodel_network.from_dict(changed).build()


def test_images_are_given_to_whoever_asks_for_them():
    network = space("sized", input_shape=(6, 6, 3), classes=4).architecture(RandomHyperParameters(Random(0)))
    assert network.cost().multiply_adds == 6 * 6 * 3 * 4
    assert network.words() == "no choices"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("subclassed", "must be a Functional model.*a model without a graph"),
        ("sigmoid", "must end in a softmax, or in logits; this one ends in Dense"),
        ("other_images", "the images are 8x8x1 in 10 classes; this network takes 4x4x3"),
    ],
)
def test_what_can_not_be_handled_is_said_in_a_sentence(name, said):
    with pytest.raises(ValueError, match=said):
        space(name).architecture(RandomHyperParameters(Random(0)))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("no_such_module_here:X", "there is no module 'no_such_module_here'"),
        ("nets_of_this_test:Nothing", "there is no 'Nothing' in nets_of_this_test"),
        ("nets_of_this_test:IMAGES", "must be a keras_tuner.HyperModel or a function"),
        ("nets_of_this_test:NeedsMore", "can't be instantiated"),
    ],
)
def test_what_is_no_hypermodel_is_refused(path, said):
    with pytest.raises(ValueError, match=said):
        HypermodelSpace(path, **IMAGES)


def test_a_version_follows_the_source_and_not_its_comments(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    file = tmp_path / "nets_with_a_version.py"
    versions = []
    for text in (
        "def build(hp):\n    return 1\n",
        "# Why.\n\ndef build(hp):\n    return 1\n",
        "def build(hp):\n    return 2\n",
    ):
        file.write_text(text)
        sys.modules.pop("nets_with_a_version", None)
        versions.append(version("nets_with_a_version:build"))
    assert versions[0] == versions[1] != versions[2]


@pytest.mark.parametrize("name", ["HyperXception", pytest.param("HyperResNet", marks=pytest.mark.long)])
def test_keras_tuners_own_hypermodels_are_counted_whole(name):
    asked = HypermodelSpace(f"keras_tuner.applications:{name}", input_shape=(32, 32, 3), classes=10)
    [network] = map(hypermodel_network.from_dict, [asked._default.to_dict()])
    assert asked.uncounted() == []
    model = getattr(keras_tuner.applications, name)(input_shape=(32, 32, 3), classes=10).build(
        keras_tuner.HyperParameters()
    )
    assert network.cost().parameters == model.count_params()
    # A convolution of stride 1 and "same" padding multiplies each weight once for each place.
    assert network.cost().multiply_adds > model.count_params()
