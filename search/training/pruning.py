"""Magnitude pruning: which weights of a network are set to zero for good."""

import numpy as np

from search.training.kernels import is_matrix

FEWEST = 1_000
"""Kernels of fewer weights stay whole, as a first layer's."""


def masks(variables, *, sparsity: float) -> list[np.ndarray | None]:
    """For each variable, 0 where a weight goes and 1 where it stays; None where all stay.

    The smallest magnitudes of each kernel go. A network that was pruned keeps its zeros under the same sparsity.

    Args:
        variables: Keras variables.
        sparsity: Share of each kernel's weights to go, 0 to 1.
    Raises:
        ValueError: If no kernel is large enough to be pruned.
    References:
        Zhu, Gupta (2017), To prune, or not to prune, arXiv:1710.01878.
    """
    found = [_mask(variable.numpy(), sparsity) if _is_pruned(variable) else None for variable in variables]
    if all(mask is None for mask in found):
        raise ValueError(f"this network has no kernel of {FEWEST:,} weights or more to prune. Leave --sparsity out.")
    return found


def _is_pruned(variable) -> bool:
    """Depthwise kernels, which are no matrices, have few weights, on which much depends."""
    return is_matrix(variable) and int(np.prod(variable.shape)) >= FEWEST


def _mask(weights: np.ndarray, sparsity: float) -> np.ndarray:
    mask = np.ones(weights.size, np.float32)
    smallest = np.argsort(np.abs(weights), axis=None, kind="stable")[: round(sparsity * weights.size)]
    mask[smallest] = 0
    return mask.reshape(weights.shape)
