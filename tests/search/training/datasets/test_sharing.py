"""Data sets that processes share: the same content, one memory, and a file that stays as it is."""

import numpy as np
import pytest

from search.training.datasets import Dataset, load
from search.training.datasets.sharing import ARRAYS, as_tensor, open_saved, save, without_lock


@pytest.fixture(scope="module")
def digits():
    return load("digits", train_limit=50)


def test_a_saved_data_set_is_mapped_into_memory_with_the_same_content(tmp_path, digits):
    save(digits, tmp_path)
    again = open_saved(tmp_path)
    assert isinstance(again, Dataset)
    assert isinstance(again.train_images, np.memmap)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(again, name), getattr(digits, name))
    assert (again.class_names, again.fingerprint) == (digits.class_names, digits.fingerprint)


def test_tensorflow_shares_the_memory_and_the_file_never_changes(digits, tmp_path):
    save(digits, tmp_path)
    images = open_saved(tmp_path).train_images
    tensor = as_tensor(images)
    before = int(tensor[0, 0, 0, 0])
    images[0, 0, 0, 0] = 255 - before
    assert int(tensor[0, 0, 0, 0]) == 255 - before  # one memory
    assert open_saved(tmp_path).train_images[0, 0, 0, 0] == before


@pytest.mark.parametrize("step", [1, 2], ids=["whole", "every second image"])
def test_an_array_whose_memory_can_not_be_shared_is_copied(digits, step):
    images = digits.train_images.copy()[::step]
    images.flags.writeable = False
    np.testing.assert_array_equal(as_tensor(images).numpy(), images)


def test_a_read_only_array_is_unlocked_without_a_copy(digits):
    images = digits.train_images.copy()
    images.flags.writeable = False
    unlocked = without_lock(images)
    assert unlocked.flags.writeable and np.shares_memory(unlocked, images)
    np.testing.assert_array_equal(unlocked, images)
