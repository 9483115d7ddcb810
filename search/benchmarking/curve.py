"""The hypervolume of one search over what it has spent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

FULL_TRAININGS, EPOCHS, SECONDS = "full_trainings", "epochs", "seconds"
"""Units of budget: epochs as a number of full trainings, epochs, and seconds of training of all workers together."""


@dataclass(frozen=True)
class Curve:
    """A search with one sampler and one seed. Its hypervolume rises in steps, where a full training has ended.

    Attributes:
        sampler: Name of the sampler.
        seed: Of the search.
        spent: By unit, what the search had spent when each full training ended: ascending, n numbers.
        hypervolumes: From each of these moments on, 0 to 1: n numbers.
        total: By unit, what the search has spent or was allowed to spend.
        is_finished: Whether the search has ended. Its hypervolume then stays for every larger budget; that of a search
            that goes on is not known beyond its total.
    """

    sampler: str
    seed: int
    spent: Mapping[str, Sequence[float]]
    hypervolumes: Sequence[float]
    total: Mapping[str, float]
    is_finished: bool = True

    def at(self, budgets: ArrayLike, *, unit: str) -> np.ndarray:
        """The hypervolume within budgets: of shape (n,), NaN where it is not known.

        Args:
            budgets: Of shape (n,).
            unit: Of the budgets.
        """
        budgets = np.asarray(budgets, dtype=float)
        steps = np.concatenate(([0.0], self.hypervolumes))
        reached = steps[np.searchsorted(self.spent[unit], budgets, side="right")]
        return np.where(self.is_finished | (budgets <= self.total[unit]), reached, np.nan)
