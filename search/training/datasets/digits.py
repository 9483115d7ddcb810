"""Handwritten digits that come with scikit-learn: 1,797 images, without a download."""

import numpy as np

from search.training.datasets.dataset import make_dataset
from search.training.datasets.inventory import Inventory, class_sizes
from search.training.datasets.splits import held_out, limited, validation_split

FRACTION = 0.2  # Of all images for the test split, then of the rest for validation.
SIZE = 32  # pixels
_BRIGHTEST = 16  # scikit-learn's images are 8 x 8 pixels of 0..16


def load_digits(*, seed, train_limit):
    """Digits for training and validation; see `catalogue.load`."""
    images, all_labels = _read()
    usable, test = held_out(all_labels, fraction=FRACTION)
    images, labels = images[usable], all_labels[usable]
    train, validation = validation_split(labels, fraction=FRACTION, seed=seed)
    train = train[limited(labels[train], limit=train_limit, seed=seed)]
    return make_dataset(
        "digits",
        train=(images[train], labels[train]),
        validation=(images[validation], labels[validation]),
        class_names=[str(digit) for digit in range(10)],
        mirrorable=False,
        inventory=Inventory(class_sizes(all_labels, classes=10), len(test), test="a fixed fifth"),
    )


def load_digits_test():
    """The test split, a fifth that `load_digits` never returns: uint8 (359, 32, 32, 3) and int32 (359,)."""
    images, labels = _read()
    _, test = held_out(labels, fraction=FRACTION)
    return images[test], labels[test]


def _read():
    from sklearn.datasets import load_digits as bundled

    digits = bundled()
    return np.stack([_enlarged(image) for image in digits.images]), digits.target.astype(np.int32)


def _enlarged(image):
    """uint8 (32, 32, 3) of an (8, 8) image."""
    from PIL import Image

    grey = Image.fromarray(np.round(image * (255 / _BRIGHTEST)).astype(np.uint8))
    large = np.asarray(grey.resize((SIZE, SIZE), Image.Resampling.BILINEAR))
    return np.repeat(large[:, :, None], 3, axis=2)
