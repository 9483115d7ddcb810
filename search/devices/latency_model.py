"""Predicts a network's latency before it is trained: a sum over its layers, fitted to networks that were timed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from spaces.cost import Cost

FEATURES = (
    "network",
    "Conv2D 3x3 multiply-adds",
    "Conv2D 3x3 outputs",
    "Conv2D 1x1 multiply-adds",
    "Conv2D 1x1 outputs",
    "DepthwiseConv2D multiply-adds",
    "DepthwiseConv2D outputs",
    "MaxPooling2D outputs",
    "Add outputs",
    "Multiply outputs",
    "Resize outputs",
    "Dense multiply-adds",
)
"""What takes time. BatchNorm and activations are folded into the layer before them. 3x3 means any larger window."""


@dataclass(frozen=True)
class LatencyModel:
    """Milliseconds for one image, a linear function of what a network consists of.

    Attributes:
        milliseconds: Milliseconds of one unit of each feature, by the names in `FEATURES`.
        error: Median relative error on networks that were left out of the fit: 0 is exact.
        correlation: Spearman's rank correlation of predicted and measured times of these networks.
        networks: How many networks were timed.
    """

    milliseconds: Mapping[str, float]
    error: float
    correlation: float
    networks: int

    def price(self, cost: Cost) -> float:
        """Milliseconds of a network."""
        # A stored model may have fewer features: only those of its space.
        return sum(self.milliseconds.get(name, 0.0) * count for name, count in counts(cost).items())


def counts(cost: Cost) -> dict[str, float]:
    """How much of each feature a network has."""
    count_of = dict.fromkeys(FEATURES, 0.0)
    count_of["network"] = 1.0
    for layer in cost.layers:
        outputs = math.prod(layer.output_shape[:3]) if len(layer.output_shape) >= 3 else 0  # feature maps, not vectors
        name = f"Conv2D {'1x1' if layer.kernel_size == 1 else '3x3'}" if layer.kind == "Conv2D" else layer.kind
        for feature, count in ((f"{name} multiply-adds", layer.multiply_adds), (f"{name} outputs", outputs)):
            if feature in count_of:
                count_of[feature] += count
    return count_of


def fit(costs: Sequence[Cost], milliseconds: Sequence[float]) -> LatencyModel:
    """Fit a model to networks that were timed: least squares of the relative error, no coefficient negative.

    Args:
        costs: Costs of the networks.
        milliseconds: Time of each.
    References:
        Lawson, Hanson (1974), Solving least squares problems: non-negative least squares.
    """
    from scipy.stats import spearmanr

    rows = np.array([list(counts(cost).values()) for cost in costs])
    times = np.asarray(milliseconds, dtype=float)
    left_out = np.array(  # predicted times of each network by a fit to all others
        [_solve(np.delete(rows, one, 0), np.delete(times, one)) @ rows[one] for one in range(len(rows))]
    )
    coefficients = _solve(rows, times)
    return LatencyModel(
        dict(zip(FEATURES, coefficients.tolist(), strict=True)),
        error=float(np.median(np.abs(left_out / times - 1))),
        correlation=float(spearmanr(left_out, times).statistic),
        networks=len(rows),
    )


def _solve(rows: np.ndarray, times: np.ndarray) -> np.ndarray:
    from scipy.optimize import nnls

    scale = np.maximum(rows.max(axis=0), 1e-12)
    scaled, _ = nnls(rows / scale / times[:, None], np.ones(len(times)))
    return scaled / scale
