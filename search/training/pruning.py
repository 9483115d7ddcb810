"""Magnitude pruning: which weights of a network are set to zero and stay zero."""

import numpy as np

from search.training.kernels import is_matrix

SMALLEST_KERNEL = 1_000
"""Weights. Smaller kernels, such as a first layer's, are not pruned."""


def is_prunable(variables) -> bool:
    """Whether any of a network's Keras variables is a kernel that is large enough to be pruned."""
    return any(map(_is_pruned, variables))


def pruning_masks(variables, *, sparsity: float) -> list[np.ndarray | None]:
    """The mask of each variable: 0 where a weight is pruned, 1 where it stays; None where all stay.

    In each kernel the weights of smallest magnitude are pruned. Pruning again at the same sparsity changes nothing.

    Args:
        variables: Keras variables.
        sparsity: Share of each kernel's weights to prune, 0 to 1.
    Raises:
        ValueError: If no kernel is large enough to be pruned.
    References:
        Zhu, Gupta (2017), To prune, or not to prune, arXiv:1710.01878.
    """
    if not is_prunable(variables):
        raise ValueError(f"this network has no kernel of {SMALLEST_KERNEL:,} weights or more to prune.")
    return [_mask(variable.numpy(), sparsity) if _is_pruned(variable) else None for variable in variables]


def _is_pruned(variable) -> bool:
    """Depthwise kernels stay whole: they have few weights, and much depends on each."""
    return is_matrix(variable) and int(np.prod(variable.shape)) >= SMALLEST_KERNEL


def _mask(weights: np.ndarray, sparsity: float) -> np.ndarray:
    mask = np.ones(weights.size, np.float32)
    smallest = np.argsort(np.abs(weights), axis=None, kind="stable")[: round(sparsity * weights.size)]
    mask[smallest] = 0
    return mask.reshape(weights.shape)
