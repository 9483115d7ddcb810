"""Images to learn from: CIFAR-10, digits that come with scikit-learn, or a folder of the user's. One file a source.

`load` gives training and validation images, never test images: those are in `held_out`. It reads every file once,
those of the test split too, so that a damaged one is noticed before a search. Of them it keeps only the number.
"""

from search.training.datasets.catalogue import BUILT_IN, EMBEDDED, load
from search.training.datasets.dataset import DataError, Dataset
from search.training.datasets.inventory import changes
from search.training.datasets.summary import summary

__all__ = ["BUILT_IN", "EMBEDDED", "DataError", "Dataset", "changes", "load", "summary"]
