"""How much each choice explains of a result, so that a chart shows the choices that matter."""

from collections.abc import Sequence
from typing import Any


def explained_share(values: Sequence[Any], results: Sequence[float]) -> float:
    """The share of the results' variance that lies between the groups of equal values: epsilon squared.

    It is eta squared less what as many groups of pure chance would explain, so a choice of many values gains nothing
    by their number.

    Args:
        values: A choice's value in each trial, of any type; compared as text.
        results: The result of each trial, finite; as many as values.
    Returns:
        0 to 1; 0 where nothing can be told: results that are all the same, or a value of its own in every trial.
    References:
        Kelley (1935), PNAS 21(9): an unbiased correlation ratio measure.
    """
    import numpy as np

    groups = np.unique([str(value) for value in values], return_inverse=True)[1]
    numbers = np.asarray(results, dtype=float)
    sizes = np.bincount(groups)
    free = len(numbers) - len(sizes)  # degrees of freedom within the groups
    total = float(np.sum((numbers - numbers.mean()) ** 2)) if len(numbers) else 0.0
    if free <= 0 or total == 0.0:
        return 0.0
    means = np.bincount(groups, weights=numbers) / sizes
    within = float(np.sum((numbers - means[groups]) ** 2))
    return max(0.0, 1.0 - (within / free) / (total / (len(numbers) - 1)))
