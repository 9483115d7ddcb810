"""Images to learn from: CIFAR-10, embedded digits, or the user's own folder. One file a source.

`load` gives training and validation images. The test split is in none of them: see `held_out`.
"""

from search.training.datasets.catalogue import BUILT_IN, load
from search.training.datasets.dataset import DataError, Dataset

__all__ = ["BUILT_IN", "DataError", "Dataset", "load"]
