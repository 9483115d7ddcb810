"""Networks to choose the next one from: random draws, mutations and crossings of the front. Their costs come first."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.trial import FrozenTrial

from search.optimizer.gp.encoding import is_ordered, position_of
from search.optimizer.networks.bounds import cheapest
from search.optimizer.networks.describe import (
    CannotDescribe,
    all_params,
    draw_budget,
    evaluate_cost,
    function_key_of,
    must_build,
)
from search.optimizer.networks.hyperparameters import (
    HyperParameters,
    RandomHyperParameters,
    StoredHyperParameters,
    draw,
    value_at,
)
from search.optimizer.networks.problem import Problem
from spaces.network import Space

TRIES = 500
"""Random networks, and as many mutations of the best, that a proposal chooses from."""

BLOCKS = 5
"""Random networks are drawn in blocks of `TRIES` / `BLOCKS`. A proposal uses the last `BLOCKS` blocks."""

LISTED = 8_000
"""The most random networks of a space that lists them all. They are the same for `BLOCKS` proposals."""

CROSSINGS = 0.3
"""Share of mutated candidates that have two parents."""

NEAR = 0.1
"""Standard deviation of a step to a neighbouring number, as a share of its range."""

MAX_TILTS = (8.0, 16.0)
"""The most of `CheapHyperParameters`; each network has its own. The second is for what is still over the caps."""

FEW = 0.5
"""Share of the random networks below which those within the caps are too few, so that others are made from them."""

WALK = 10
"""Steps of a walk through the networks within the caps, each from what the steps before have found."""

BUILT = 3
"""New random networks and new mutations a proposal, of a space that must build networks to know their cost.

Those of earlier proposals are kept.
"""


@dataclass(frozen=True)
class Candidate:
    """A network that could be next.

    Attributes:
        params: Value by name.
        distributions: What the params were drawn from.
        key: The function key of the network.
        cost: In the unit in which the study's objective counts.
        parameters: Number of parameters; 0 where it is unknown.
        mutated: Whether it was made from those of the front, without which it would not be there.
    """

    params: Mapping[str, Any]
    distributions: Mapping[str, BaseDistribution]
    key: str
    cost: float
    parameters: float
    mutated: bool


class MutatedHyperParameters(HyperParameters):
    """Params of one or two parents, some of them changed.

    Args:
        parents: Value by name; with two, each param is that of one of them at random.
        rate: Chance that a param is changed.
        random: Generator.
    """

    def __init__(self, parents: Sequence[Mapping[str, Any]], *, rate: float, random: Random) -> None:
        super().__init__()
        self._parents, self._rate, self._random = parents, rate, random

    def _value(self, name: str, distribution: BaseDistribution) -> Any:
        inherited = [parent[name] for parent in self._parents if name in parent]
        if not inherited:
            return draw(distribution, self._random)
        value = inherited[int(self._random.random() * len(inherited))]  # Twice as fast as `Random.choice`.
        return self._changed(value, distribution) if self._random.random() < self._rate else value

    def _changed(self, value: Any, distribution: BaseDistribution) -> Any:
        """Half the time a step to a neighbour, where there is an order; else anything."""
        if not is_ordered(distribution) or self._random.random() >= 0.5:
            return draw(distribution, self._random)
        if isinstance(distribution, CategoricalDistribution):
            ordered: list[Any] = sorted(distribution.choices)
            neighbour = ordered.index(value) + self._random.choice((-1, 1))
            return ordered[min(max(neighbour, 0), len(ordered) - 1)]
        position = float(position_of(distribution)(value)) + self._random.gauss(0, NEAR)
        return value_at(distribution, min(max(position, 0.0), 1.0))


class CheapHyperParameters(HyperParameters):
    """Random values, of which small numbers are the likelier: networks are then mostly smaller ones.

    Args:
        tilt: The smallest number of a choice is e^tilt times as likely as the largest.
        random: Generator.
    """

    def __init__(self, *, tilt: float, random: Random) -> None:
        super().__init__()
        self._tilt, self._random = tilt, random

    def _value(self, name: str, distribution: BaseDistribution) -> Any:
        if isinstance(distribution, CategoricalDistribution) and is_ordered(distribution):
            ordered: list[Any] = sorted(distribution.choices)
            last = max(1, len(ordered) - 1)
            weights = [math.exp(-self._tilt * rank / last) for rank in range(len(ordered))]
            return self._random.choices(ordered, weights)[0]
        if isinstance(distribution, CategoricalDistribution):
            return draw(distribution, self._random)
        # The inverse of the distribution function of a density that falls by e^-tilt from one end to the other.
        tilt = max(self._tilt, 1e-9)
        return value_at(distribution, -math.log1p(self._random.random() * math.expm1(-tilt)) / tilt)


class RandomCandidates:
    """Random networks under the caps. Most stay for several proposals in a row, since describing them takes time.

    Most networks of a large space are over the caps. One that is gives way to a smaller one, so that all costs under
    the caps are among the candidates. Where hardly any is within them, a walk from the cheapest one finds others.
    The same seed gives a proposal the same ones, whatever was asked for before.

    Args:
        problem: A space that must build its networks gives far fewer, none of them twice.
        seed: Of the study.
    """

    def __init__(self, problem: Problem, *, seed: int) -> None:
        self._problem, self._seed = problem, seed
        tries = draw_budget(problem.space, TRIES, built=BUILT)
        self._blocks_at_once = BLOCKS if tries == TRIES else 1  # `candidates` takes what was built before.
        self._tries = -(-tries // self._blocks_at_once)
        self._blocks: dict[int, list[Candidate]] = {}

    def at(self, proposal: int, batch: int = 1) -> list[Candidate]:
        """Those of a proposal, by its number; of a space that lists its networks all, or `LISTED` of more.

        Args:
            proposal: Its number.
            batch: How many proposals share them; each such batch has one new block.
        """
        if self._listed is not None:
            random = Random(f"{self._seed} {proposal // BLOCKS}")
            return random.sample(self._listed, min(len(self._listed), LISTED))
        last = proposal - proposal % batch
        block_numbers = range(last - (self._blocks_at_once - 1) * batch, last + 1, batch)
        self._blocks = {
            block: self._blocks[block] if block in self._blocks else self._draw(block) for block in block_numbers
        }
        return [candidate for block in self._blocks.values() for candidate in block]

    @cached_property
    def _listed(self) -> list[Candidate] | None:
        listed = all_params(self._problem.space)
        return None if listed is None else list(_allowed(map(StoredHyperParameters, listed), self._problem))

    def _draw(self, block: int) -> list[Candidate]:
        random = Random(f"{self._seed} {block}")
        first = [RandomHyperParameters(random) for _ in range(self._tries)]
        allowed = list(_allowed(first, self._problem))
        if must_build(self._problem.space):
            return allowed
        for max_tilt in MAX_TILTS:
            missing = self._tries - len(allowed)
            smaller = [CheapHyperParameters(tilt=max_tilt * random.random(), random=random) for _ in range(missing)]
            allowed += _allowed(smaller, self._problem)
        return allowed if len(allowed) >= FEW * self._tries else [*allowed, *self._walk(allowed, random)]

    def _walk(self, drawn: Sequence[Candidate], random: Random) -> list[Candidate]:
        """As many tries again, at changes of networks within the caps: most neighbours of one are within them, too."""
        walked: list[Candidate] = []
        for _ in range(WALK):
            parents = [*self._edge, *(candidate.params for candidate in (*drawn, *walked))]
            steps = (_mutated(parents, random) for _ in range(-(-self._tries // WALK) if parents else 0))
            walked += _allowed(steps, self._problem)
        return [replace(candidate, mutated=False) for candidate in walked]

    @cached_property
    def _edge(self) -> list[Mapping[str, Any]]:
        """Params of the cheapest network within the caps, if there is one."""
        network = cheapest(self._problem)
        return [network.values] if network else []


def candidates(
    problem: Problem,
    *,
    drawn: Iterable[Candidate],
    parents: Sequence[Mapping[str, Any]],
    known: Collection[str],
    random: Random,
) -> list[Candidate]:
    """Random networks, and about as many mutated ones: new ones under the caps only, each once.

    Args:
        problem: A space that must build its networks gives far fewer, and all that it has built before.
        drawn: The random ones.
        parents: Params of the networks to mutate; may be empty.
        known: Function keys of networks that are not to be proposed again.
        random: Generator.
    """
    built = map(StoredHyperParameters, list(getattr(problem.space, "built_params", tuple)()))
    mutations = draw_budget(problem.space, TRIES, built=BUILT) if parents else 0
    mutated = (_mutated(parents, random) for _ in range(mutations))
    by_key: dict[str, Candidate] = {}
    for candidate in (*_allowed(built, problem), *drawn, *_allowed(mutated, problem)):
        if candidate.key not in known:
            by_key.setdefault(candidate.key, candidate)
    return list(by_key.values())


def variations(
    problem: Problem, parents: Sequence[Mapping[str, Any]], *, known: Collection[str], random: Random, count: int
) -> list[Candidate]:
    """Mutations and crossings of the parents: new ones under the caps only, each once.

    Args:
        problem: A space that must build its networks builds each that is made.
        parents: Params of one or more networks.
        known: Function keys of networks that are not wanted again.
        random: Generator.
        count: How many are made; those that are not wanted are left out.
    """
    made = _allowed((_mutated(parents, random) for _ in range(count)), problem)
    return list({candidate.key: candidate for candidate in made if candidate.key not in known}.values())


def distributions_of(described: Iterable[Candidate | FrozenTrial], space: Space) -> dict[str, BaseDistribution]:
    """Of all params of these that have an effect, by name."""
    by_name: dict[str, BaseDistribution] = {}
    for each in described:
        by_name |= each.distributions
    is_without_effect = getattr(space, "is_without_effect", lambda name: False)
    return {name: by_name[name] for name in sorted(by_name) if not is_without_effect(name)}


def _mutated(parents: Sequence[Mapping[str, Any]], random: Random) -> MutatedHyperParameters:
    chosen = random.choices(parents, k=2 if random.random() < CROSSINGS else 1)
    return MutatedHyperParameters(chosen, rate=1 / max(len(chosen[0]), 1), random=random)


def _allowed(tries: Iterable[HyperParameters], problem: Problem) -> Iterator[Candidate]:
    is_list = all_params(problem.space) is not None
    for hp in tries:
        try:
            architecture, cost = evaluate_cost(problem.space, hp)
            if not problem.caps.allow(cost):
                continue
            key = function_key_of(architecture)
        except CannotDescribe:
            continue
        # A list answers params that it does not have by another network, whose own params are to be learnt from.
        params = architecture.params if is_list else hp.values  # type: ignore[attr-defined]
        mutated = isinstance(hp, MutatedHyperParameters)
        yield Candidate(params, hp.distributions, key, problem.objective.cost(cost), cost.parameters, mutated)
