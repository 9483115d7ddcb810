"""Optuna's own tests of samplers, as its package brings them for samplers of others."""

import pytest
from optuna.testing.pytest_samplers import (
    BasicSamplerTestCase,
    MultiObjectiveSamplerTestCase,
    RelativeSamplerTestCase,
)

from search.optimizer import KnownCostSampler


def cost(params):
    return 1.0 + sum(abs(value) for value in params.values() if not isinstance(value, str))


class TestBasic(BasicSamplerTestCase, MultiObjectiveSamplerTestCase):
    @pytest.fixture
    def sampler(self):
        return lambda: KnownCostSampler(cost, seed=0)


@pytest.mark.long
class TestLearntFromTheFirstTrial(BasicSamplerTestCase, RelativeSamplerTestCase):
    @pytest.fixture
    def sampler(self):
        return lambda: KnownCostSampler(cost, n_startup_trials=1, seed=0)
