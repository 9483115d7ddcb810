"""Selects networks of a study for an export, and measures the latency of the networks on its front."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from optuna.trial import FrozenTrial

from search.devices.formats import check_installed
from search.devices.latency import LATENCY_FORMAT, measure_networks
from search.exporting.ranks import rank_correlation
from search.optimizer.pareto import Bounds
from search.optimizer.study.selection import Budget, choose, complete, front_of, numbered
from search.quantities import counted
from search.results import TrainedNetwork, trained_network


class NetworkSelection:
    """The networks of a study that may be selected. Each latency is measured once.

    Args:
        trials: All of the study's, by number.
        bounds: Of the study.
        say: Prints a message.
    """

    def __init__(self, trials: Sequence[FrozenTrial], *, bounds: Bounds, say: Callable[[str], None]) -> None:
        self._trials, self._bounds, self._say = trials, bounds, say
        self._latencies: dict[int, float] = {}  # milliseconds by trial

    def of_trial(self, number: int) -> TrainedNetwork:
        """The network of one trial.

        Raises:
            UsageError: If the trial has none.
        """
        return trained_network(numbered(self._trials, number))

    def within(self, budget: Budget, *, pick: str, candidates: int = 1) -> list[TrainedNetwork]:
        """Networks within a budget; see `selection.choose`.

        Raises:
            UsageError: If there is none, or if latency is needed and can't be measured.
        """
        chosen = choose(
            self._trials,
            pick=pick,
            budget=budget,
            bounds=self._bounds,
            latencies=self._measure,
            say=self._say,
            candidates=candidates,
        )
        return [trained_network(trial) for trial in chosen]

    def front(self, *, timed: bool) -> list[TrainedNetwork]:
        """The study's front, cheapest first, with latencies if `timed`."""
        trials = front_of(complete(self._trials))
        latencies = self._measure(trials) if timed else {}
        finite = {number: milliseconds for number, milliseconds in latencies.items() if math.isfinite(milliseconds)}
        return [replace(trained_network(trial), latency_ms=finite.get(trial.number)) for trial in trials]

    def _measure(self, trials: Sequence[FrozenTrial]) -> Mapping[int, float]:
        check_installed([LATENCY_FORMAT])
        missing = [trial for trial in trials if trial.number not in self._latencies]
        if missing:
            self._say(f"Measuring the latency of {counted(len(missing), 'network')} of the front.")
            latencies = measure_networks([trained_network(trial).architecture for trial in missing])
            for trial, latency in zip(missing, latencies, strict=True):
                self._latencies[trial.number] = latency.median_ms
        return self._latencies


def flops_and_latency_correlation(front: Sequence[TrainedNetwork]) -> float | None:
    """Rank correlation of FLOPs and latency, of the networks that are timed."""
    timed = [network for network in front if network.latency_ms is not None]
    return rank_correlation([network.cost.flops for network in timed], [network.latency_ms for network in timed])
