"""A trial costs the mirror the same, however many came before it."""

import random
import statistics
import time

from mlflow_runs import store
from mlflow_runs.mirror import Mirror


class Counting:
    """A real client that counts the calls."""

    def __init__(self, client):
        self._client, self.calls = client, 0

    def __getattr__(self, name):
        self.calls += 1
        return getattr(self._client, name)


def test_cost_of_a_trial_does_not_grow(uri, study, trial, monkeypatch):
    counting = Counting(store.client(uri))
    monkeypatch.setattr(store, "client", lambda uri: counting)
    mirror = Mirror(tracking_uri=uri, experiment="search", seconds_between_figures=1e9)
    rng = random.Random(0)
    trials = [trial(n, rng=rng, layers=(), epochs=()) for n in range(170)]
    mirror.update(study(trials[:5]))
    early = [measured(mirror, study(trials[:end]), counting) for end in range(6, 26)]
    mirror.update(study(trials[:150]))
    late = [measured(mirror, study(trials[:end]), counting) for end in range(151, 171)]
    assert median(late, 0) < 2 * median(early, 0) + 0.005  # seconds of this process, whatever others do
    assert max(calls for _, calls in late) <= 20  # a joining trial may make a dozen leave
    assert median(late, 1) <= median(early, 1)


def measured(mirror, made, counting):
    calls, began = counting.calls, time.process_time()
    mirror.update(made)
    return time.process_time() - began, counting.calls - calls


def median(rows, column):
    return statistics.median(row[column] for row in rows)
