"""The posterior: what it sees of networks."""

from random import Random

import numpy as np
import pytest

from search.optimizer.sampler.posterior import Posterior
from tests.search.optimizer.sampler.made_history import history, pool_of, problem


@pytest.mark.parametrize("seed", range(3))
def test_features_of_later_candidates_are_those_that_the_pool_would_have(seed):
    pool, posterior, _ = pool_of(history(30), (1, 3, 9), seed)
    np.testing.assert_allclose(posterior.of_candidates(pool), posterior.of_pool())


def test_a_bias_before_batch_norm_is_no_feature():
    trials, changed = history(10), history(10)
    for trial in changed:
        trial.params = {name: not value if name.endswith("_bias") else value for name, value in trial.params.items()}
    posterior, other = (Posterior(of, [], problem=problem(), random=Random(0)) for of in (trials, changed))
    np.testing.assert_array_equal(posterior.of_trials(trials), other.of_trials(changed))
    assert [trial.params for trial in trials] != [trial.params for trial in changed]
