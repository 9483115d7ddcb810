"""Decisions that share a posterior: how many, what each knows of those before it."""

import pytest
from optuna.trial import TrialState

from search.optimizer.networks.candidates import Candidate
from search.optimizer.networks.hyperparameters import StoredHyperParameters
from search.optimizer.sampler.base import NewTrial, StudyState
from search.optimizer.sampler.batch import batch_size
from search.optimizer.sampler.known_cost import KnownCostDecision
from search.optimizer.trials.records import function_key_of
from spaces.hybrid import HybridSpace
from tests.search.optimizer.sampler.made_history import history, problem

RESULTS = history(151)


def training(n):
    """Trials that run now, numbered after the results."""
    trials = history(n, seed=9, state=TrialState.RUNNING)
    for trial in trials:
        trial.number += len(RESULTS)
    return trials


def function_key(decision):
    return candidate(decision.params).key


def candidate(params):
    hp = StoredHyperParameters(params)
    network = HybridSpace().architecture(hp)
    cost = network.cost()
    return Candidate(
        hp.values, hp.distributions, network.function_key, float(cost.multiply_adds), cost.parameters, mutated=False
    )


@pytest.mark.parametrize(
    ("results", "running", "expected"), [(151, 15, 1), (151, 16, 2), (151, 63, 4), (150, 63, 1), (0, 200, 1)]
)
def test_a_batch_grows_with_the_trainings_of_a_long_study(results, running, expected):
    assert batch_size([*RESULTS[:results], *training(running)]) == expected


def test_a_batch_proposes_different_networks_and_then_ends():
    trials = [*RESULTS, *training(48)]
    known = {function_key_of(trial) for trial in trials}
    decision = KnownCostDecision(problem(), seed=3)
    proposals = [decision.decide(StudyState(trials, [], known))]
    while (following := decision.decide_again(known=known | set(map(function_key, proposals)), waiting=())) is not None:
        proposals.append(following)
    assert len(proposals) == 4 and all(isinstance(proposal, NewTrial) for proposal in proposals)
    keys = set(map(function_key, proposals))
    assert len(keys) == 4 and not keys & known


def test_what_a_batch_has_begun_counts_as_measured_with_the_loss_that_is_expected():
    trials = [*RESULTS, *training(48)]
    decision = KnownCostDecision(problem(), seed=3, exploration=0.0)
    first = decision.decide(StudyState(trials, [], set()))
    second = decision.decide_again(known={function_key(first)}, waiting=())
    features = first.posterior.of_candidates([candidate(first.params)])
    (before, spread_before), (after, spread_after) = (
        proposal.posterior.predict(features, [1]) for proposal in (first, second)
    )
    assert after == pytest.approx(before, abs=1e-6)
    assert 0 < spread_after < 0.9 * spread_before


def test_with_few_trainings_no_decision_is_shared():
    decision = KnownCostDecision(problem(), seed=3)
    decision.decide(StudyState([*RESULTS, *training(15)], [], set()))
    assert decision.decide_again(known=set(), waiting=()) is None
