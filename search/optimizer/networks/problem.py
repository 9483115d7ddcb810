"""One search problem: space, ladder, caps, objective and bounds."""

from dataclasses import dataclass, field, replace

from search.optimizer.chance import Chance
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.objective import FLOPS, Objective
from search.optimizer.pareto import Bounds
from search.optimizer.rungs import Ladder
from spaces.network import Space


@dataclass(frozen=True)
class Problem:
    """What is searched, for samplers and studies.

    Attributes:
        space: What can be built.
        ladder: Epochs at which trainings are judged.
        caps: What a network may cost.
        objective: What is minimised beside the loss.
        bounds: The rectangle of the hypervolume; None until a study has one.
        chance: What guessing gives on the validation images; None where that is unknown.
        ends_by_trials: Whether the search ends after a number of networks, and not after a time. Then every new one
            takes the place of another.
    """

    space: Space
    ladder: Ladder
    caps: Caps = field(default_factory=Caps)
    objective: Objective = FLOPS
    bounds: Bounds | None = None
    chance: Chance | None = None
    ends_by_trials: bool = False

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
