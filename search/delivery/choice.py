"""Chooses networks of a study by what a person needs, and times the networks of its front."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optuna.trial import FrozenTrial

from search.devices.formats import check_installed
from search.devices.latency import PICKED_BY, measure_networks
from search.optimizer import attributes as attr
from search.optimizer.picks import Budget, choose, complete, front_of, numbered
from spaces.architecture import Architecture, from_dict


@dataclass(frozen=True)
class Chosen:
    """A network of the study.

    Attributes:
        trial: Number of its trial.
        architecture: The network.
        search_accuracy: Validation accuracy in the search, 0 to 1; None if it did not reach the top rung.
    """

    trial: int
    architecture: Architecture
    search_accuracy: float | None

    @property
    def name(self) -> str:
        """What a person calls it."""
        return f"trial {self.trial}"


@dataclass(frozen=True)
class FrontMember:
    """A network of the study's front, as the search left it.

    Attributes:
        trial: Number of its trial.
        network: In words.
        accuracy: Validation accuracy in the search, 0 to 1.
        flops, parameters: Its cost.
        latency_ms: Milliseconds for one image on one thread in LiteRT; None if that is not installed.
    """

    trial: int
    network: str
    accuracy: float
    flops: int
    parameters: int
    latency_ms: float | None


class Choice:
    """What may be chosen from.

    Args:
        trials: All of a study's, by number.
        say: Tells a person what takes time.
    """

    def __init__(self, trials: Sequence[FrozenTrial], *, say) -> None:
        self._trials, self._say = trials, say
        self._latencies: dict[int, float] = {}  # milliseconds by trial

    def by_number(self, number: int) -> list[Chosen]:
        """The network of one trial.

        Raises:
            UsageError: If it has none.
        """
        return [_chosen(numbered(self._trials, number))]

    def by_need(self, pick: str, budget: Budget) -> list[Chosen]:
        """Networks within a budget, see `picks.choose`.

        Raises:
            UsageError: If there is none, or latency is asked for and can't be measured.
        """
        found = choose(self._trials, pick=pick, budget=budget, latencies=self._time)
        return [_chosen(trial) for trial in found]

    def front(self, *, timed: bool) -> list[FrontMember]:
        """The study's front, cheapest first."""
        trials = front_of(complete(self._trials))
        latencies = self._time(trials) if timed else {}
        return [
            FrontMember(
                trial.number,
                trial.user_attrs[attr.WORDS],
                trial.values[0],
                2 * trial.user_attrs[attr.MACS],
                trial.user_attrs[attr.PARAMETERS],
                latencies.get(trial.number),
            )
            for trial in trials
        ]

    def _time(self, trials: Sequence[FrozenTrial]) -> Mapping[int, float]:
        check_installed([PICKED_BY])
        missing = [trial for trial in trials if trial.number not in self._latencies]
        if missing:
            self._say(f"Timing networks of the front: {len(missing)}.")
            found = measure_networks([_chosen(trial).architecture for trial in missing])
            for trial, latency in zip(missing, found, strict=True):
                self._latencies[trial.number] = latency.median_ms
        return self._latencies


def rank_correlation(front: Sequence[FrontMember]) -> float | None:
    """Spearman's, of FLOPs and latency; None where it is not defined or nothing was timed."""
    from scipy.stats import spearmanr

    timed = [member for member in front if member.latency_ms is not None]
    if len(timed) < 3:
        return None
    found = float(spearmanr([m.flops for m in timed], [m.latency_ms for m in timed]).statistic)
    return None if math.isnan(found) else found


def _chosen(trial: FrozenTrial) -> Chosen:
    architecture = from_dict(trial.user_attrs[attr.ARCHITECTURE])
    return Chosen(trial.number, architecture, trial.values[0] if trial.values else None)
