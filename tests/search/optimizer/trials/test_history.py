"""What all trials add up to, kept as they come, against a count of all; and which of very many are learnt from."""

from random import Random

import numpy as np
import optuna
import pytest
from optuna.trial import TrialState

from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder, non_dominated_within_noise
from search.optimizer.sampler import training_subset
from search.optimizer.study import study as studies
from search.optimizer.study.opening import open_study
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.history import History
from search.optimizer.trials.records import log_losses
from search.optimizer.trials.status import counts, is_interrupted, is_paused, is_stopped, is_training
from tests.toy_space import ToySpace, fake_accuracy

CAPS = Caps(flops=40_000)


def opened(storage, *, seed=0, caps=CAPS):
    return open_study(
        "toy",
        Problem(ToySpace((4, 8, 16, 32, 64, 128)), caps=caps, ladder=Ladder((1, 3, 9))),
        storage=storage,
        sampler="random",
        seed=seed,
        settings={},
    )


def happen(study, random):
    """Something that happens to a study in a search."""
    running = study.running()
    if not running or random.random() < 0.4:
        if len(study.must_promote()) and random.random() < 0.3:
            study.ask_to_finish()
        else:
            study.ask()
        return
    number = random.choice(running)
    what = random.random()
    if what < 0.1:
        study.fail(number, "it broke")
    elif what < 0.2:
        study.interrupt(number, "cut short")
    elif what < 0.25:
        study.close("ended")
    else:
        study.record_rung(number, accuracy=random.random(), seconds=1.0)


@pytest.mark.long
def test_it_is_what_a_look_at_all_trials_finds_though_two_processes_write():
    storage, random = optuna.storages.InMemoryStorage(), Random(0)
    first, second = opened(storage), opened(storage, seed=1, caps=Caps())
    history, seen = History(caps=CAPS), set()
    for _ in range(220):
        study = random.choice([first, second])
        study.refresh()
        happen(study, random)
        study.refresh()
        trials = study.trials()
        seen |= {trial.state for trial in trials}
        history.read(trials)
        assert history.trained == sum(map(counts, trials)) == len(study.trained())
        assert set(history.keys) == {trial.user_attrs[attr.KEY] for trial in trials if attr.KEY in trial.user_attrs}
        assert history.paused == {trial.number for trial in trials if is_paused(trial)}
        assert history.training == {trial.number for trial in trials if is_training(trial)}
        mine = {*study.running(), *(trial.number for trial in study.waiting() if is_paused(trial))}
        assert history.waiting(mine) == waiting(trials, mine)
        for trial in trials[-3:]:
            assert history.twin(trial.number, trial.user_attrs.get(attr.KEY)) == twin(trials, trial)
        for row, trial in zip(history.losses(), trials, strict=True):
            assert row[~np.isnan(row)].tolist() == [loss for _, loss in sorted(log_losses(trial).items())]
    assert len(seen) == 5 and any(attr.RESUMES in trial.user_attrs for trial in trials)


def waiting(trials, mine):
    resumed = {t.user_attrs[attr.RESUMES] for t in trials if attr.RESUMES in t.user_attrs and not is_interrupted(t)}
    stopped = [t.number for t in trials if is_stopped(t) and t.number not in resumed]
    spent = {t.number: 2 * t.user_attrs.get(attr.MACS, 0) for t in trials}
    paused = [t.number for t in trials if t.number in mine and is_paused(t)]
    return paused + [number for number in stopped if spent[number] <= CAPS.flops]


def twin(trials, one):
    key = one.user_attrs.get(attr.KEY)
    same = (t.number for t in trials if key and t.user_attrs.get(attr.KEY) == key and counts(t))
    return next((number for number in same if number != one.number), None)


def results(seed, n=3_000, rungs=3):
    """Losses, costs and who waits: some have reached one rung, fewer two, fewer still three."""
    random = np.random.default_rng(seed)
    costs = np.exp(random.uniform(0, 5, n))
    losses = -0.2 * np.log(costs)[:, None] + random.normal(0, 0.3, (n, 1)) + random.normal(0, 0.05, (n, rungs))
    last = random.choice([-1, 0, 1, 2], size=n, p=[0.05, 0.65, 0.2, 0.1])
    losses[np.arange(rungs) > last[:, None]] = np.nan
    return losses, costs, np.flatnonzero((last >= 0) & (last < rungs - 1) & (random.random(n) < 0.7))


@pytest.mark.parametrize("seed", range(5))
def test_of_very_many_the_nearest_to_the_fronts_the_last_and_some_of_every_cost_teach(seed):
    losses, costs, waits = results(seed)
    chosen = training_subset.choose(losses, costs, waiting=waits)
    assert len(chosen) == len(set(chosen.tolist())) == training_subset.SUBSET_SIZE
    assert not np.isnan(losses[chosen]).all(axis=1).any()
    for rung in range(3):
        here = np.flatnonzero(~np.isnan(losses[:, rung]))
        near = here[non_dominated_within_noise(losses[here, rung], costs[here], noise=0.02)]
        assert set(near.tolist()) <= set(chosen.tolist())
    measured = np.flatnonzero(~np.isnan(losses).all(axis=1))
    assert set(measured[-50:].tolist()) <= set(chosen.tolist())
    counted, _ = np.histogram(np.log(costs[chosen]), bins=10, range=(0, 5))
    assert counted.min() >= 50


def test_few_results_all_teach():
    losses, costs, waits = results(0, n=300)
    assert len(training_subset.choose(losses, costs, waiting=waits)) == np.count_nonzero(~np.isnan(losses[:, 0]))


def test_of_many_that_wait_the_furthest_from_the_front_are_stopped(monkeypatch):
    monkeypatch.setattr(studies, "KEPT_PAUSED", 10)
    monkeypatch.setattr(studies, "MORE_PAUSED", 5)
    study = opened(optuna.storages.InMemoryStorage())
    for _ in range(60):
        proposal = study.ask()
        accuracy = 0.5 * fake_accuracy(proposal.architecture) + 0.4 * Random(proposal.number).random()
        study.record_rung(proposal.number, accuracy=accuracy, seconds=1.0)
    trials, may_go_on = study.trials(), study.waiting()
    ended = [trial for trial in trials if trial.state == TrialState.PRUNED and log_losses(trial)]
    assert len(ended) > 10 and all(trial in may_go_on for trial in ended)
    assert not {trial.number for trial in ended} & {trial.number for trial in study.must_promote()}
    assert sum(map(is_paused, trials)) <= 10 + 5 + len(study.must_promote()) + 1
