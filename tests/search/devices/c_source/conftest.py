"""A small network, trained on real images."""

import keras
import numpy as np
import pytest

from search.devices.int8_file import int8_bytes
from spaces.architecture import Architecture
from spaces.blocks import InvertedResidual, MaxPool, Residual, SeparableConv, StandardConv
from spaces.heads import GlobalAverageHead

SHAPE, CLASSES = (8, 8, 3), 10
BLOCKS = (
    StandardConv(8),
    InvertedResidual(8, strides=2, expansion=2.0, squeeze_excite=1 / 4, activation="hard_silu"),
    MaxPool(),
    Residual((SeparableConv(8),)),
)


@pytest.fixture(scope="package")
def images():
    from sklearn.datasets import load_digits

    grey = (255 / 16 * load_digits().images[:400]).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=-1)


@pytest.fixture(scope="package")
def network(images):
    from sklearn.datasets import load_digits

    keras.utils.set_random_seed(0)
    model = Architecture(SHAPE, BLOCKS, GlobalAverageHead(CLASSES)).build()
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit((images - 127.5) / 64, load_digits().target[: len(images)], epochs=2, batch_size=50, verbose=0)
    return model


@pytest.fixture(scope="package")
def file(network, images):
    """The network as an int8 file."""
    return int8_bytes(network, images[:100])
