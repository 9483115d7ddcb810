"""Random networks of the default space, in every format, against Keras."""

from random import Random

import keras
import numpy as np
import pytest

from search.devices.deployable import deployable
from search.devices.formats import FORMATS, write
from search.optimizer.networks.describe import random_networks
from spaces.hybrid import HybridSpace


def cheap_networks(*, channels):
    space = HybridSpace(input_shape=(16, 16, channels))
    return [network for _, network, cost in random_networks(space, Random(7), draws=60) if cost.flops < 10e6]


NETWORKS = [*cheap_networks(channels=3)[:20], *cheap_networks(channels=1)[:5]]
IN_COLOR, GREY = 12, 24  # small ones, and different


def after_some_training(architecture):
    """The model, built, with other scales, offsets and averages of BatchNorm than fresh ones."""
    keras.utils.set_random_seed(0)
    model, random = architecture.build(), np.random.default_rng(0)
    for weight in model.weights:
        if weight.name in ("gamma", "beta", "moving_mean", "moving_variance"):
            weight.assign(weight + random.uniform(0, 0.3, weight.shape))
    return model


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(number, marks=() if number in (IN_COLOR, GREY) else pytest.mark.long)
        for number in range(len(NETWORKS))
    ],
)
def test_each_format_agrees_with_keras(number, tmp_path):
    images = np.random.default_rng(1).integers(0, 256, (64, *NETWORKS[number].input_shape), dtype=np.uint8)
    model = after_some_training(NETWORKS[number])
    expected = deployable(model)(images).numpy()
    for name, format_ in FORMATS.items():
        write(name, model, tmp_path, calibration=images)
        found = format_.load(tmp_path / format_.file)(images)
        if name in ("litert-int8", "c"):
            assert np.abs(found - expected).mean() < 0.05, name
        else:
            np.testing.assert_allclose(found, expected, atol=1e-5, err_msg=name)
