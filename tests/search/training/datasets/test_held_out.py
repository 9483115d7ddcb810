"""The test split: one for all seeds, with the arguments and errors of `load`."""

import numpy as np
import pytest

from search.training.datasets import DataError, load
from search.training.datasets.held_out import load_test


def test_a_name_that_is_none_gets_the_error_of_load(tmp_path):
    messages = []
    for function in (load, load_test):
        with pytest.raises(DataError) as error:
            function("no such data set")
        messages.append(str(error.value))
    assert messages[0] == messages[1]


def test_images_of_a_folder_have_the_size_that_is_asked_for(plain):
    images, labels = load_test(str(plain), image_size=(16, 24))
    assert images.shape == (6, 16, 24, 3) and images.dtype == np.uint8
    assert labels.shape == (6,) and labels.dtype == np.int32
    assert load(str(plain), image_size=(16, 24)).train_images.shape[1:] == images.shape[1:]
