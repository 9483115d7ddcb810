"""The parameters of a hypermodel: under which name each is stored, and which value each gets."""

import keras_tuner
import pytest

from search.optimizer.networks.hyperparameters import StoredHyperParameters
from spaces.parameters import Parameter, UniqueNames, hyperparameters, values_from


def choice(name, *values, default=None):
    return Parameter("Choice", name, (("values", values), ("ordered", True), ("default", default)))


def declared(declare):
    """The parameter that KerasTuner makes of a call."""
    hp = keras_tuner.HyperParameters()
    declare(hp)
    return Parameter.from_keras_tuner(hp.space[0])


@pytest.mark.parametrize(
    ("declare", "name"),
    [
        (lambda hp: hp.Choice("units", [32, 64]), "units [32, 64]"),
        (lambda hp: hp.Int("depth", 1, 5, step=2), "depth [1, 5, 2]"),
        (lambda hp: hp.Float("rate", 0.1, 0.5, sampling="log"), "rate [0.1, 0.5, None]"),
        (lambda hp: hp.Boolean("flag"), "flag []"),
        (lambda hp: hp.Fixed("fixed", 3), "fixed [3]"),
    ],
)
def test_a_domain_in_a_name(declare, name):
    assert declared(declare).with_domain_in_name().name == name


@pytest.mark.parametrize(
    "declare",
    [
        lambda hp: hp.Choice("a", [32, 64]),
        lambda hp: hp.Choice("a", ["x", "y"]),
        lambda hp: hp.Int("a", 32, 64, step=32),
        lambda hp: hp.Float("a", 0.0, 64.0),
        lambda hp: hp.Boolean("a"),
    ],
)
def test_a_parameter_takes_the_value_of_any_hyperparameters(declare):
    parameter, keras_tuner_hp = declared(declare), keras_tuner.HyperParameters()
    assert parameter.value_from(keras_tuner_hp) == declare(keras_tuner_hp) is not None
    assert parameter.value_from(StoredHyperParameters({"a": 64})) == 64


def test_a_default_value_is_not_part_of_a_domain():
    assert choice("a", 1, 2, default=1).has_domain_of(choice("b", 1, 2, default=2))
    assert not choice("a", 1, 2).has_domain_of(choice("a", 2, 1))
    assert not choice("a", True, False).has_domain_of(choice("a", 1, 0))


def test_the_first_parameter_keeps_its_name():
    names = UniqueNames()
    assert names.unique(choice("a", 1, 2)).name == "a"
    assert names.unique(choice("a", 1, 2)).name == "a"
    assert names.unique(choice("a", 3, 4)).name == "a [3, 4]"
    assert names.unique(choice("b", 3, 4)).name == "b"


def test_stored_values_are_those_of_the_longer_name_first():
    value_of = values_from({"a": 1, "a [3, 4]": 3})
    assert value_of(choice("a", 1, 2)) == 1
    assert value_of(choice("a", 3, 4)) == 3
    with pytest.raises(ValueError, match="'b', for which no value is stored; there are values for 'a'"):
        value_of(choice("b", 1))


def test_each_active_parameter_gets_its_value_once():
    names = []

    def value_of(parameter):
        names.append(parameter.name)
        return {"kind": "y", "units": 7}[parameter.name]

    hp = hyperparameters(value_of)
    for _ in range(2):
        assert hp.Choice("kind", ["x", "y"]) == "y"
        with hp.conditional_scope("kind", ["x"]):
            assert hp.Int("depth", 1, 3) is None
        assert hp.Int("units", 1, 9, parent_name="kind", parent_values=["y"]) == 7
    assert names == ["kind", "units"]
