"""Chooses networks of a study by what a person needs, and times the networks of its front."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from optuna.trial import FrozenTrial

from search.devices.formats import check_installed
from search.devices.latency import LATENCY_FORMAT, measure_networks
from search.optimizer.study.selection import Budget, choose, complete, front_of, numbered
from search.results.network import TrainedNetwork, trained_network


class Choice:
    """What may be chosen from.

    Args:
        trials: All of a study's, by number.
        say: Tells a person what takes time.
    """

    def __init__(self, trials: Sequence[FrozenTrial], *, say) -> None:
        self._trials, self._say = trials, say
        self._latencies: dict[int, float] = {}  # milliseconds by trial

    def by_number(self, number: int) -> list[TrainedNetwork]:
        """The network of one trial.

        Raises:
            UsageError: If it has none.
        """
        return [trained_network(numbered(self._trials, number))]

    def by_need(self, pick: str, budget: Budget) -> list[TrainedNetwork]:
        """Networks within a budget, see `picks.choose`.

        Raises:
            UsageError: If there is none, or latency is asked for and can't be measured.
        """
        found = choose(self._trials, pick=pick, budget=budget, latencies=self._time)
        return [trained_network(trial) for trial in found]

    def front(self, *, timed: bool) -> list[TrainedNetwork]:
        """The study's front, cheapest first."""
        trials = front_of(complete(self._trials))
        latencies = self._time(trials) if timed else {}
        return [replace(trained_network(trial), latency_ms=latencies.get(trial.number)) for trial in trials]

    def _time(self, trials: Sequence[FrozenTrial]) -> Mapping[int, float]:
        check_installed([LATENCY_FORMAT])
        missing = [trial for trial in trials if trial.number not in self._latencies]
        if missing:
            self._say(f"Timing networks of the front: {len(missing)}.")
            found = measure_networks([trained_network(trial).architecture for trial in missing])
            for trial, latency in zip(missing, found, strict=True):
                self._latencies[trial.number] = latency.median_ms
        return self._latencies


def rank_correlation(front: Sequence[TrainedNetwork]) -> float | None:
    """Spearman's, of FLOPs and latency; None where it is not defined or nothing was timed."""
    from scipy.stats import spearmanr

    timed = [member for member in front if member.latency_ms is not None]
    if len(timed) < 3:
        return None
    found = float(spearmanr([m.cost.flops for m in timed], [m.latency_ms for m in timed]).statistic)
    return None if math.isnan(found) else found
