"""Networks to choose the next one from: random draws, mutations and crossings of the front, each priced first."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution

from search.optimizer.gp.encoding import is_ordered
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.describe import CannotDescribe, draw_budget, evaluate_cost, key_of
from search.optimizer.networks.hyperparameters import (
    HyperParameters,
    RandomHyperParameters,
    StoredHyperParameters,
    draw,
)
from search.optimizer.networks.objective import Objective

TRIES = 500
"""Random networks, and as many variations of the best, that a proposal chooses from."""

BLOCKS = 5
"""Random networks are drawn in blocks of a fifth of that, and each block serves so many proposals in a row."""

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
        value = known[int(self._random.random() * len(known))]  # Quicker by half than `choice`; it is asked often.
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


class Draws:
    """Random networks under the caps, most of them the same for several proposals in a row: describing them takes time.

    The same seed gives a proposal the same ones, whatever was asked for before.

    Args:
        space: Describes networks. One that must build them gives far fewer, none of them twice.
        caps: What a network may cost.
        objective: Prices networks.
        seed: Of the study.
    """

    def __init__(self, space, *, caps: Caps, objective: Objective, seed: int) -> None:
        self._space, self._caps, self._objective, self._seed = space, caps, objective, seed
        tries = draw_budget(space, TRIES, built=BUILT)
        self._blocks_at_once = BLOCKS if tries == TRIES else 1  # What a space has built it offers again by itself.
        self._tries = -(-tries // self._blocks_at_once)
        self._blocks: dict[int, list[Candidate]] = {}

    def at(self, proposal: int) -> list[Candidate]:
        """Those of a proposal, by its number."""
        wanted = range(proposal - self._blocks_at_once + 1, proposal + 1)
        self._blocks = {block: self._blocks[block] if block in self._blocks else self._drawn(block) for block in wanted}
        return [candidate for block in self._blocks.values() for candidate in block]

    def _drawn(self, block: int) -> list[Candidate]:
        random = Random(f"{self._seed} {block}")
        tries = (RandomHyperParameters(random) for _ in range(self._tries))
        return list(_allowed(tries, self._space, self._caps, self._objective))


def candidates(
    space,
    *,
    draws: Iterable[Candidate],
    parents: Sequence[Mapping[str, Any]],
    known: Collection[str],
    caps: Caps,
    objective: Objective,
    random: Random,
) -> list[Candidate]:
    """Random networks, and about as many varied ones, new ones under the caps only, each once.

    Args:
        space: Describes networks. One that must build them gives far fewer, and all that it has built before.
        draws: The random ones.
        parents: Answers of the networks to vary; may be empty.
        known: Keys of networks that are not to be proposed again.
        caps: What a network may cost.
        objective: Prices networks.
        random: Generator.
    """
    built = map(StoredHyperParameters, list(getattr(space, "built_params", tuple)()))
    tries = (_varied(parents, random) for _ in range(draw_budget(space, TRIES, built=BUILT) if parents else 0))
    found: dict[str, Candidate] = {}
    for candidate in (*_allowed(built, space, caps, objective), *draws, *_allowed(tries, space, caps, objective)):
        if candidate.key not in known:
            found.setdefault(candidate.key, candidate)
    return list(found.values())


def _varied(parents: Sequence[Mapping[str, Any]], random: Random) -> VariedHyperParameters:
    chosen = random.choices(parents, k=2 if random.random() < CROSSINGS else 1)
    return VariedHyperParameters(chosen, rate=1 / max(len(chosen[0]), 1), random=random)


def _allowed(tries: Iterable[HyperParameters], space, caps: Caps, objective: Objective) -> Iterator[Candidate]:
    for hp in tries:
        try:
            architecture, cost = evaluate_cost(space, hp)
            if not caps.allow(cost):
                continue
            key = key_of(architecture)
        except CannotDescribe:
            continue
        varied = isinstance(hp, VariedHyperParameters)
        yield Candidate(hp.values, hp.distributions, key, objective.price(cost), varied)
