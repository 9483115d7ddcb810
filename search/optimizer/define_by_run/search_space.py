"""The search space of a study whose objective suggests its params as it runs, learnt from the trials so far.

Which params a trial has may depend on the values of others. A decision tree says which: the params that all trials have
come first. Where the trials then differ, they are split by the value of the param that explains the difference best.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState

from search.optimizer.networks.hyperparameters import HyperParameters

Params = Mapping[str, Any]

MOST_LEARNT_FROM = 500
"""The most trials that the tree is learnt from: the newest."""

MOST_OPTIONS = 32
"""A whole number with more options is a range: an option that no trial has had is taken to be like its neighbours."""


@dataclass(frozen=True)
class Split:
    """Which params follow, by the value of one.

    Attributes:
        name: Of the param that decides.
        branches: By option of a categorical param. Of a number, by what it must be above, in order.
        is_number: Whether the param is a number.
    """

    name: str
    branches: tuple[tuple[Any, "Branch"], ...]
    is_number: bool

    def branch(self, value: Any) -> "Branch | None":
        """The branch of a value; None of an option that no trial has had."""
        for key, branch in reversed(self.branches):
            if value > key if self.is_number else value == key:
                return branch
        return None


@dataclass(frozen=True)
class Branch:
    """A part of the space.

    Attributes:
        distributions: Params that every trial of this part has, and not of the parts above.
        split: What decides which params follow, if any do.
    """

    distributions: Mapping[str, BaseDistribution]
    split: Split | None = None

    def suggest(self, hp: HyperParameters, fixed: Params) -> None:
        """Ask for every param that is active, in order.

        Args:
            hp: Is asked.
            fixed: Values that are not asked for, by name.
        """
        for name, distribution in self.distributions.items():
            hp.suggest(name, distribution)
            if name in fixed:
                hp.values[name] = fixed[name]
        if self.split is not None:
            following = self.split.branch(hp.values[self.split.name])
            if following is not None:
                following.suggest(hp, fixed)

    def all_distributions(self) -> dict[str, BaseDistribution]:
        """Of every param, active or not, by name."""
        following = self.split.branches if self.split else ()
        below = [branch.all_distributions() for _, branch in following]
        return dict(self.distributions) | {name: kind for part in below for name, kind in part.items()}

    def splits(self) -> Iterator[Split]:
        """Every split, from the top."""
        if self.split is not None:
            yield self.split
            for _, branch in self.split.branches:
                yield from branch.splits()


def learn(trials: Sequence[FrozenTrial]) -> Branch | None:
    """The space of the trials; None while no trial has ended that had a param.

    A param has the newest of its distributions. Where no value explains why two trials have other params, the newest
    trial counts: the objective has changed.

    Args:
        trials: Of a study, by number. What failed may not have come to its last param, so it counts only where there
            is nothing else.
    """
    ended = [trial for trial in trials if trial.state.is_finished() and trial.params]
    rows = [trial for trial in ended if trial.state != TrialState.FAIL] or ended
    rows = rows[-MOST_LEARNT_FROM:]
    if not rows:
        return None
    newest = {name: kind for trial in rows for name, kind in trial.distributions.items()}
    return _branch([trial.params for trial in rows], newest, known=frozenset())


def unseen_options(space: Branch, trials: Sequence[FrozenTrial]) -> Iterator[tuple[str, Any]]:
    """Name and value of each option that may lead to params which no trial has had.

    Args:
        space: Learnt from the trials.
        trials: Of the study.
    """
    distributions = space.all_distributions()
    for name in dict.fromkeys(split.name for split in space.splits()):
        tried = [trial.params[name] for trial in trials if name in trial.params]
        yield from ((name, option) for option in _options(distributions[name]) if option not in tried)


def _options(distribution: BaseDistribution) -> Sequence[Any]:
    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices
    if isinstance(distribution, IntDistribution):
        options = range(distribution.low, distribution.high + 1, distribution.step)
        return options if len(options) <= MOST_OPTIONS else ()
    return ()


def _branch(rows: Sequence[Params], newest: Mapping[str, BaseDistribution], *, known: frozenset[str]) -> Branch:
    """The part of the space that these rows, by age, are from.

    Args:
        rows: Params of one or more trials.
        newest: Distribution by name.
        known: Params of the parts above.
    """
    names = [frozenset(row) for row in rows]
    shared = frozenset.intersection(*names)
    if len(set(names)) > 1:
        fewest_errors = _errors(rows)
        best: tuple[str, list[tuple[Any, list[Params]]]] | None = None
        for name in sorted(shared, key=lambda name: (isinstance(newest[name], FloatDistribution), name)):
            groups = _groups(name, rows, newest[name])
            errors = sum(_errors(group) for _, group in groups) + _surplus(groups, rows, newest[name])
            if len(groups) > 1 and errors < fewest_errors:
                fewest_errors, best = errors, (name, groups)
        if best is not None:
            name, groups = best
            branches = tuple((start, _branch(group, newest, known=known | shared)) for start, group in groups)
            split = Split(name, branches, is_number=not isinstance(newest[name], CategoricalDistribution))
            return Branch(_chosen(shared - known, newest), split)
    return Branch(_chosen(names[-1] - known, newest))


def _chosen(names: frozenset[str], newest: Mapping[str, BaseDistribution]) -> dict[str, BaseDistribution]:
    return {name: newest[name] for name in sorted(names)}


def _errors(group: Sequence[Params]) -> int:
    """Rows that have other params than most of the group."""
    return len(group) - max(Counter(frozenset(row) for row in group).values())


def _surplus(groups: Sequence[object], rows: Sequence[Params], distribution: BaseDistribution) -> int:
    """Intervals of a number beyond one for each set of params: they explain nothing."""
    sets = len({frozenset(row) for row in rows})
    return 0 if isinstance(distribution, CategoricalDistribution) else max(0, len(groups) - sets)


def _groups(name: str, rows: Sequence[Params], distribution: BaseDistribution) -> list[tuple[Any, list[Params]]]:
    """The rows by the value of a param: by option, or by interval of a number."""
    by_value: dict[Any, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        by_value[row[name]].append(index)
    groups = list(by_value.items())
    if not isinstance(distribution, CategoricalDistribution):
        groups = _intervals(sorted(groups), rows)
    return [(start, [rows[index] for index in sorted(indices)]) for start, indices in groups]


def _intervals(by_value: Sequence[tuple[float, list[int]]], rows: Sequence[Params]) -> list[tuple[float, list[int]]]:
    """Neighbouring values whose rows have the same params, with the number that they are all above.

    A value between two intervals belongs to the one with more params: one too many does less harm than one too few.
    """
    intervals: list[tuple[float, list[int]]] = []
    before: set[str] = set()
    previous = -np.inf
    for value, indices in by_value:
        now = {name for index in indices for name in rows[index]}
        if intervals and now == before:
            intervals[-1][1].extend(indices)
        else:
            start = previous if len(now) > len(before) else float(np.nextafter(value, -np.inf))
            intervals.append((start, list(indices)))
        before, previous = now, value
    return intervals


def is_within(value: Any, distribution: BaseDistribution) -> bool:
    """Whether a number is in the range of its distribution; options never change."""
    if not isinstance(distribution, (IntDistribution, FloatDistribution)):
        return True
    return bool(distribution.low <= value <= distribution.high)
