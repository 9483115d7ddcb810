"""The front's accuracy at equal epochs, against brute force."""

import dataclasses
import random

import pytest

from mlflow_runs.records import Epoch
from mlflow_runs.runs.front_baseline import front_accuracies


def by_brute_force(trial, trials, brute_front):
    """Front of those that had ended by then, the trial itself left out; of it those that cost no more."""
    ended = [t for t in trials if t.state == "COMPLETE" and t.ended_ms <= trial.ended_ms and t is not trial]
    front = brute_front({t.number: (t.flops, t.accuracy) for t in ended})
    cheap = [t for t in ended if t.number in front and t.flops <= trial.flops]
    seen = {e.number: [r.accuracy for t in cheap for r in t.epochs if r.number == e.number] for e in trial.epochs}
    return {epoch: max(accuracies) for epoch, accuracies in seen.items() if accuracies}


@pytest.mark.parametrize("seed", range(10))
def test_against_brute_force(trial, brute_front, seed):
    rng = random.Random(seed)
    trials = [trial(n, rng=rng, state=rng.choice(["COMPLETE", "COMPLETE", "PRUNED", "FAIL"])) for n in range(30)]
    ends = rng.sample([t.ended_ms for t in trials], len(trials))  # trials end in another order than that of numbers
    trials = [
        dataclasses.replace(t, ended_ms=end, epochs=t.epochs[: rng.randint(0, 5)])
        for t, end in zip(trials, ends, strict=True)
    ]
    baselines = [front_accuracies(t, trials) for t in trials]
    assert baselines == [by_brute_force(t, trials, brute_front) for t in trials]
    assert any(baselines)


def test_later_trials_change_nothing(trial):
    trials = [trial(n) for n in range(20)]
    assert front_accuracies(trials[9], trials) == front_accuracies(trials[9], trials[:10])


def test_where_nothing_can_be_compared(trial):
    running = trial(1, state="RUNNING", epochs=[Epoch(1, 0.5, 1.0, 0.1)])
    assert front_accuracies(running, [trial(0), running]) == {}
    unknown = trial(1, flops=None)
    assert front_accuracies(unknown, [trial(0), unknown]) == {}
    cheapest = trial(1, flops=1)
    assert front_accuracies(cheapest, [trial(0), cheapest]) == {}


def test_the_cost_counts_whatever_the_flops_are(trial):
    member = trial(0, flops=10**9, cost=1.0)
    dearer, cheaper = (trial(1, flops=10, cost=cost) for cost in (2.0, 0.5))
    assert front_accuracies(dearer, [member, dearer]) == {e.number: e.accuracy for e in member.epochs}
    assert front_accuracies(cheaper, [member, cheaper]) == {}
