"""Latency before training: a sum over layers, fitted to networks that were timed."""

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
"""What takes time; BatchNorm and activations are folded into what is before them. 3x3 stands for all larger windows."""


@dataclass(frozen=True)
class LatencyModel:
    """Milliseconds for one image.

    Attributes:
        milliseconds: By feature, for one of it.
        error: Median relative error on networks that were left out of the fit, 0 to 1.
        correlation: Spearman's rank correlation there.
        networks: How many were timed.
    """

    milliseconds: Mapping[str, float]
    error: float
    correlation: float
    networks: int

    def price(self, cost: Cost) -> float:
        """Milliseconds of a network."""
        # A model that was stored may know fewer features: those that its space has.
        return sum(self.milliseconds.get(name, 0.0) * count for name, count in counts(cost).items())


def counts(cost: Cost) -> dict[str, float]:
    """How much of each feature a network has."""
    found = dict.fromkeys(FEATURES, 0.0)
    found["network"] = 1.0
    for layer in cost.layers:
        values = layer.output_shape[0] * layer.output_shape[1] * layer.output_shape[2] if layer.output_shape[2:] else 0
        name = f"Conv2D {'1x1' if layer.kernel_size == 1 else '3x3'}" if layer.kind == "Conv2D" else layer.kind
        for feature, count in ((f"{name} multiply-adds", layer.multiply_adds), (f"{name} outputs", values)):
            if feature in found:
                found[feature] += count
    return found


def fit(costs: Sequence[Cost], milliseconds: Sequence[float]) -> LatencyModel:
    """The model of networks that were timed, by least squares of the relative error; no part is negative.

    Args:
        costs: Of the networks.
        milliseconds: Of each.
    References:
        Lawson, Hanson (1974), Solving least squares problems: non-negative least squares.
    """
    from scipy.stats import spearmanr

    rows = np.array([list(counts(cost).values()) for cost in costs])
    times = np.asarray(milliseconds, dtype=float)
    left_out = np.array(
        [_solve(np.delete(rows, one, 0), np.delete(times, one)) @ rows[one] for one in range(len(rows))]
    )
    solved = _solve(rows, times)
    return LatencyModel(
        dict(zip(FEATURES, solved.tolist(), strict=True)),
        error=float(np.median(np.abs(left_out / times - 1))),
        correlation=float(spearmanr(left_out, times).statistic),
        networks=len(rows),
    )


def _solve(rows: np.ndarray, times: np.ndarray) -> np.ndarray:
    from scipy.optimize import nnls

    scale = np.maximum(rows.max(axis=0), 1e-12)
    found, _ = nnls(rows / scale / times[:, None], np.ones(len(times)))
    return found / scale
