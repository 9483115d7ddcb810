"""Images to learn from: CIFAR-10, embedded digits, or the user's own folder. One file a source.

`load` gives training and validation images; `load_test` the test split, once, after the choice is made.
"""

from search.training.datasets.catalogue import BUILT_IN, load, load_test
from search.training.datasets.dataset import DataError, Dataset

__all__ = ["BUILT_IN", "DataError", "Dataset", "load", "load_test"]
