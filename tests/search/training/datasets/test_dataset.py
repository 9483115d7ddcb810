"""The data set itself: its types, and what its fingerprint depends on."""

import numpy as np
import pytest

from search.training.datasets.dataset import make_dataset

PIXELS = (np.arange(6 * 4 * 5 * 3) % 251).reshape(6, 4, 5, 3)
LABELS = np.array([0, 1, 0, 1, 0, 1])


def dataset(*, pixels=PIXELS, labels=LABELS, split=4, classes=("cat", "dog"), mirrorable=True):
    parts = {"train": (pixels[:split], labels[:split]), "validation": (pixels[split:], labels[split:])}
    return make_dataset("pets", **parts, class_names=classes, mirrorable=mirrorable)


def test_shapes_and_types_are_those_that_training_takes():
    data = dataset(pixels=np.asfortranarray(PIXELS), classes=["cat", "dog"])
    assert (data.input_shape, data.classes, data.class_names) == ((4, 5, 3), 2, ("cat", "dog"))
    assert data.train_images.dtype == np.uint8 and data.train_labels.dtype == np.int32
    assert data.train_images.flags.c_contiguous and data.validation_images.flags.c_contiguous


def test_a_data_set_can_not_be_changed():
    with pytest.raises(AttributeError):
        dataset().name = "other"


def test_the_fingerprint_is_that_of_the_content_whatever_the_type_and_byte_order():
    first = dataset().fingerprint
    assert first == "89cbf336b8d47842"  # Studies store it: it must stay the same.
    assert dataset(pixels=PIXELS.astype(np.uint8), labels=LABELS.astype(">i8")).fingerprint == first
    assert dataset(mirrorable=False).fingerprint == first


def test_pixels_labels_split_and_class_names_each_change_the_fingerprint():
    brighter, relabelled = PIXELS.copy(), LABELS.copy()
    brighter[0, 0, 0, 0] ^= 1
    relabelled[0] = 1
    changed = [
        dataset(),
        dataset(pixels=brighter),
        dataset(labels=relabelled),
        dataset(split=3),
        dataset(classes=("cat", "hound")),
        dataset(pixels=PIXELS.reshape(6, 5, 4, 3)),
    ]
    assert len({data.fingerprint for data in changed}) == len(changed)
