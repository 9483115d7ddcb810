"""The known-cost sampler: its promises, odd histories, and that it is better than chance."""

import time
from functools import partial
from random import Random

import numpy as np
import optuna
import pytest
from optuna.trial import FrozenTrial, TrialState, create_trial

from search.optimizer.networks.candidates import Draws, candidates
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.hyperparameters import RandomHyperParameters, StoredHyperParameters
from search.optimizer.networks.objective import FLOPS
from search.optimizer.pareto import Bounds, front
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.known_cost import KnownCostSampler
from search.optimizer.sampler.promotion_acquisition import PromotionAcquisition
from search.optimizer.study.opening import open_study
from search.optimizer.trials import attributes as attr
from spaces.hybrid import HybridSpace
from tests.toy_space import ToySpace, fake_accuracy

SPACE = HybridSpace()
BOUNDS = Bounds(0.9, 2e5, 1.25e7)
CAPS = Caps(flops=25e6)


def history(n, *, seed=0, accuracy=None, state=TrialState.COMPLETE):
    """Trials of random networks under the cap, their accuracies made up."""
    random, trials = Random(seed), []
    while len(trials) < n:
        hp = RandomHyperParameters(random)
        network = SPACE.architecture(hp)
        cost = network.cost()
        if not CAPS.allow(cost):
            continue
        reached = (
            0.3 + 0.04 * np.log(cost.multiply_adds / 1e5) + 0.02 * random.random() if accuracy is None else accuracy
        )
        complete = state == TrialState.COMPLETE
        trial = create_trial(
            state=state,
            values=[reached, 2 * cost.multiply_adds] if complete else None,
            params=hp.values,
            distributions=hp.distributions,
            user_attrs={attr.KEY: network.key, attr.MACS: cost.multiply_adds, attr.MILESTONE: 1}
            | ({attr.RUNGS: {"1": reached}, attr.SECONDS: 1.0} if complete else {}),
        )
        trial.number = len(trials)
        trials.append(trial)
    return trials


def sampler(seed=0, rungs=(1,), draws=None):
    return KnownCostSampler(SPACE, seed=seed, bounds=BOUNDS, caps=CAPS, ladder=Ladder(rungs), draws=draws)


def proposed(trials, seed=0):
    return SPACE.architecture(StoredHyperParameters(sampler(seed).decide(trials, [])))


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
@pytest.mark.parametrize("seed", range(8))
def test_a_proposal_is_never_dominated_in_cost_and_prediction_by_its_pool(monkeypatch, rungs, seed):
    trials, seen = history(30), []
    choose = KnownCostSampler._best_of_pool

    def remember(self, worth, pool, among):
        found = choose(self, worth, pool, among)
        means = worth.posterior.predict(worth.posterior.of_pool()[among], [rungs[-1]])[0][:, 0]
        seen.append(([pool[index] for index in among], means, found[0]))
        return found

    monkeypatch.setattr(KnownCostSampler, "_best_of_pool", remember)
    values = sampler(seed, rungs).decide(trials, [])
    assert values == seen[-1][2].values
    for pool, means, chosen in seen:
        costs = np.array([candidate.cost for candidate in pool])
        place = pool.index(chosen)
        assert not ((costs <= costs[place]) & (means < means[place])).any()
        assert place in front(means, costs)


def test_a_tenth_of_all_epochs_goes_to_random_networks():
    one = sampler(rungs=(1, 3, 9))
    for epochs in (1, 2, 6):
        explored = trained = 0
        while trained < 4_000 * epochs:
            if one._explores_before(epochs):
                explored += 1
            else:
                trained += epochs
        assert explored / trained == pytest.approx(0.1, rel=0.15)


def test_one_of_a_few_random_networks_comes_before_any_training_even_of_a_waiting_one(monkeypatch):
    trials, numbers = history(30), []
    choose = KnownCostSampler._best_of_pool

    def remember(self, worth, pool, among):
        numbers.append(len(among))
        assert len(among) > 3 or not any(pool[index].varied for index in among)
        return choose(self, worth, pool, among)

    monkeypatch.setattr(KnownCostSampler, "_best_of_pool", remember)
    monkeypatch.setattr(PromotionAcquisition, "of_waiting", lambda self, waiting: np.full(len(waiting), 1e9))
    monkeypatch.setattr("search.optimizer.sampler.known_cost.EXPLORING", 0.0)
    assert all(isinstance(sampler(seed, (1, 3, 9)).decide(trials, trials), FrozenTrial) for seed in range(3))
    assert 3 not in numbers
    monkeypatch.setattr("search.optimizer.sampler.known_cost.EXPLORING", 1e9)
    assert not any(isinstance(sampler(seed, (1, 3, 9)).decide(trials, trials), FrozenTrial) for seed in range(3))
    assert numbers[-1] == numbers.count(3) == 3


def test_what_runs_is_not_asked_for_again():
    trials, keys = history(20), set()
    for number in range(6):
        values = sampler(number).decide(trials, [])
        hp = StoredHyperParameters(values)
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


def running(trials, until, *, number=5):
    """So many of the best networks as if they were being trained up to a rung, after the others."""
    best = sorted(history(60, seed=9), key=lambda trial: -trial.values[0])[:number]
    for trial in best:
        trial.number, trial.values, trial.state = trial.number + 100, None, TrialState.RUNNING
        trial.user_attrs = {attr.KEY: trial.user_attrs[attr.KEY], attr.MACS: trial.user_attrs[attr.MACS]}
        trial.user_attrs[attr.MILESTONE] = until
    return [*trials, *best]


def test_only_what_is_trained_to_the_top_is_of_the_front():
    trials = history(20)
    for trial in trials:
        trial.user_attrs[attr.RUNGS] = {"1": trial.values[0] - 0.1, "3": trial.values[0]}
    means, deviations, costs = np.full(3, np.log(0.5)), np.full(3, 0.2), np.array([5e5, 2e6, 8e6])

    def gain(trials):
        chooser = sampler(rungs=(1, 3))
        posterior = chooser._learn(trials, [])
        return chooser._worth(posterior, trials).gain(means, deviations, costs)

    np.testing.assert_allclose(gain(running(trials, until=1)), gain(trials), rtol=1e-6)
    assert np.all(gain(running(trials, until=3)) <= gain(trials))
    assert np.any(gain(running(trials, until=3)) < gain(trials))


def test_candidates_are_new_unlike_and_under_the_cap():
    parents = [trial.params for trial in history(5)]
    draws = Draws(SPACE, caps=CAPS, objective=FLOPS, seed=0).at(0)
    task = {"draws": draws, "parents": parents, "caps": CAPS, "objective": FLOPS}
    first = candidates(SPACE, known=set(), random=Random(0), **task)
    known = {candidate.key for candidate in first[::2]}
    again = candidates(SPACE, known=known, random=Random(0), **task)
    for pool in (first, again):
        assert len({candidate.key for candidate in pool}) == len(pool)
        assert all(2 * candidate.cost <= CAPS.flops for candidate in pool)
    assert not known & {candidate.key for candidate in again}


def test_random_networks_stay_for_some_proposals_and_are_the_same_for_whoever_continues():
    draws = Draws(SPACE, caps=CAPS, objective=FLOPS, seed=0)
    keys = [{candidate.key for candidate in draws.at(proposal)} for proposal in range(8)]
    assert len(keys[7] & keys[6]) > 0.7 * len(keys[7]) and keys[7] - keys[6]
    assert not keys[7] & keys[2]
    assert {candidate.key for candidate in Draws(SPACE, caps=CAPS, objective=FLOPS, seed=0).at(7)} == keys[7]
    assert not {candidate.key for candidate in Draws(SPACE, caps=CAPS, objective=FLOPS, seed=1).at(7)} & keys[7]


@pytest.mark.parametrize(("n", "limit"), [(100, 0.3), (2_000, 1.0)])
def test_a_proposal_takes_little_of_a_trial(n, limit):
    trials, taken = history(n), []
    draws = Draws(SPACE, caps=CAPS, objective=FLOPS, seed=0)
    draws.at(0)
    for proposal in (1, 2, 3):
        started = time.process_time()
        sampler(proposal, draws=partial(draws.at, proposal)).decide(trials, [])
        taken.append(time.process_time() - started)
    assert min(taken) < limit  # seconds of processor time, over all cores


def share_found(name, seed):
    study = open_study(
        "toy",
        ToySpace(widths=tuple(range(4, 84, 4))),
        storage=optuna.storages.InMemoryStorage(),
        sampler=name,
        seed=seed,
        caps=Caps(),
        ladder=Ladder((1,)),
        settings={},
        bounds=Bounds(0.5, 1_200, 24_000),
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
