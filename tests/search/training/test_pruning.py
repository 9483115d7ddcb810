"""Pruning masks of variables whose weights are known."""

import keras
import numpy as np
import pytest

from search.training.pruning import SMALLEST_KERNEL, pruning_masks


def variable(shape, *, name="kernel", seed=0):
    return keras.Variable(np.random.default_rng(seed).normal(size=shape), name=name)


@pytest.mark.parametrize("sparsity", [0.0, 0.5, 0.9, 1.0])
def test_the_smallest_magnitudes_are_pruned(sparsity):
    kernel = variable((3, 3, 16, 16))
    [mask] = pruning_masks([kernel], sparsity=sparsity)
    weights = np.abs(kernel.numpy())
    assert mask.shape == weights.shape and set(np.unique(mask)) <= {0, 1}
    assert np.sum(mask == 0) == round(sparsity * weights.size)
    if 0 < sparsity < 1:
        assert weights[mask == 0].max() <= weights[mask == 1].min()


def test_a_pruned_kernel_keeps_its_zeros():
    kernel = variable((3, 3, 16, 16))
    [mask] = pruning_masks([kernel], sparsity=0.7)
    kernel.assign(kernel * mask)
    [again] = pruning_masks([kernel], sparsity=0.7)
    np.testing.assert_array_equal(again, mask)


def test_small_kernels_depthwise_kernels_and_vectors_stay_whole():
    stay = [
        variable((1, 1, SMALLEST_KERNEL // 2 - 1, 2)),
        variable((5, 5, 200, 1), name="kernel"),
        variable((5, 5, 200, 1), name="depthwise_kernel"),
        variable((5_000,), name="gamma"),
    ]
    pruned = variable((1, 1, SMALLEST_KERNEL // 2, 2), name="pointwise_kernel")
    *masks, mask = pruning_masks([*stay, pruned], sparsity=0.5)
    assert masks == [None] * len(stay) and mask is not None
    with pytest.raises(ValueError, match="no kernel of 1,000 weights or more to prune"):
        pruning_masks(stay, sparsity=0.5)
