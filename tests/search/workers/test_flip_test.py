"""The test on mirrored images in a process of its own; within a whole search, see `test_run_mirror`."""

import numpy as np
import pytest

from search.training.datasets.dataset import make_dataset
from search.workers.flip_test import run_flip_test


def dataset(side):
    part = np.zeros((4, side, side, 1), np.uint8), np.array([0, 1, 0, 1])
    return make_dataset("black", train=part, validation=part, class_names=("a", "b"), mirrorable=None)


@pytest.mark.long
def test_its_result_comes_back():
    result = run_flip_test(dataset(16), seed=0)
    assert (result.names, result.images, result.lost, result.is_invariant) == (("a", "b"), (4, 4), (0, 0), False)
