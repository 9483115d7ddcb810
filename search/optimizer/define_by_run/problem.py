"""The search problem of a study: its learnt space, the rectangle in which gains are measured, random configurations."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from search.errors import SearchError
from search.optimizer.define_by_run.cost import CostedSpace
from search.optimizer.define_by_run.results import Objectives, cost_to_minimise
from search.optimizer.networks.candidates import Candidate, RandomCandidates
from search.optimizer.networks.caps import CappedCost, Caps
from search.optimizer.networks.cheapest import descend
from search.optimizer.networks.describe import random_networks
from search.optimizer.networks.hyperparameters import HyperParameters
from search.optimizer.networks.objective import Objective
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds
from search.optimizer.rungs import Ladder

DRAWS = 100
"""Random configurations. Descents begin at the cheapest and at the dearest of them."""


@dataclass(frozen=True)
class StudyProblem:
    """What decisions of a study are about. What is expensive is done once for each.

    Attributes:
        space: Learnt.
        caps: On the cost.
        ladder: The rungs.
        objectives: Of the study.
        is_less_better: Whether the cheaper configuration is the better one.
        seed: Of the random configurations.
    """

    space: CostedSpace
    caps: Caps
    ladder: Ladder
    objectives: Objectives
    is_less_better: bool
    seed: int

    @property
    def has_costs(self) -> bool:
        """Whether any configuration has a known cost."""
        return bool(self._random)

    @cached_property
    def problem(self) -> Problem:
        """As the core takes it.

        Gains are measured over the logarithm of the cost, from the cheapest configuration to the dearest within the
        caps. Where the cost is no objective, all have the same, and a gain is that of the loss alone.
        """
        extremes = [
            self._descend(hp, Caps(), sign=sign)[1] for hp, sign in ((self._random[0], 1), (self._random[-1], -1))
        ]
        low, high = self.caps.min_flops or 0.0, self.caps.flops or math.inf
        costs = sorted(self._minimised(min(max(cost.flops, low), high)) for cost in extremes)
        bounds = Bounds(1.0, costs[0], max(costs[1], 2 * costs[0]))
        objective = Objective("cost", "", lambda cost: self._minimised(cost.flops))
        return Problem(self._as_space, self.ladder, self.caps, objective, bounds)

    @cached_property
    def cheapest(self) -> Mapping[str, Any]:
        """Params of the cheapest configuration within the caps, or nearest to them."""
        return self._descend(self._random[0], self.caps, sign=1)[0].values

    def drawn(self, number: int) -> list[Candidate]:
        """Random configurations within the caps, for a trial."""
        return self._candidates.at(number)

    @cached_property
    def _random(self) -> list[HyperParameters]:
        """Random configurations, the cheapest first."""
        try:
            drawn = list(random_networks(self._as_space, Random(0), draws=DRAWS))
        except SearchError:
            return []
        return [hp for hp, _, cost in sorted(drawn, key=lambda row: row[2].flops)]

    @cached_property
    def _candidates(self) -> RandomCandidates:
        return RandomCandidates(self.problem, seed=self.seed)

    def _descend(self, start: HyperParameters, caps: Caps, *, sign: int) -> tuple[HyperParameters, CappedCost]:
        """The cheapest configuration, or with a negative sign the dearest."""
        objective = Objective("cost", "", lambda cost: sign * cost.flops)
        return descend(Problem(self._as_space, self.ladder, caps, objective), start)

    def _minimised(self, cost: float) -> float:
        return cost_to_minimise(cost, self.objectives, is_less_better=self.is_less_better)

    @property
    def _as_space(self) -> Any:
        """The space as decisions take it: they ask it for configurations, and build none of them."""
        return self.space
