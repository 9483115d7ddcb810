"""The interface of hyperparameters: KerasTuner's class and our own both have it."""

import inspect

import keras_tuner
import pytest

from search.optimizer.networks.hyperparameters import HyperParameters as OurHyperParameters
from spaces.keras_types import HyperParameters

METHODS = [name for name in vars(HyperParameters) if not name.startswith("_")]


@pytest.mark.parametrize("implementation", [keras_tuner.HyperParameters, OurHyperParameters])
@pytest.mark.parametrize("method", METHODS)
def test_the_arguments_are_the_same(implementation, method):
    expected, actual = (
        [(p.name, p.default) for p in inspect.signature(getattr(cls, method)).parameters.values()]
        for cls in (HyperParameters, implementation)
    )
    assert actual == expected
