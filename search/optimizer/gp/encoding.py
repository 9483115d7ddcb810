"""Configurations as numbers that a kernel can compare: ordered choices, words and what is inactive."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from search.optimizer.arrays import BoolArray, FloatArray, IntArray

ROWS_KEPT = 5_000
"""Encoded configurations after which older ones make room: with these, 70 MB of a large space.

A decision needs most of those of the last one. They stay, however many they are.
"""

LINE_ONLY = -2
"""The group of a column that has a straight line and takes no part in distances."""

_ONE_HOT_SCALE = np.sqrt(0.5)  # With it, the one-hot rows of two different words are at distance 1.


@dataclass(frozen=True)
class Encoded:
    """Configurations as an array.

    Attributes:
        features: Array of shape (n, n_columns). Within a group two configurations are at most about 1 apart.
        groups: Integer array of shape (n_columns,), 0 to n_groups - 1: columns of one group share a length scale. Or
            `LINE_ONLY`.
        lines: Columns from 0 to 1 on which the loss depends by a straight line, beside all else.
    """

    features: FloatArray
    groups: IntArray
    lines: Sequence[int] = ()


def encode(
    configurations: Sequence[Mapping[str, Any]],
    distributions: Mapping[str, BaseDistribution],
    *,
    costs: FloatArray | None = None,
    sizes: FloatArray | None = None,
) -> Encoded:
    """Encode configurations of a mixed, conditional space.

    Each choice is a group. A number is its place in its range, from 0 to 1: its rank among a choice's values, or linear
    or logarithmic as its distribution is. A word or a boolean is one-hot. An absent name is inactive, a state of its
    own. Then comes a group for each list of choices that several names share: how often each option is taken, whichever
    names take it (for numbers: their mean). It lets what is learnt of one layer count for the others.

    Args:
        configurations: Name to value; a name that is absent is inactive.
        distributions: Name to what its values are drawn from; the order of the names is the order of the groups.
        costs: Array of shape (n,), known costs scaled to about 0 to 1; a group of their own, with a line.
        sizes: Array of shape (n,), what else is known of a network's size, scaled likewise; a line.
    """
    features, groups = _encoder(tuple(distributions.items())).encode(configurations)
    lines = []
    for column, group in ((costs, groups.max(initial=-1) + 1), (sizes, LINE_ONLY)):
        if column is not None:
            features, groups = np.column_stack([features, column]), np.append(groups, group)
            lines.append(len(groups) - 1)
    if not features.shape[1]:
        return Encoded(np.zeros((len(configurations), 1)), np.zeros(1, dtype=int))
    return Encoded(features, groups, lines)


@functools.lru_cache(maxsize=4)
def _encoder(distributions: tuple[tuple[str, BaseDistribution], ...]) -> "_Encoder":
    return _Encoder([_Choice.of(name, distribution) for name, distribution in distributions])


class _Encoder:
    """Encodes configurations of one space, all but their costs. It remembers the last ones.

    Args:
        choices: Of the space, in order.
    """

    def __init__(self, choices: Sequence["_Choice"]) -> None:
        self._choices = choices
        arrays = self._arrays([{}])
        self._groups = np.repeat(np.arange(len(arrays)), [array.shape[1] for array in arrays])
        self._recent: dict[tuple[Any, ...], FloatArray] = {}  # by names and then values: pairs take more memory
        self._older = self._recent

    def encode(self, configurations: Sequence[Mapping[str, Any]]) -> tuple[FloatArray, IntArray]:
        """Features, shape (n, n_columns), and the group of each column, shape (n_columns,)."""
        keys = [(*configuration, *configuration.values()) for configuration in configurations]
        rows = {key: row for key in keys if (row := self._recent.get(key, self._older.get(key))) is not None}
        new = {key: values for key, values in zip(keys, configurations, strict=True) if key not in rows}
        if new:
            encoded = np.concatenate([np.zeros((len(new), 0)), *self._arrays(list(new.values()))], axis=1)
            rows |= zip(new, map(np.copy, encoded), strict=True)  # Copies, so that none keeps the others in memory.
        self._recent |= rows
        if len(self._recent) > ROWS_KEPT:
            self._recent, self._older = {}, self._recent
        features = np.array([rows[key] for key in keys], dtype=float)
        return features.reshape(len(keys), len(self._groups)), self._groups

    def _arrays(self, configurations: Sequence[Mapping[str, Any]]) -> list[FloatArray]:
        """The columns of each group."""
        blocks = [choice.block(configurations) for choice in self._choices]
        return [block.columns() for block in blocks] + _option_frequencies(blocks)


@dataclass(frozen=True)
class _Choice:
    """One name of a space.

    Attributes:
        name: Of the choice.
        kind: Equal for names that choose from the same things in the same way.
        numeric: Whether the values are ordered.
        position: From a value to its place from 0 to 1, or to its one-hot row.
        width: Numbers of a place or a row.
    """

    name: str
    kind: tuple[str, str]
    numeric: bool
    position: Callable[[Any], Any]
    width: int

    @classmethod
    def of(cls, name: str, distribution: BaseDistribution) -> "_Choice":
        numeric = is_ordered(distribution)
        position, width = (position_of(distribution), 1) if numeric else _one_hot(distribution)
        return cls(name, (type(distribution).__name__, repr(distribution)), numeric, position, width)

    def block(self, configurations: Sequence[Mapping[str, Any]]) -> "_Block":
        active = np.array([self.name in configuration for configuration in configurations], dtype=bool)
        rows = [self.position(values[self.name]) for values in configurations if self.name in values]
        values = np.zeros((len(active), self.width))
        values[active] = np.reshape(rows, (-1, self.width))
        return _Block(self.kind, self.numeric, values, active)


@dataclass(frozen=True)
class _Block:
    """One name's part of the encoding.

    Attributes:
        kind, numeric: As of the choice.
        values: Array of shape (n, 1) of places from 0 to 1, or one-hot of shape (n, n_options); 0 where inactive.
        active: Boolean array of shape (n,).
    """

    kind: tuple[str, str]
    numeric: bool
    values: FloatArray
    active: BoolArray

    def columns(self) -> FloatArray:
        inactive = ~self.active[:, None]
        if self.numeric:
            return np.concatenate([self.values + 0.5 * inactive, inactive.astype(float)], axis=1)
        return np.asarray(_ONE_HOT_SCALE * np.concatenate([self.values, inactive], axis=1))


def is_ordered(distribution: BaseDistribution) -> bool:
    """Whether values have an order: numbers do, words and booleans do not."""
    if not isinstance(distribution, CategoricalDistribution):
        return True
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in distribution.choices)


def position_of(distribution: BaseDistribution) -> Callable[[Any], Any]:
    """A function from a value to its position, 0 to 1."""
    if isinstance(distribution, CategoricalDistribution):
        options: set[Any] = set(distribution.choices)
        ordered = sorted(options)
        positions = {value: rank / max(1, len(ordered) - 1) for rank, value in enumerate(ordered)}
        return positions.__getitem__
    assert isinstance(distribution, (IntDistribution, FloatDistribution))
    scale: Callable[[float], Any] = np.log if distribution.log else float
    low, high = scale(distribution.low), scale(distribution.high)
    return lambda value: (scale(value) - low) / (high - low) if high > low else 0.0


def _one_hot(distribution: BaseDistribution) -> tuple[Callable[[Any], Any], int]:
    """A function from a value to its row, and the row's length."""
    assert isinstance(distribution, CategoricalDistribution)
    choices = distribution.choices
    rows = np.eye(len(choices))
    return lambda value: rows[choices.index(value)], len(rows)


def _option_frequencies(blocks: Sequence[_Block]) -> list[FloatArray]:
    """An array for each list of choices that two or more names share."""
    families: dict[tuple[str, str], list[_Block]] = {}
    for block in blocks:
        families.setdefault(block.kind, []).append(block)
    return [_option_frequency(family) for family in families.values() if len(family) > 1]


def _option_frequency(family: Sequence[_Block]) -> FloatArray:
    """How often each option is taken, shape (n, n_options); of numbers the mean, shape (n, 1)."""
    total: FloatArray = np.sum([block.values for block in family], axis=0)
    if not family[0].numeric:
        return total / len(family)
    n_active = np.sum([block.active for block in family], axis=0)
    return np.asarray(total / np.maximum(1, n_active)[:, None])
