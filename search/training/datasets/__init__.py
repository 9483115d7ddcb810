"""Images to learn from: CIFAR-10, digits that come with scikit-learn, or a folder of the user's. One file a source.

`load` gives training and validation images, never test images: those are in `held_out`.
"""

from search.training.datasets.catalogue import BUILT_IN, EMBEDDED, load
from search.training.datasets.dataset import DataError, Dataset

__all__ = ["BUILT_IN", "EMBEDDED", "DataError", "Dataset", "load"]
