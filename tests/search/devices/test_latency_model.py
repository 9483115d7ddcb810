"""The latency model: times made of known parts are predicted exactly; features agree with a count by hand."""

from random import Random

import numpy as np
import pytest

from search.devices.latency_model import FEATURES, LatencyModel, counts, fit
from search.optimizer.networks.hyperparameters import RandomHyperParameters
from spaces.architecture import Architecture
from spaces.blocks import InvertedResidual, MaxPool, Residual, Resize, SeparableConv, StandardConv
from spaces.heads import FlattenHead, GlobalAverageHead
from spaces.hybrid import HybridSpace

PARTS = dict(zip(FEATURES, (0.01, 8e-9, 3e-7, 6e-9, 1e-7, 2e-8, 9e-7, 2e-7, 1e-6, 5e-7, 4e-6, 4e-8), strict=True))


def costs(number, seed=0):
    random, space = Random(seed), HybridSpace()
    return [space.architecture(RandomHyperParameters(random)).cost() for _ in range(number)]


def made_up(cost):
    return sum(PARTS[name] * count for name, count in counts(cost).items())


def test_features_are_counted_layer_by_layer():
    network = Architecture(
        (8, 8, 3),
        (StandardConv(4), MaxPool(), Residual((SeparableConv(4, depth_multiplier=2),))),
        FlattenHead(10),
    )
    count = counts(network.cost())
    assert count["network"] == 1
    assert count["Conv2D 3x3 multiply-adds"] == 8 * 8 * 27 * 4
    assert count["Conv2D 3x3 outputs"] == 8 * 8 * 4
    assert count["MaxPooling2D outputs"] == count["Add outputs"] == 4 * 4 * 4
    assert count["DepthwiseConv2D outputs"] == 4 * 4 * 8
    assert count["Conv2D 1x1 multiply-adds"] == 4 * 4 * 8 * 4
    assert count["Dense multiply-adds"] == 64 * 128 + 128 * 10


def test_windows_of_one_pixel_are_counted_apart_and_what_other_blocks_have_beside():
    block = InvertedResidual(8, 5, expansion=2.0, squeeze_excite=1 / 4)
    count = counts(Architecture((8, 8, 8), (Resize(4, 4), block, StandardConv(4, 1)), GlobalAverageHead(10)).cost())
    assert count["Conv2D 1x1 multiply-adds"] == 16 * (8 * 16 + 16 * 8 + 8 * 4)
    assert count["Conv2D 3x3 multiply-adds"] == 0
    assert count["DepthwiseConv2D multiply-adds"] == 16 * 25 * 16
    assert count["Multiply outputs"] == 16 * 16 and count["Resize outputs"] == 16 * 8
    assert count["Dense multiply-adds"] == 2 * 16 * 4 + 4 * 10


def test_a_stored_model_of_fewer_features_still_predicts():
    stored = LatencyModel({"network": 0.5, "Dense multiply-adds": 1e-6}, error=0.0, correlation=1.0, networks=20)
    network = Architecture((8, 8, 3), (StandardConv(4),), GlobalAverageHead(10))
    assert stored.price(network.cost()) == pytest.approx(0.5 + 40e-6)


def test_times_made_of_parts_are_predicted_exactly():
    timed = costs(40)
    model = fit(timed, [made_up(cost) for cost in timed])
    assert model.error < 1e-6 and model.correlation == pytest.approx(1) and model.networks == 40
    for cost in costs(20, seed=1):
        assert model.price(cost) == pytest.approx(made_up(cost), rel=1e-4)


def test_noise_is_reported_and_no_part_is_negative():
    timed, noise = costs(40), np.random.default_rng(0)
    model = fit(timed, [made_up(cost) * noise.lognormal(0, 0.1) for cost in timed])
    assert 0.03 < model.error < 0.2
    assert min(model.milliseconds.values()) >= 0
    assert all(model.price(cost) > 0 for cost in costs(20, seed=1))
