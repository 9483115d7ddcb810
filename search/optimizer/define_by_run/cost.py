"""The cost that a user knows of params before a trial, as a space and a cost that the sampler can search."""

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from search.optimizer.define_by_run.search_space import Branch, is_within
from search.optimizer.networks.caps import StoredCost
from search.optimizer.networks.hyperparameters import HyperParameters

Params = Mapping[str, Any]


class KnownCost:
    """A user's cost function: what it returns for params is a positive number, or there is none.

    Args:
        function: From params to a cost.
    """

    def __init__(self, function: Callable[[dict[str, Any]], float]) -> None:
        self._function = function
        self._of_trials: dict[str, float | None] = {}
        self._has_warned = False

    def __call__(self, params: Params) -> float:
        """The cost of params.

        Raises:
            ValueError: If there is none.
        """
        cost = self._function(dict(params))
        if not 0 < cost < math.inf:
            raise ValueError(f"the cost must be a finite number above 0; got {cost!r}")
        return float(cost)

    def of_partial(self, params: Params) -> float | None:
        """The cost of params that need not be all; None where there is none."""
        try:
            return self(params)
        except Exception:
            return None

    def of_trial(self, params: Params) -> float | None:
        """The cost of a trial's params, kept for the next time; None, and one warning, where there is none."""
        key = key_of(params)
        if key not in self._of_trials:
            try:
                self._of_trials[key] = self(params)
            except Exception as error:
                self.warn(f"there is no cost of {dict(params)} ({type(error).__name__}: {error})")
                self._of_trials[key] = None
        return self._of_trials[key]

    def warn(self, problem: str) -> None:
        """Warn, once in all, that costs are missing."""
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(
                f"KnownCostSampler: {problem}. Such params are never chosen, and nothing is learnt from such a trial. "
                "Correct the function that was given as `cost`.",
                stacklevel=2,
            )


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

    def cost(self) -> StoredCost:
        """What caps are compared with."""
        return StoredCost(self.known_cost(self.params), 0.0)


@dataclass(frozen=True)
class CostedSpace:
    """A learnt search space whose params have a known cost: what a decision asks of a space of networks.

    Attributes:
        root: Of the learnt space.
        known_cost: Of its params.
        fixed: Values that are not to be chosen, by name.
    """

    root: Branch
    known_cost: KnownCost
    fixed: Params = field(default_factory=dict)

    def architecture(self, hp: HyperParameters) -> Configuration:
        """The configuration with the values of `hp`.

        Raises:
            ValueError: If a value was inherited from a time at which its range was another.
        """
        self.root.suggest(hp, self.fixed)
        for name, value in hp.values.items():
            if name not in self.fixed and not is_within(value, hp.distributions[name]):
                raise ValueError(f"{name} = {value} is outside its range")
        return Configuration(hp.values, self.known_cost)
