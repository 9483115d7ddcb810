"""CIFAR-10: 60,000 photographs of 32 x 32 pixels in ten classes (Krizhevsky, 2009)."""

import numpy as np

from search.training.datasets import batch_file
from search.training.datasets.cifar10_files import batch_folder
from search.training.datasets.dataset import make_dataset
from search.training.datasets.inventory import DRAWN_BY_SEED, Inventory, class_sizes
from search.training.datasets.splits import last_split, limited, validation_split

CLASS_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
TEST_BATCH = "test_batch"
VALIDATION_FRACTION = 0.1  # 5,000 of 50,000


def load_cifar10(*, data_dir, seed, train_limit, validation="drawn"):
    """CIFAR-10: 45,000 images for training and 5,000 for validation; see `catalogue.load`.

    The test batch is read, too, so that a damaged one is noticed now. Of it only the number of images is kept.
    """
    folder = batch_folder(data_dir)
    batches = [batch_file.read_batch(folder / f"data_batch_{number}") for number in range(1, 6)]
    images, labels = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    test_sizes = _test_sizes(folder)
    split, source = (last_split, "the last tenth") if validation == "last" else (validation_split, DRAWN_BY_SEED)
    train, validation = split(labels, fraction=VALIDATION_FRACTION, seed=seed)
    train = train[limited(labels[train], limit=train_limit, seed=seed)]
    return make_dataset(
        "cifar10",
        train=(images[train], labels[train]),
        validation=(images[validation], labels[validation]),
        class_names=CLASS_NAMES,
        mirrorable=True,
        inventory=Inventory(
            class_sizes=tuple(np.add(class_sizes(labels, classes=len(CLASS_NAMES)), test_sizes).tolist()),
            test_size=sum(test_sizes),
            validation=source,
            test=f"from {TEST_BATCH}",
        ),
    )


def load_cifar10_test(*, data_dir):
    """The official test split: uint8 (10000, 32, 32, 3) and int32 (10000,)."""
    return batch_file.read_batch(batch_folder(data_dir) / TEST_BATCH)


def _test_sizes(folder):
    """Images of each class in the test split. Nothing else of it leaves this function."""
    _, labels = batch_file.read_batch(folder / TEST_BATCH)
    return class_sizes(labels, classes=len(CLASS_NAMES))
