"""The known-cost sampler: its promises, odd histories, and that it is better than chance."""

import time
from dataclasses import replace
from functools import partial
from itertools import product
from random import Random

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution
from optuna.trial import TrialState, create_trial

from search.optimizer.networks.candidates import RandomCandidates, candidates
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.hyperparameters import RandomHyperParameters, StoredHyperParameters
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds, front
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.base import NewTrial, Promotion, StudyState
from search.optimizer.sampler.known_cost import KnownCostDecision, rank_candidates
from search.optimizer.sampler.posterior import Posterior
from search.optimizer.sampler.promotion_acquisition import PromotionAcquisition
from search.optimizer.study.opening import open_study
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import function_key_of
from tests.search.optimizer.sampler.made_history import CAPS, SPACE, history, pool_of, problem
from tests.toy_space import ToyNetwork, ToySpace, fake_accuracy


def sampler(seed=0, rungs=(1,), **options):
    return KnownCostDecision(problem(rungs), seed=seed, **options)


def state(trials, waiting=()):
    known = {key for trial in trials if (key := function_key_of(trial)) is not None}
    return StudyState(trials, waiting, known)


def proposed(trials, seed=0):
    return SPACE.architecture(StoredHyperParameters(sampler(seed).decide(state(trials)).params))


@pytest.mark.parametrize(
    "trials",
    [
        [],
        history(1),
        history(2),
        history(8, accuracy=0.5),
        history(8, accuracy=0.0),
        history(8, accuracy=1.0),
        history(8, state=TrialState.FAIL),
        history(8, state=TrialState.RUNNING),
        history(8) + history(8, seed=1, state=TrialState.RUNNING) + history(8, seed=2, state=TrialState.FAIL),
    ],
    ids=["none", "one", "two", "equal", "all wrong", "perfect", "failed", "running", "mixed"],
)
def test_odd_histories_get_a_new_network_under_the_cap(trials):
    network = proposed(trials)
    assert CAPS.allow(network.cost())
    assert network.key not in {trial.user_attrs[attr.KEY] for trial in trials}


def test_the_same_seed_proposes_alike_and_another_otherwise():
    trials = history(20)
    assert proposed(trials) == proposed(trials)
    assert len({proposed(trials, seed).key for seed in range(5)}) > 1


@pytest.mark.parametrize("rungs", [(1,), (1, 3, 9)])
@pytest.mark.parametrize("seed", range(4))
def test_candidates_that_are_dominated_in_cost_and_prediction_have_no_rank(rungs, seed):
    trials = history(30)
    pool, posterior, acquisition = pool_of(trials, rungs, seed)
    for among in (range(len(pool)), range(0, len(pool), 40)):
        chosen_from, features = [pool[index] for index in among], posterior.of_pool()[list(among)]
        ranked = rank_candidates(acquisition, chosen_from, features, top=rungs[-1])
        means = posterior.predict(features, [rungs[-1]])[0][:, 0]
        costs = np.array([candidate.cost for candidate in chosen_from])
        places = [chosen_from.index(candidate) for candidate, _ in ranked]
        assert sorted(places) == sorted(front(means, costs).tolist())
        values = [value for _, value in ranked]
        assert values == sorted(values, reverse=True) and values[-1] >= 0
        expected = acquisition.of(features[places], costs[places], resume_from=0)
        np.testing.assert_allclose(values, expected, rtol=1e-6, atol=1e-15)


def test_all_candidates_of_one_cost_have_a_rank():
    trials = history(30)
    pool, posterior, acquisition = pool_of(trials, (1,), seed=0)
    of_one_cost = [replace(candidate, cost=1e6) for candidate in pool[:20]]
    ranked = rank_candidates(acquisition, of_one_cost, posterior.of_candidates(of_one_cost), top=1)
    assert {candidate.key for candidate, _ in ranked} == {candidate.key for candidate in of_one_cost}


def test_variation_finds_a_candidate_with_a_larger_acquisition_than_the_pool():
    trials, gained = history(40), 0
    for seed in range(4):
        pool, posterior, acquisition = pool_of(trials, (1, 3, 9), seed)
        of_pool = rank_candidates(acquisition, pool, posterior.of_pool(), top=9)
        keys = {candidate.key for candidate in pool}
        varied = sampler(rungs=(1, 3, 9))._vary(list(of_pool), acquisition, set(keys))
        assert varied[0][1] >= of_pool[0][1]
        assert all(CAPS.allow(SPACE.architecture(StoredHyperParameters(c.params)).cost()) for c, _ in varied)
        gained += varied[0][0].key not in keys
    assert gained >= 3


@pytest.mark.parametrize(("time", "exploring"), [(1, 1), (2, 1), (6, 1), (1, 10), (60, 7)])
def test_a_tenth_of_the_time_goes_to_random_networks(time, exploring):
    one = sampler(rungs=(1, 3, 9))
    explored = trained = 0
    while trained < 4_000 * max(time, exploring):
        if one.explores_before(time, exploring=exploring):
            explored += exploring
        else:
            trained += time
    assert explored / trained == pytest.approx(0.1, rel=0.15)


TOY = Problem(ToySpace(), Ladder((1, 3, 9)), bounds=Bounds(0.5, 2_400, 19_200))


def all_but_three_bad_networks():
    """Trials of a whole space but three of its worst networks; the cheapest of the best waits at the lowest rung."""
    distributions = {f"width{layer}": CategoricalDistribution((8, 16, 32, 64)) for layer in (1, 2, 3)}
    trials = []
    for widths in list(product((64, 32, 16, 8), (8, 16, 32, 64), (8, 16, 32, 64)))[:-3]:
        waits, accuracy = widths == (64, 8, 8), fake_accuracy(ToyNetwork(widths[:1]))
        trial = create_trial(
            state=TrialState.RUNNING if waits else TrialState.PRUNED,
            params=dict(zip(distributions, widths, strict=True)),
            distributions=distributions,
            user_attrs={
                attr.KEY: ToyNetwork(widths).key,
                attr.MACS: ToyNetwork(widths).cost().multiply_adds,
                attr.MILESTONE: 1 if waits else 9,
                attr.RUNGS: {"1": accuracy} if waits or widths[0] > 8 else dict.fromkeys("139", accuracy),
            },
        )
        trial.number = len(trials)
        trials.append(trial)
    return trials, trials[0]


def test_one_of_a_few_random_networks_comes_before_any_training_even_of_the_best_that_waits():
    trials, best = all_but_three_bad_networks()
    for seed in range(3):
        decision = KnownCostDecision(TOY, seed=seed, exploration=0.0).decide(state(trials, [best]))
        assert isinstance(decision, Promotion) and decision.trial is best
        decision = KnownCostDecision(TOY, seed=seed, exploration=1e9).decide(state(trials, [best]))
        assert isinstance(decision, NewTrial) and decision.params["width1"] == 8


def test_what_runs_is_not_asked_for_again():
    trials, keys = history(20), set()
    for number in range(6):
        hp = StoredHyperParameters(sampler(number).decide(state(trials)).params)
        network = SPACE.architecture(hp)
        assert network.key not in keys
        keys.add(network.key)
        trial = create_trial(
            state=TrialState.RUNNING,
            params=hp.values,
            distributions=hp.distributions,
            user_attrs={attr.KEY: network.key, attr.MACS: network.cost().multiply_adds},
        )
        trial.number = len(trials)
        trials.append(trial)


def running(trials, milestone, *, number=5):
    """So many of the best networks as if they were being trained up to a rung, after the others."""
    best = sorted(history(60, seed=9), key=lambda trial: -trial.values[0])[:number]
    for trial in best:
        trial.number, trial.values, trial.state = trial.number + 100, None, TrialState.RUNNING
        trial.user_attrs = {attr.KEY: trial.user_attrs[attr.KEY], attr.MACS: trial.user_attrs[attr.MACS]}
        trial.user_attrs[attr.MILESTONE] = milestone
    return [*trials, *best]


def test_only_what_is_trained_to_the_top_is_of_the_front():
    trials = history(20)
    for trial in trials:
        trial.user_attrs[attr.RUNGS] = {"1": trial.values[0] - 0.1, "3": trial.values[0]}
    means, deviations, costs = np.full(3, np.log(0.5)), np.full(3, 0.2), np.array([5e5, 2e6, 8e6])

    def gain(trials):
        task = problem((1, 3))
        posterior = Posterior(trials, [], problem=task, random=Random(0))
        return PromotionAcquisition(posterior, trials, problem=task).gain(means, deviations, costs)

    np.testing.assert_allclose(gain(running(trials, milestone=1)), gain(trials), rtol=1e-4)
    assert np.all(gain(running(trials, milestone=3)) <= gain(trials))
    assert np.any(gain(running(trials, milestone=3)) < gain(trials))


def test_candidates_are_new_unlike_and_under_the_cap():
    parents = [trial.params for trial in history(5)]
    sources = {"drawn": RandomCandidates(problem(), seed=0).at(0), "parents": parents}
    first = candidates(problem(), known=set(), random=Random(0), **sources)
    known = {candidate.key for candidate in first[::2]}
    again = candidates(problem(), known=known, random=Random(0), **sources)
    for pool in (first, again):
        assert len({candidate.key for candidate in pool}) == len(pool)
        assert all(2 * candidate.cost <= CAPS.flops for candidate in pool)
    assert not known & {candidate.key for candidate in again}


def test_random_networks_stay_for_some_proposals_and_are_the_same_for_whoever_continues():
    draws = RandomCandidates(problem(), seed=0)
    keys = [{candidate.key for candidate in draws.at(proposal)} for proposal in range(8)]
    assert len(keys[7] & keys[6]) > 0.7 * len(keys[7]) and keys[7] - keys[6]
    assert not keys[7] & keys[2]
    assert {candidate.key for candidate in RandomCandidates(problem(), seed=0).at(7)} == keys[7]
    of_another_seed = {candidate.key for candidate in RandomCandidates(problem(), seed=1).at(7)}
    assert len(of_another_seed & keys[7]) < 0.1 * len(keys[7])  # A few very small networks are drawn by any seed.


def thousand_networks():
    random = Random(0)
    for _ in range(1_000):
        SPACE.architecture(RandomHyperParameters(random)).cost()


def seconds_of(action):
    started = time.process_time()
    action()
    return time.process_time() - started


@pytest.mark.parametrize(("n", "limit"), [(100, 5), (2_000, 8)])
def test_a_proposal_takes_little_more_than_making_the_networks_it_looks_at(n, limit):
    trials, draws = history(n), RandomCandidates(problem(), seed=0)
    made, proposed_in = [], []
    for proposal in range(6):
        # Once through without the clock: the parts of a network are remembered from then on.
        made.append(seconds_of(thousand_networks))
        decide = sampler(proposal, draws=partial(draws.at, proposal)).decide
        proposed_in.append(seconds_of(partial(decide, state(trials))))
    assert min(proposed_in[1:]) < limit * min(made[1:])


def share_found(name, seed):
    study = open_study(
        "toy",
        Problem(
            ToySpace(widths=tuple(range(4, 84, 4))), caps=Caps(), ladder=Ladder((1,)), bounds=Bounds(0.5, 1_200, 24_000)
        ),
        storage=optuna.storages.InMemoryStorage(),
        sampler=name,
        seed=seed,
        settings={},
    )
    while len(study.trained()) < 25:
        proposal = study.ask()
        # Only the first width counts for accuracy: something to learn.
        accuracy = fake_accuracy(type(proposal.architecture)((proposal.architecture.widths[0],)))
        study.record_rung(proposal.number, accuracy=accuracy, seconds=1.0)
    return study.hypervolume()


def test_it_finds_more_than_chance_does():
    ours, chance = ([share_found(name, seed) for seed in range(3)] for name in ("known-cost", "random"))
    assert min(ours) > max(chance)
