"""Means over seeds and paired differences, with their standard errors."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Estimate:
    """A mean over seeds.

    Attributes:
        mean: The mean; None without a seed.
        standard_error: The sample's standard deviation divided by the root of `seeds`; None with fewer than two seeds.
        seeds: Number of seeds.
    """

    mean: float | None
    standard_error: float | None
    seeds: int


def estimate(values: Mapping[int, float]) -> Estimate:
    """The mean of values by seed. A seed with NaN does not count."""
    known = np.array([value for value in values.values() if not math.isnan(value)])
    if len(known) == 0:
        return Estimate(None, None, 0)
    error = float(np.std(known, ddof=1) / math.sqrt(len(known))) if len(known) > 1 else None
    return Estimate(float(np.mean(known)), error, len(known))


def paired_difference(values: Mapping[int, float], baseline: Mapping[int, float]) -> Estimate:
    """The mean of the differences to a baseline, over the seeds that both have.

    What a seed does to both, such as its validation images, is no part of a paired difference.
    """
    return estimate({seed: value - baseline[seed] for seed, value in values.items() if seed in baseline})
