"""What an earlier study has learnt, as a new one of another data set, other caps or a changed space can use it.

Its networks are described anew in the new space, so that they have the new one's answers and costs. Their losses are
never results of the new study: a process fitted to them predicts each network, and that prediction is a trend of the
new study's own process, whose slope is learnt from the new results alone. Where the two studies agree, the earlier one
says what to try; where they don't, its trend is left out of account after a few trainings.

References:
    Golovin et al. (2017), KDD: Google Vizier, transfer by a stack of processes, each on what the last leaves over.
    Feurer, Letham, Bakshy (2018), AutoML workshop: earlier processes weighted by how well they rank new results.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState

from search.errors import SearchError
from search.optimizer.gp.encoding import encode, is_ordered
from search.optimizer.gp.parameters import LEAST_SCALE, GPParameters, Observations, warp_outliers
from search.optimizer.gp.surrogate import Surrogate, fit
from search.optimizer.gp.threads import one_thread
from search.optimizer.networks.describe import CannotDescribe, describe
from search.optimizer.networks.hyperparameters import HyperParameters, StoredHyperParameters, Value
from search.optimizer.networks.objective import Objective
from search.optimizer.pareto import Bounds, front
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials.records import costs_of, log_losses

MOST = 150
"""Networks of the earlier study that are learnt from at the most."""

ANSWERED = 0.5
"""Share of a network's questions in the new space that the earlier one must have answered."""


@dataclass(frozen=True)
class Result:
    """A network of the earlier study.

    Attributes:
        answers: In the new space.
        losses: Log loss by number of epochs.
        on_front: Whether it is on the earlier study's front.
    """

    answers: Mapping[str, Any]
    losses: Mapping[str, float]
    on_front: bool


@dataclass(frozen=True)
class WarmStart:
    """What is taken over of an earlier study; plain data that is stored with the new one.

    Attributes:
        study: Its name.
        results: One or more.
    """

    study: str
    results: tuple[Result, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "WarmStart":
        """What `to_dict` gave."""
        return cls(data["study"], tuple(Result(**result) for result in data["results"]))

    def front(self) -> list[Mapping[str, Any]]:
        """Answers of the networks on its front."""
        return [result.answers for result in self.results if result.on_front]


class CarriedHyperParameters(HyperParameters):
    """Answers of an earlier study's network, in a space that may have changed since.

    A number that is no longer to be had becomes the nearest; a word, and a question that was never asked, the first.

    Args:
        values: The network's answers.
    """

    def __init__(self, values: Mapping[str, Value]) -> None:
        super().__init__()
        self._stored = values

    @property
    def answered(self) -> float:
        """Share of the questions that the stored values answer, 0 to 1."""
        return sum(name in self._stored for name in self.values) / max(len(self.values), 1)

    def _value(self, name: str, distribution: BaseDistribution) -> Value:
        stored = self._stored.get(name)
        if not isinstance(distribution, CategoricalDistribution):
            return _nearest(distribution, distribution.low if stored is None else stored)
        if stored in distribution.choices or not (is_ordered(distribution) and isinstance(stored, (int, float))):
            return stored if stored in distribution.choices else distribution.choices[0]
        return min(distribution.choices, key=lambda option: abs(option - stored))


def _nearest(distribution: IntDistribution | FloatDistribution, value: float) -> float:
    low, high, step = distribution.low, distribution.high, distribution.step
    value = min(max(value, low), high)
    return value if step is None else low + round((value - low) / step) * step


def transferred(study: StoredStudy, space) -> WarmStart:
    """What a new study of a space takes over.

    Args:
        study: The earlier one.
        space: Of the new one.
    Raises:
        SearchError: If there is nothing.
    """
    trials = [trial for trial in study.trials() if log_losses(trial) and trial.state != TrialState.FAIL]
    members = {trial.number for trial in study.front()}
    results = [
        Result(answers, {str(rung): loss for rung, loss in log_losses(trial).items()}, trial.number in members)
        for trial in _some(trials, members)
        if (answers := _carried(space, trial)) is not None
    ]
    if not results:
        raise SearchError(
            f"study {study.name!r} has no result of a network that the new study's space can describe, so there is "
            "nothing to start from. Name another with --start-from, or leave it out."
        )
    return WarmStart(study.name, tuple(results))


def _some(trials: list[FrozenTrial], members: set[int]) -> list[FrozenTrial]:
    """All while they are few; else the front of each rung and, evenly over cost, of the rest."""
    if len(trials) <= MOST:
        return trials
    kept = {trial.number for trial in _fronts(trials)} | members
    others = sorted((t for t in trials if t.number not in kept), key=lambda trial: float(costs_of([trial])[0]))
    places = np.linspace(0, len(others) - 1, max(MOST - len(kept), 0)).astype(int)
    kept |= {others[place].number for place in places}
    return [trial for trial in trials if trial.number in kept]


def _fronts(trials: list[FrozenTrial]) -> list[FrozenTrial]:
    found: list[FrozenTrial] = []
    for rung in {rung for trial in trials for rung in log_losses(trial)}:
        here = [trial for trial in trials if rung in log_losses(trial)]
        found += [here[i] for i in front(np.array([log_losses(trial)[rung] for trial in here]), costs_of(here))]
    return found


def _carried(space, trial: FrozenTrial) -> Mapping[str, Any] | None:
    """A network's answers in a space; None where they describe none, or have too little to do with it."""
    hp = CarriedHyperParameters(trial.params)
    try:
        describe(space, hp)
    except CannotDescribe:
        return None
    return hp.values if hp.answered > ANSWERED else None


class SourceTaskMean:
    """The earlier study's prediction of networks: a process fitted to its results once, when it is first asked.

    Args:
        earlier: What was taken over.
        space, objective, bounds: Of the new study.
    """

    def __init__(self, earlier: WarmStart, *, space, objective: Objective, bounds: Bounds) -> None:
        self._earlier, self._space = earlier, space
        self._objective, self._bounds = objective, bounds

    def of(self, configurations: Sequence[Mapping[str, Any]], costs: Sequence[float]) -> np.ndarray:
        """Predicted log losses at the earlier study's top rung, scaled to about 0 and 1: array of shape (n,).

        Args:
            configurations: Answers by name, in the new space.
            costs: As many, in the unit of the new study's objective.
        """
        surrogate, distributions, center, deviation = self._posterior
        features = encode(configurations, distributions, costs=self._bounds.places(costs)).features
        with one_thread():
            return (surrogate.predict(features, surrogate.top)[0] - center) / deviation

    @cached_property
    def _posterior(self) -> tuple[Surrogate, Mapping[str, BaseDistribution], float, float]:
        """The process, the choices that it knows, and mean and deviation of what it says of its own networks."""
        results = self._earlier.results
        answers = [StoredHyperParameters(result.answers) for result in results]
        costs = [self._objective.price(describe(self._space, hp)[1]) for hp in answers]
        distributions = {name: kind for hp in answers for name, kind in hp.distributions.items()}
        encoded = encode([hp.values for hp in answers], distributions, costs=self._bounds.places(costs))
        rungs = sorted({int(rung) for result in results for rung in result.losses})
        found = [
            (row, rungs.index(int(rung)), loss)
            for row, result in enumerate(results)
            for rung, loss in result.losses.items()
        ]
        rows, at, losses = (np.array(column) for column in zip(*found, strict=True))
        observations = warp_outliers(Observations(encoded.features[rows], at, losses), np.array(costs)[rows])
        layout = GPParameters(encoded.groups, np.array(rungs, dtype=float), encoded.cost)
        with one_thread():
            surrogate = Surrogate(observations, layout, fit(observations, layout))
            own = surrogate.predict(encoded.features, surrogate.top)[0]
        return surrogate, distributions, float(own.mean()), max(float(own.std()), LEAST_SCALE)
