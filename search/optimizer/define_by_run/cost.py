"""The cost that a user knows of params before a trial, as a space and a cost that the sampler can search."""

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from search.optimizer.define_by_run.search_space import SearchSpace, is_within
from search.optimizer.networks.caps import PlainCost
from search.optimizer.networks.hyperparameters import HyperParameters

Params = Mapping[str, Any]


class NoCost(ValueError):
    """Params have no cost: the function raised an error, or returned no finite number above 0."""


class MissingParam(NoCost):
    """The same, after the function had asked for a param that is not there."""


class KnownCost:
    """A user's cost function.

    Args:
        function: From params to a finite number above 0.
    """

    def __init__(self, function: Callable[[dict[str, Any]], float]) -> None:
        self._function = function
        self._of_trials: dict[str, float | None] = {}
        self._has_warned = False

    def __call__(self, params: Params) -> float:
        """The cost of params. One warning, in all, says that there is none.

        Raises:
            NoCost: If there is none.
        """
        try:
            return self._evaluate(params)
        except MissingParam:
            raise
        except NoCost as error:
            self.warn(str(error))
            raise

    def of_partial(self, params: Params) -> float | None:
        """The cost of params that need not be all; None where there is none."""
        try:
            return self._evaluate(params)
        except NoCost:
            return None

    def of_trial(self, params: Params) -> float | None:
        """The cost of all params of a trial, kept for the next time; None where there is none."""
        key = key_of(params)
        if key not in self._of_trials:
            try:
                self._of_trials[key] = self._evaluate(params)
            except NoCost as error:
                self.warn(str(error))
                self._of_trials[key] = None
        return self._of_trials[key]

    def lacks_param(self, params: Params) -> bool:
        """Whether there is no cost because a param is missing."""
        try:
            self._evaluate(params)
        except NoCost as error:
            return isinstance(error, MissingParam)
        return False

    def warn(self, problem: str) -> None:
        """Warn, once in all, that costs are missing."""
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(
                f"KnownCostSampler: {problem}. Such params are never chosen, and nothing is learnt from a trial with "
                "them. Correct the function that was given as `cost`.",
                stacklevel=2,
            )

    def _evaluate(self, params: Params) -> float:
        asked = _AskedParams(params)
        try:
            cost = float(self._function(asked))
            problem = f"the cost must be a finite number above 0, but it is {cost} for {dict(params)}"
        except Exception as error:
            cost = math.nan
            problem = f"the cost of {dict(params)} raised {type(error).__name__}: {error}"
        if 0 < cost < math.inf:
            return cost
        raise (MissingParam if asked.lacks_any else NoCost)(problem)


class _AskedParams(dict[str, Any]):
    """Params that remember whether one was asked for that is not there."""

    lacks_any = False

    def __missing__(self, name: str) -> Any:
        self.lacks_any = True
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.lacks_any |= name not in self
        return super().get(name, default)


def key_of(params: Params) -> str:
    """The same for the same params only, in whatever order they were suggested."""
    return repr(sorted(params.items()))


@dataclass(frozen=True)
class Configuration:
    """Params, in the place of a network.

    Attributes:
        params: Value by name.
        known_cost: Of them.
    """

    params: Params
    known_cost: KnownCost

    @cached_property
    def function_key(self) -> str:
        """The key of the params."""
        return key_of(self.params)

    def cost(self) -> PlainCost:
        """What caps are compared with."""
        return PlainCost(self.known_cost(self.params), 0.0)


@dataclass(frozen=True)
class CostedSpace:
    """A learnt search space whose params have a known cost: what a decision asks of a space of networks.

    Attributes:
        learnt: What the trials show of it.
        known_cost: Of its params.
        fixed: Values that are not to be chosen, by name.
    """

    learnt: SearchSpace
    known_cost: KnownCost
    fixed: Params = field(default_factory=dict)

    def architecture(self, hp: HyperParameters) -> Configuration:
        """The configuration with the values of `hp`.

        Raises:
            ValueError: If a value was inherited from a time at which its range was another.
        """
        self.learnt.suggest(hp, self.fixed)
        for name, value in hp.values.items():
            if name not in self.fixed and not is_within(value, hp.distributions[name]):
                raise ValueError(f"{name} = {value} is outside its range")
        return Configuration(hp.values, self.known_cost)
