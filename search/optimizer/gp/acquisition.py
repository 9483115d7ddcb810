"""What a network is expected to be worth: the gain in hypervolume at its own, known cost.

Losses are predicted as log-normal: the logarithm of the loss is Gaussian.
"""

import numpy as np
from scipy.special import ndtr

from search.optimizer.arrays import FloatArray
from search.optimizer.pareto import Bounds, front


def expected_hypervolume_improvement(
    means: FloatArray,
    deviations: FloatArray,
    costs: FloatArray,
    *,
    front_losses: FloatArray,
    front_costs: FloatArray,
    bounds: Bounds,
) -> FloatArray:
    """Expected growth of `pareto.hypervolume` were each candidate added to the front, alone.

    With its cost c known, a candidate of loss l adds the area over [log c, log highest cost] between the front's step
    curve and l. The curve is constant between two costs of the front, so the expectation is a sum over its steps, right
    of c, of width x E[max(0, height - l)], and that is the price of a put option (Black and Scholes). It takes
    O(n x n_front).

    Args:
        means: Array of shape (n,), of the log loss.
        deviations: Array of shape (n,), standard deviations of the log loss; 0 is certain.
        costs: Array of shape (n,), multiply-adds.
        front_losses: Array of shape (m,); any points, dominated ones too.
        front_costs: Array of shape (m,).
        bounds: The rectangle.
    Returns:
        Array of shape (n,), shares of the rectangle, 0 or more.
    References:
        Emmerich, Giannakoglou, Naujoks (2006), IEEE TEC 10: expected hypervolume improvement; there both objectives are
        uncertain. Daulton, Balandat, Bakshy (2020), NeurIPS: the same by boxes.
    """
    edges, heights = _steps(np.asarray(front_losses, dtype=float), np.asarray(front_costs, dtype=float), bounds)
    starts = np.log(np.maximum(costs, bounds.lowest_cost))[..., None]
    widths = np.maximum(edges[1:] - np.maximum(edges[:-1], starts), 0.0)
    shortfalls = _shortfall(heights, means[..., None], deviations[..., None])
    if bounds.best_loss > 0:
        shortfalls = shortfalls - _shortfall(np.array([bounds.best_loss]), means[..., None], deviations[..., None])
    gained: FloatArray = np.sum(widths * np.maximum(shortfalls, 0.0), axis=-1)
    return gained / bounds.area


def _steps(losses: FloatArray, costs: FloatArray, bounds: Bounds) -> tuple[FloatArray, FloatArray]:
    """Edges (k + 1,) of the front's steps in log cost, within the bounds, and their heights (k,)."""
    chosen = front(losses, costs)
    chosen = chosen[(losses[chosen] < bounds.reference_loss) & (costs[chosen] < bounds.highest_cost)]
    inner = np.maximum(costs[chosen], bounds.lowest_cost)
    edges = np.log(np.concatenate(([bounds.lowest_cost], inner, [bounds.highest_cost])))
    heights = np.concatenate(([bounds.reference_loss], np.maximum(losses[chosen], bounds.best_loss)))
    return edges, heights


def _shortfall(heights: FloatArray, means: FloatArray, deviations: FloatArray) -> FloatArray:
    """E[max(0, height - loss)], loss log-normal; shapes broadcast."""
    deviations = np.maximum(deviations, 1e-12)
    distance = (np.log(np.maximum(heights, 1e-300)) - means) / deviations
    put: FloatArray = heights * ndtr(distance) - np.exp(means + deviations**2 / 2) * ndtr(distance - deviations)
    return put


def reservation_price(rewards: FloatArray, weights: FloatArray, *, look: float | FloatArray, rest: float) -> FloatArray:
    """What it is worth to look and then decide, per unit of effort.

    Looking costs `look` and shows what reward to expect; taking it costs `rest` more, and need not be done. The worth
    is the price g per unit at which looking neither gains nor loses: E[max(0, reward - g x rest)] = g x look.

    Args:
        rewards: Array of shape (n, n_signals), 0 or more: expected reward after each outcome of the look.
        weights: Array of shape (n_signals,), the outcomes' probabilities.
        look, rest: Efforts, above 0; `look` may be an array of shape (n,).
    Returns:
        Array of shape (n,).
    References:
        Weitzman (1979), Econometrica 47: the order in which to open boxes of unknown content.
    """
    order = np.argsort(-rewards, axis=1)
    sums = np.cumsum(np.take_along_axis(rewards, order, axis=1) * weights[order], axis=1)
    chances = np.cumsum(weights[order], axis=1)
    # With the best k outcomes taken, g = sum / (look + rest x chance): the best k gives the largest.
    prices: FloatArray = np.max(sums / (np.reshape(look, (-1, 1)) + rest * chances), axis=1)
    return prices
