"""Networks to choose the next one from: random draws, mutations and crossings of the front, each priced first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution

from search.optimizer.caps import Caps
from search.optimizer.described import CannotDescribe, affordable, key_of, priced
from search.optimizer.encoding import is_ordered
from search.optimizer.hyperparameters import HyperParameters, RandomHyperParameters, StoredHyperParameters, draw
from search.optimizer.objective import Objective

CROSSINGS = 0.3
"""Share of varied candidates that have two parents."""

BUILT = 3
"""Of a space whose networks are built to be priced, new tries of each kind; those of earlier proposals are kept."""


@dataclass(frozen=True)
class Candidate:
    """A network that could be next.

    Attributes:
        values: Answer by name.
        distributions: What the answers were drawn from.
        key: Of the network.
        cost: In the unit of the study's objective.
        varied: Whether it was made from others, not drawn at random.
    """

    values: Mapping[str, Any]
    distributions: Mapping[str, BaseDistribution]
    key: str
    cost: float
    varied: bool


class VariedHyperParameters(HyperParameters):
    """Answers are those of one or two parents, some of them changed.

    Args:
        parents: Answers by name; with two, each question is answered by one of them at random.
        rate: Chance that an answer is changed.
        random: Generator.
    """

    def __init__(self, parents: Sequence[Mapping[str, Any]], *, rate: float, random: Random) -> None:
        super().__init__()
        self._parents, self._rate, self._random = parents, rate, random

    def _value(self, name: str, distribution: BaseDistribution) -> Any:
        known = [parent[name] for parent in self._parents if name in parent]
        if not known:
            return draw(distribution, self._random)
        value = self._random.choice(known)
        return self._changed(value, distribution) if self._random.random() < self._rate else value

    def _changed(self, value: Any, distribution: BaseDistribution) -> Any:
        """Half the time a step to a neighbour, where there is an order; else anything."""
        if (
            isinstance(distribution, CategoricalDistribution)
            and is_ordered(distribution)
            and self._random.random() < 0.5
        ):
            ordered = sorted(distribution.choices)
            place = ordered.index(value) + self._random.choice((-1, 1))
            return ordered[min(max(place, 0), len(ordered) - 1)]
        return draw(distribution, self._random)


def candidates(
    space,
    *,
    parents: Sequence[Mapping[str, Any]],
    known: Collection[str],
    caps: Caps,
    objective: Objective,
    number: int,
    random: Random,
) -> list[Candidate]:
    """About `number` random and as many varied networks, new ones under the caps only, each once.

    Args:
        space: Describes networks. One that must build them gives far fewer, and all that it has built before.
        parents: Answers of the networks to vary; may be empty.
        known: Keys of networks that are not to be proposed again.
        caps: What a network may cost.
        objective: Prices networks.
        number: Tries of each kind.
        random: Generator.
    """
    found: dict[str, Candidate] = {}
    number = affordable(space, number, built=BUILT)
    for answers in list(getattr(space, "described", tuple)()):
        _add(found, space, StoredHyperParameters(answers), known, caps, objective)
    for _ in range(number):
        _add(found, space, RandomHyperParameters(random), known, caps, objective)
    for _ in range(number if parents else 0):
        chosen = random.choices(parents, k=2 if random.random() < CROSSINGS else 1)
        rate = 1 / max(len(chosen[0]), 1)
        _add(found, space, VariedHyperParameters(chosen, rate=rate, random=random), known, caps, objective)
    return list(found.values())


def _add(
    found: dict[str, Candidate], space, hp: HyperParameters, known: Collection[str], caps: Caps, objective: Objective
) -> None:
    try:
        architecture, cost = priced(space, hp)
        if not caps.allow(cost):
            return
        key = key_of(architecture)
    except CannotDescribe:
        return
    if key not in known and key not in found:
        varied = isinstance(hp, VariedHyperParameters)
        found[key] = Candidate(hp.values, hp.distributions, key, objective.price(cost), varied)
