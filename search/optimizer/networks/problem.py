"""One search problem: space, ladder, caps, objective and bounds."""

from dataclasses import dataclass, field, replace
from random import Random

from search.errors import SearchError
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.describe import draw_budget, random_networks
from search.optimizer.networks.objective import FLOPS, Objective
from search.optimizer.pareto import Bounds
from search.optimizer.rungs import Ladder
from spaces.network import Space

BOUNDS_DRAWS = 2_000
"""Random networks whose costs fix the sides of the hypervolume's rectangle."""


@dataclass(frozen=True)
class Problem:
    """What is searched, for samplers and studies.

    Attributes:
        space: What can be built.
        ladder: Epochs at which trainings are judged.
        caps: What a network may cost.
        objective: What is minimised beside the loss.
        bounds: The rectangle of the hypervolume; None until a study has one.
    """

    space: Space
    ladder: Ladder
    caps: Caps = field(default_factory=Caps)
    objective: Objective = FLOPS
    bounds: Bounds | None = None

    @property
    def rectangle(self) -> Bounds:
        """The bounds of a problem that has some.

        Raises:
            ValueError: If it has none yet.
        """
        if self.bounds is None:
            raise ValueError("the problem has no bounds yet. Give it some, or open a study of it.")
        return self.bounds

    def with_bounds(self, bounds: Bounds) -> "Problem":
        """The same problem with this rectangle."""
        return replace(self, bounds=bounds)


def draw_bounds(problem: Problem, *, seed: int) -> Bounds:
    """From chance to perfect, and from the cheapest of many random networks to the dearest under the caps.

    Raises:
        SearchError: If none of them is within the caps.
    """
    space, caps, objective = problem.space, problem.caps, problem.objective
    random, draws = Random(seed), draw_budget(space, BOUNDS_DRAWS)
    costs = [cost for _, _, cost in random_networks(space, random, draws=draws)]
    allowed = [objective.cost(cost) for cost in costs if caps.allow(cost)]
    if not allowed:
        flops, parameters = min(cost.flops for cost in costs), min(cost.parameters for cost in costs)
        raise SearchError(
            f"none of {draws:,} random networks of the space is within the caps; they have {flops:,} FLOPs and "
            f"{parameters:,} parameters at the least. Widen --min-flops, --max-flops or --max-params."
        )
    lowest, highest = min(allowed), max(allowed)
    return Bounds(1 - 1 / space.classes, lowest, max(highest, 2 * lowest))
