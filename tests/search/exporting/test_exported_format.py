"""Exported formats: files are tested with their own runtime."""

import numpy as np
import pytest

from search.exporting.exported_format import accuracy, probabilities


def test_accuracy_by_hand():
    predictions = np.array([[0.9, 0.1], [0.4, 0.6], [0.8, 0.2], [0.3, 0.7]])
    assert accuracy(predictions, np.array([0, 1, 1, 1])) == 0.75


@pytest.mark.parametrize("count", [1, 99, 100, 101, 250])
def test_images_are_run_in_batches(count):
    sizes = []

    def run(images):
        sizes.append(len(images))
        return images[:, :2]

    images = np.arange(3 * count).reshape(count, 3)
    np.testing.assert_array_equal(probabilities(run, images), images[:, :2])
    assert max(sizes) <= 100
