"""A trial takes the mirror as many requests, however many came before it. With -s the test prints the times."""

import random
import statistics
import time

import pytest

from mlflow_runs.mirror import Mirror
from mlflow_runs.stored import store

TRIALS = 500
WINDOW = 60  # trials at the study's beginning and at its end that are written one by one, as in a search


class Counting:
    """A real client that counts the calls."""

    def __init__(self, client):
        self._client, self.calls = client, 0

    def __getattr__(self, name):
        self.calls += 1
        return getattr(self._client, name)


@pytest.mark.long
def test_cost_of_a_trial_does_not_grow(uri, study, trial, monkeypatch):
    counting = Counting(store.client(uri))
    monkeypatch.setattr(store, "client", lambda uri: counting)
    mirror = Mirror(tracking_uri=uri, experiment="search", seconds_between_figures=1e9)
    rng = random.Random(0)
    states = ["COMPLETE", "PRUNED", "PRUNED"]  # as a real search ends most of them early
    trials = [trial(n, rng=rng, state=states[n % 3], layers=layers(n), params=choices(rng)) for n in range(TRIALS)]
    mirror.update(study(trials[:5]))
    early = [measured(mirror, study(trials[:end]), counting) for end in range(6, 6 + WINDOW)]
    mirror.update(study(trials[: TRIALS - WINDOW]))
    late = [measured(mirror, study(trials[:end]), counting) for end in range(TRIALS - WINDOW + 1, TRIALS + 1)]
    print(
        f"{1000 * median(early, 0):.1f} ms of processor a trial at first, {1000 * median(late, 0):.1f} after {TRIALS}"
    )
    assert max(calls for _, calls in late) <= 20  # a trial that joins the front may make a dozen others leave it
    assert median(late, 1) <= median(early, 1)


def layers(number):
    """As many as a network of the hybrid space has."""
    columns = {"kind": "Conv2D", "output_shape": "32x32x8", "multiply_adds": 1000 * number, "parameters": number}
    return [{"name": f"block{place}_conv", **columns} for place in range(30)]


def choices(rng):
    """As many as the hybrid space makes."""
    return {f"stage{place // 7}_layer{place % 7}_filters": rng.choice([8, 16, 32]) for place in range(20)}


def measured(mirror, made, counting):
    calls, began = counting.calls, time.process_time()
    mirror.update(made)
    return time.process_time() - began, counting.calls - calls


def median(rows, column):
    return statistics.median(row[column] for row in rows)
