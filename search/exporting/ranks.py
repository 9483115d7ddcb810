"""Rank correlations in the reports of exports."""

import math
from collections.abc import Sequence


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Spearman's rank correlation; None if it is not defined, or of fewer than three pairs."""
    from scipy.stats import spearmanr

    if len(one) < 3:
        return None
    correlation = float(spearmanr(one, other).statistic)
    return None if math.isnan(correlation) else correlation
