"""Warm start: what an earlier study has learnt, as a study of other data, other caps or a changed space can use it.

The networks of the earlier study, the source task, are described anew in the new space, so that they have the new
study's params and costs. Their losses are never results of the new study. A Gaussian process fitted to them predicts a
mean for each network, and the new study's own process has a straight line over that mean, whose slope is learnt from
the new results alone. Where the two studies agree, the source task says what to try. Where they don't, the slope goes
to nothing after a few trainings.

References:
    Golovin et al. (2017), KDD: Google Vizier, transfer by a stack of processes, each on what the last leaves over.
    Feurer, Letham, Bakshy (2018), AutoML workshop: earlier processes weighted by how well they rank new results.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState

from search.errors import SearchError
from search.optimizer.arrays import FloatArray
from search.optimizer.gp.encoding import encode, is_ordered
from search.optimizer.gp.observations import observe
from search.optimizer.gp.parameters import MIN_SCALE, GPParameters
from search.optimizer.gp.surrogate import Surrogate, fit
from search.optimizer.gp.threads import one_thread
from search.optimizer.networks.describe import CannotDescribe, describe
from search.optimizer.networks.hyperparameters import HyperParameters, StoredHyperParameters, Value
from search.optimizer.networks.problem import Problem
from search.optimizer.sampler.fronts import fronts_by_rung
from search.optimizer.trials.records import cost_of, log_losses
from spaces.network import Space

MAX_TRANSFERRED = 150
"""The most networks of the source task that are transferred."""

MIN_SHARE_KNOWN = 0.5
"""Share of a network's params in the new space that the source task must have."""


@dataclass(frozen=True)
class Result:
    """A network of the source task.

    Attributes:
        params: In the new space.
        losses: Log loss by number of epochs.
        on_front: Whether it is on the source task's front.
    """

    params: Mapping[str, Any]
    losses: Mapping[str, float]
    on_front: bool


@dataclass(frozen=True)
class WarmStart:
    """What is transferred from an earlier study; plain data that is stored with the new one.

    Attributes:
        study: Its name.
        results: One or more.
    """

    study: str
    results: tuple[Result, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it. The key of the params is that of the first stored studies."""
        results = [
            {"answers": dict(result.params), "losses": dict(result.losses), "on_front": result.on_front}
            for result in self.results
        ]
        return {"study": self.study, "results": results}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "WarmStart":
        """What `to_dict` gave."""
        results = tuple(Result(row["answers"], row["losses"], row["on_front"]) for row in data["results"])
        return cls(data["study"], results)

    def front(self) -> list[Mapping[str, Any]]:
        """Params of the networks on its front."""
        return [result.params for result in self.results if result.on_front]


class TransferredHyperParameters(HyperParameters):
    """Params of a network of another study, in a space that may have changed since.

    A number that can no longer be chosen becomes the nearest; a word, and a param that is new, the first option.

    Args:
        values: The network's params.
    """

    def __init__(self, values: Mapping[str, Value]) -> None:
        super().__init__()
        self._stored = values

    @property
    def share_known(self) -> float:
        """Share of the params that the other study had, 0 to 1."""
        return sum(name in self._stored for name in self.values) / max(len(self.values), 1)

    def _value(self, name: str, distribution: BaseDistribution) -> Value:
        stored = self._stored.get(name)
        if isinstance(distribution, (IntDistribution, FloatDistribution)):
            return _nearest(distribution, distribution.low if stored is None else stored)
        assert isinstance(distribution, CategoricalDistribution)
        if stored in distribution.choices:
            return stored
        if is_ordered(distribution) and isinstance(stored, (int, float)):
            return min(distribution.choices, key=lambda option: abs(option - stored))  # type: ignore[operator]
        return distribution.choices[0]


def _nearest(distribution: IntDistribution | FloatDistribution, value: float) -> float:
    low, high, step = distribution.low, distribution.high, distribution.step
    value = min(max(value, low), high)
    return value if step is None else low + round((value - low) / step) * step


def transferred(name: str, trials: Sequence[FrozenTrial], front: Sequence[FrozenTrial], space: Space) -> WarmStart:
    """What is transferred from an earlier study to a new study of a space.

    Args:
        name: Of the earlier study.
        trials: Its trials.
        front: Those of them that are on its front.
        space: Of the new study.
    Raises:
        SearchError: If there is nothing.
    """
    with_loss = [trial for trial in trials if log_losses(trial) and trial.state != TrialState.FAIL]
    members = {trial.number for trial in front}
    results = [
        Result(params, {str(rung): loss for rung, loss in log_losses(trial).items()}, trial.number in members)
        for trial in _subset(with_loss, members)
        if (params := _params_in(space, trial)) is not None
    ]
    if not results:
        raise SearchError(
            f"study {name!r} has no result of a network that the new study's space can describe, so there is "
            "nothing to start from. Name another with --start-from, or leave it out."
        )
    return WarmStart(name, tuple(results))


def _subset(trials: Sequence[FrozenTrial], members: set[int]) -> Sequence[FrozenTrial]:
    """All while they are few; else the front of each rung and, evenly over cost, of the rest."""
    if len(trials) <= MAX_TRANSFERRED:
        return trials
    chosen = {trial.number for front in fronts_by_rung(trials).values() for trial in front} | members
    others = sorted((trial for trial in trials if trial.number not in chosen), key=cost_of)
    positions = np.linspace(0, len(others) - 1, max(MAX_TRANSFERRED - len(chosen), 0)).astype(int)
    chosen |= {others[position].number for position in positions}
    return [trial for trial in trials if trial.number in chosen]


def _params_in(space: Space, trial: FrozenTrial) -> Mapping[str, Any] | None:
    """A network's params in a space; None where they describe none, or have too little to do with it."""
    hp = TransferredHyperParameters(trial.params)
    try:
        describe(space, hp)
    except CannotDescribe:
        return None
    return hp.values if hp.share_known > MIN_SHARE_KNOWN else None


class SourceTaskMean:
    """The source task's prediction of networks: a process that is fitted to its results once, when it is first asked.

    Args:
        warm_start: What was transferred.
        problem: Of the new study.
    """

    def __init__(self, warm_start: WarmStart, problem: Problem) -> None:
        self._warm_start, self._problem = warm_start, problem

    def predict(self, params: Sequence[Mapping[str, Any]], costs: FloatArray) -> FloatArray:
        """Predicted log losses at the source task's top rung, scaled to about 0 and 1: array of shape (n,).

        Args:
            params: Of each network, value by name in the new space.
            costs: Array of shape (n,), in the unit in which the new study's objective counts.
        """
        surrogate, distributions, center, deviation = self._fitted
        features = encode(params, distributions, costs=self._problem.rectangle.positions(costs)).features
        with one_thread():
            predicted: FloatArray = surrogate.predict(features, surrogate.top)[0]
        return (predicted - center) / deviation

    @cached_property
    def _fitted(self) -> tuple[Surrogate, Mapping[str, BaseDistribution], float, float]:
        """The process, the choices that it knows, and mean and deviation of its predictions for its own networks."""
        problem, results = self._problem, self._warm_start.results
        networks = [StoredHyperParameters(result.params) for result in results]
        costs = np.array([problem.objective.cost(describe(problem.space, hp)[1]) for hp in networks])
        distributions = {name: kind for hp in networks for name, kind in hp.distributions.items()}
        encoded = encode([hp.values for hp in networks], distributions, costs=problem.rectangle.positions(costs))
        losses = [{int(epochs): loss for epochs, loss in result.losses.items()} for result in results]
        rungs = sorted({epochs for by_epochs in losses for epochs in by_epochs})
        observations, _ = observe(encoded.features, losses, costs, epochs=rungs)
        gp_parameters = GPParameters(encoded.groups, np.array(rungs, dtype=float), encoded.lines)
        with one_thread():
            surrogate = Surrogate(observations, gp_parameters, fit(observations, gp_parameters))
            means = surrogate.predict(encoded.features, surrogate.top)[0]
        return surrogate, distributions, float(means.mean()), max(float(means.std()), MIN_SCALE)
