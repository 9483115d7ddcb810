"""The search space of a study whose objective suggests its params as it runs, learnt from the trials so far.

Which params a trial has may depend on the values of others. For each param that some trials have and others have not, a
decision tree over the values of the others says when it is active.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState

from search.optimizer.networks.hyperparameters import HyperParameters

Params = Mapping[str, Any]

MOST_LEARNT_FROM = 300
"""The most trials that conditions are learnt from: the newest."""

FEW_OPTIONS = 32
"""A whole number with more options is a range. A range explains many differences by chance, so it must explain more."""

MOST_LEFT = 0.9
"""Share of the impurity that a split may leave: one that explains less explains nothing."""

_INACTIVE = "inactive"
"""Stands for the value of a param that a trial does not have."""


@dataclass(frozen=True)
class Condition:
    """Whether a param is active, by the value of another one.

    Attributes:
        name: Of the other param.
        is_number: Whether that is a number.
        outcomes: By option; of a number, by what the value must be above. `_INACTIVE` is where it is inactive itself.
    """

    name: str
    is_number: bool
    outcomes: dict[Any, "Condition | bool"]

    def holds(self, values: Params) -> bool:
        """Whether the param is active beside these values. An option that no trial has had says no."""
        outcome: Condition | bool = self.outcomes.get(self._key(values), False)
        return outcome if isinstance(outcome, bool) else outcome.holds(values)

    def _key(self, values: Params) -> Any:
        if self.name not in values:
            return _INACTIVE
        if not self.is_number:
            return values[self.name]
        return max(start for start in self.outcomes if start != _INACTIVE and start < values[self.name])


@dataclass(frozen=True)
class SearchSpace:
    """A learnt search space.

    Attributes:
        distributions: Of every param, active or not; a param stands behind those that its condition asks for.
        conditions: Of the params that are not always active.
    """

    distributions: dict[str, BaseDistribution]
    conditions: dict[str, Condition]

    def __eq__(self, other: object) -> bool:
        """In the same order, too: random values are drawn in it."""
        if not isinstance(other, SearchSpace):
            return NotImplemented
        ours, theirs = list(self.distributions.items()), list(other.distributions.items())
        return ours == theirs and self.conditions == other.conditions

    def suggest(self, hp: HyperParameters, fixed: Params) -> None:
        """Ask for every param that is active, in order.

        Args:
            hp: Is asked.
            fixed: Values by name that count in place of those of `hp`.
        """
        for name, distribution in self.distributions.items():
            if name not in self.conditions or self.conditions[name].holds(hp.values):
                hp.suggest(name, distribution)
                if name in fixed:
                    hp.values[name] = fixed[name]


def learn(trials: Sequence[FrozenTrial]) -> SearchSpace | None:
    """The space of the trials; None while no trial has ended that had a param.

    A param has the newest of its distributions. Where nothing explains why one trial has a param and another has not,
    the newest trial counts: the objective has changed.

    Args:
        trials: Of a study, by number. What failed may not have come to its last param: it shows what there is, and
            not what there is not.
    """
    chosen = [trial for trial in trials if trial.state.is_finished() and trial.params][-MOST_LEARNT_FROM:]
    if not chosen:
        return None
    complete = frozenset(number for number, trial in enumerate(chosen) if trial.state != TrialState.FAIL)
    newest = {name: kind for trial in chosen for name, kind in trial.distributions.items()}
    rows = [trial.params for trial in chosen]
    having = {name: frozenset(number for number, row in enumerate(rows) if name in row) for name in newest}
    conditions: dict[frozenset[int], Condition | bool] = {}
    active: dict[str, Condition | bool] = {}
    for name in sorted(newest, key=lambda name: (-len(having[name]), name)):
        numbers = having[name]
        if numbers not in conditions:  # Params that come and go together have the same.
            parents = {other: newest[other] for other in active if numbers < having[other]}
            conditions[numbers] = _condition(sorted(complete | numbers), rows, numbers, parents)
        active[name] = conditions[numbers]
    return SearchSpace(
        {name: newest[name] for name, condition in active.items() if condition is not False},
        {name: condition for name, condition in active.items() if isinstance(condition, Condition)},
    )


def _condition(
    among: Sequence[int], rows: Sequence[Params], having: frozenset[int], parents: Mapping[str, BaseDistribution]
) -> Condition | bool:
    """When a param is active.

    Args:
        among: Numbers of the rows that are to be explained, by age.
        rows: Params of trials.
        having: Numbers of the rows that have the param.
        parents: Params that may explain it: whichever row has the param, has them.
    """
    least = MOST_LEFT * _impurity(among, having)
    best: tuple[str, dict[Any, list[int]]] | None = None
    if least > 0:
        for name in sorted(parents, key=lambda name: (_n_options(parents[name]), name)):
            groups = _groups(name, parents[name], among, rows, having)
            impurity = sum(_impurity(group, having) for group in groups.values()) + _penalty(groups, parents[name])
            if len(groups) > 1 and impurity < least:
                least, best = impurity, (name, groups)
    if best is None:
        return among[-1] in having
    name, groups = best
    outcomes = {key: _condition(sorted(group), rows, having, parents) for key, group in groups.items()}
    return Condition(name, not isinstance(parents[name], CategoricalDistribution), outcomes)


def _impurity(among: Sequence[int], having: frozenset[int]) -> float:
    """Gini's, times the number of rows."""
    active = sum(number in having for number in among)
    return 2 * active * (len(among) - active) / len(among)


def _groups(
    name: str, distribution: BaseDistribution, among: Sequence[int], rows: Sequence[Params], having: frozenset[int]
) -> dict[Any, list[int]]:
    """The rows by the value of a param: by option, or by interval of a number."""
    by_value: dict[Any, list[int]] = defaultdict(list)
    for number in among:
        by_value[rows[number].get(name, _INACTIVE)].append(number)
    if isinstance(distribution, CategoricalDistribution):
        return by_value
    inactive = by_value.pop(_INACTIVE, None)
    intervals = _intervals(sorted(by_value.items()), having)
    return intervals if inactive is None else {_INACTIVE: inactive, **intervals}


def _intervals(by_value: Sequence[tuple[float, list[int]]], having: frozenset[int]) -> dict[Any, list[int]]:
    """Neighbouring values at which a param is active, or not, with the number that they are all above.

    Between two intervals it counts as active: one param too many does less harm than one too few.
    """
    intervals: dict[Any, list[int]] = {}
    previous, was_active, latest = -np.inf, False, -np.inf
    for value, numbers in by_value:
        is_active = any(number in having for number in numbers)
        if intervals and is_active == was_active:
            intervals[latest].extend(numbers)
        else:
            latest = previous if is_active or not intervals else float(np.nextafter(value, -np.inf))
            intervals[latest] = list(numbers)
        previous, was_active = value, is_active
    return intervals


def _penalty(groups: Mapping[Any, object], distribution: BaseDistribution) -> float:
    """What a number must explain beyond what it may explain by chance: mostly, a param is active above or below one."""
    if isinstance(distribution, CategoricalDistribution):
        return 0.0
    intervals = len(groups) - (_INACTIVE in groups)
    return 2.0 * max(0, intervals - 2) + (_n_options(distribution) > FEW_OPTIONS)


def _n_options(distribution: BaseDistribution) -> float:
    if isinstance(distribution, CategoricalDistribution):
        return len(distribution.choices)
    assert isinstance(distribution, (IntDistribution, FloatDistribution))
    return np.inf if distribution.step is None else (distribution.high - distribution.low) / distribution.step + 1


def is_within(value: Any, distribution: BaseDistribution) -> bool:
    """Whether a number is in the range of its distribution; options never change."""
    if not isinstance(distribution, (IntDistribution, FloatDistribution)):
        return True
    return bool(distribution.low <= value <= distribution.high)
