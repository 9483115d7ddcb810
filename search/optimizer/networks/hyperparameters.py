"""KerasTuner's interface to hyperparameters, in which spaces are written, and what can stand behind it.

`HyperParameters` has the interface of `keras_tuner.HyperParameters`, so a space written for KerasTuner runs here and
ours run there. Where the values come from differs: an Optuna trial, a random generator, or values stored earlier. None
of them needs TensorFlow.

A numeric choice is ordered (16 < 32 < 64) and a choice of words is not, as in KerasTuner.
"""

import functools
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

Value = Any  # str, int, float, bool


class HyperParameters:
    """Gives a space a value for each parameter that it names, and remembers it.

    Subclasses implement `_value`.

    Attributes:
        values: Value by name, in the order in which they were named; active ones only.
        distributions: Name to the Optuna distribution that the value is from.
    """

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.distributions: dict[str, BaseDistribution] = {}
        self._name_scopes: list[str] = []
        self._active: list[bool] = []

    def _value(self, name: str, distribution: BaseDistribution) -> Value:
        raise NotImplementedError

    def suggest(self, name: str, distribution: BaseDistribution) -> Value:
        """A value of one of Optuna's distributions."""
        return self._register(name, distribution)

    def Choice(
        self,
        name: str,
        values: Iterable[Value],
        ordered: bool | None = None,
        default: Value = None,
        parent_name: str | None = None,
        parent_values: Any = None,
    ) -> Value:
        """One of `values`; numbers are ordered, words are not."""
        values = tuple(values)
        return self._register(name, _categorical(values, type(values[0]).__name__), parent_name, parent_values)

    def Int(
        self,
        name: str,
        min_value: int,
        max_value: int,
        step: int | None = None,
        sampling: str = "linear",
        default: int | None = None,
        parent_name: str | None = None,
        parent_values: Any = None,
    ) -> Value:
        """A whole number from `min_value` to `max_value`, both included.

        With `sampling="log"` a `step` multiplies, as in KerasTuner; with "reverse_log", the same from the other end.
        """
        distribution: BaseDistribution
        if sampling != "linear" and step is not None and step != 1:
            distribution = _categorical(_geometric(min_value, max_value, step, sampling), "int")
        else:
            step = step or 1
            reached = min_value + (max_value - min_value) // step * step
            distribution = IntDistribution(min_value, reached, log=sampling == "log", step=step)
        return self._register(name, distribution, parent_name, parent_values)

    def Float(
        self,
        name: str,
        min_value: float,
        max_value: float,
        step: float | None = None,
        sampling: str = "linear",
        default: float | None = None,
        parent_name: str | None = None,
        parent_values: Any = None,
    ) -> Value:
        """A real number from `min_value` to `max_value`, both included.

        Without a step, "reverse_log" is drawn as "linear" is: the range is the same.
        """
        distribution: BaseDistribution
        if sampling != "linear" and step is not None:
            distribution = _categorical(_geometric(min_value, max_value, step, sampling), "float")
        else:
            if step is not None:
                max_value = min_value + step * int((max_value - min_value) / step + 1e-9)
            distribution = FloatDistribution(min_value, max_value, log=sampling == "log", step=step)
        return self._register(name, distribution, parent_name, parent_values)

    def Boolean(
        self, name: str, default: bool = False, parent_name: str | None = None, parent_values: Any = None
    ) -> Value:
        """True or False."""
        return self._register(name, _BOOLEAN, parent_name, parent_values)

    def Fixed(self, name: str, value: Value, parent_name: str | None = None, parent_values: Any = None) -> Value:
        """A value that is recorded and never varied."""
        return self._register(name, _categorical((value,), type(value).__name__), parent_name, parent_values)

    def name_scope(self, name: str) -> "_Scope":
        """Prefix every name inside with `name/`."""
        return _Scope(self._name_scopes, name)

    def conditional_scope(self, parent_name: str, parent_values: Any) -> "_Scope":
        """Parameters inside are active only where `parent_name` has one of `parent_values`.

        Inactive parameters have the value None. The code inside runs either way, as in KerasTuner.

        Raises:
            ValueError: If `parent_name` was not named before.
        """
        name = self._full_name(parent_name)
        if name not in self.values and all(self._active):
            raise ValueError(
                f"`conditional_scope` needs a parent that was named before it; got {name!r}. Name it first."
            )
        if not isinstance(parent_values, (list, tuple, set)):
            parent_values = [parent_values]
        return _Scope(self._active, name in self.values and self.values[name] in parent_values)

    def get(self, name: str) -> Value:
        """The value of `name`.

        Raises:
            KeyError: If it was not named, or is inactive.
        """
        return self.values[self._full_name(name)]

    def __getitem__(self, name: str) -> Value:
        return self.get(name)

    def __contains__(self, name: str) -> bool:
        return self._full_name(name) in self.values

    def _full_name(self, name: str) -> str:
        return "/".join([*self._name_scopes, name]) if self._name_scopes else name

    def _register(
        self, name: str, distribution: BaseDistribution, parent_name: str | None = None, parent_values: Any = None
    ) -> Value:
        if parent_name is not None:
            with self.conditional_scope(parent_name, parent_values):
                return self._register(name, distribution)
        if not all(self._active):
            return None
        name = self._full_name(name)
        if name not in self.values:
            self.values[name] = self._value(name, distribution)
            self.distributions[name] = distribution
        return self.values[name]


class _Scope:
    """Puts one item on a stack for as long as a `with` block lasts.

    A generator would take three times as long, and a proposal needs ten thousand scopes.
    """

    __slots__ = ("_stack", "_top")

    def __init__(self, stack: list[Any], top: Any) -> None:
        self._stack, self._top = stack, top

    def __enter__(self) -> None:
        self._stack.append(self._top)

    def __exit__(self, *error: object) -> None:
        self._stack.pop()


class TrialHyperParameters(HyperParameters):
    """Values come from an Optuna trial, and so from the study's sampler."""

    def __init__(self, trial: optuna.trial.BaseTrial) -> None:
        super().__init__()
        self._trial = trial

    def _value(self, name: str, distribution: BaseDistribution) -> Value:
        if isinstance(distribution, CategoricalDistribution):
            return self._trial.suggest_categorical(name, distribution.choices)
        assert isinstance(distribution, (IntDistribution, FloatDistribution))
        suggest: Any = (
            self._trial.suggest_int if isinstance(distribution, IntDistribution) else self._trial.suggest_float
        )
        return suggest(name, distribution.low, distribution.high, step=distribution.step, log=distribution.log)


class RandomHyperParameters(HyperParameters):
    """Values are drawn uniformly, or log-uniformly where the distribution is logarithmic."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self._random = random

    def _value(self, name: str, distribution: BaseDistribution) -> Value:
        return draw(distribution, self._random)


class StoredHyperParameters(HyperParameters):
    """Values were stored earlier: those of a finished trial, or of a start point."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        super().__init__()
        self._stored = values

    def _value(self, name: str, distribution: BaseDistribution) -> Value:
        if name not in self._stored:
            raise ValueError(
                f"no value is stored for {name!r}; got values for {sorted(self._stored)}. "
                "Give one, or use the space that the values came from."
            )
        return self._stored[name]


def draw(distribution: BaseDistribution, random: Random) -> Value:
    """One value of `distribution`, uniform (log-uniform where it is logarithmic)."""
    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices[int(random.random() * len(distribution.choices))]
    return value_at(distribution, random.random())


def value_at(distribution: BaseDistribution, position: float) -> Value:
    """The number at a position of its range, from 0 to 1, linear or logarithmic as the distribution is."""
    assert isinstance(distribution, (IntDistribution, FloatDistribution))
    low, high, step = distribution.low, distribution.high, distribution.step
    if distribution.log:
        value = min(max(low * (high / low) ** position, low), high)
        return round(value) if isinstance(distribution, IntDistribution) else value
    if step is None:
        return low + (high - low) * position
    options = int((high - low) / step + 1e-9) + 1
    return min(low + step * min(int(position * options), options - 1), high)


@functools.cache
def _categorical(values: tuple[Value, ...], kind: str) -> CategoricalDistribution:
    # `kind` keeps (1, 0) apart from (True, False), which are equal as keys.
    return CategoricalDistribution(values)


_BOOLEAN = CategoricalDistribution((False, True))


def _geometric(low: float, high: float, ratio: float, sampling: str) -> tuple[float, ...]:
    values = [low]
    while values[-1] * ratio <= high * (1 + 1e-12):
        values.append(values[-1] * ratio)
    return tuple(low + high - value for value in values) if sampling == "reverse_log" else tuple(values)
