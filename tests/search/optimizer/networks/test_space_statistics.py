"""The size of a space, against spaces that can be counted."""

import math
from functools import cache

import pytest

from search.errors import SearchError
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.space_statistics import space_statistics
from spaces.hybrid import DEPTH_MULTIPLIERS, FILTERS, LAYERS, HybridSpace
from tests.toy_space import ToySpace


def hybrid_networks():
    """Sets of answers of the hybrid space, counted layer by layer from its rules."""
    kinds = 1 + len(DEPTH_MULTIPLIERS)  # standard, or separable with a multiplier

    @cache
    def rest(stage, layer, count, channels):
        if layer == count:
            stage += 1
            return sum(rest(stage, 0, layers, channels) for layers in LAYERS[stage]) if stage < len(FILTERS) else 2
        return sum(
            kinds * 2 * (2 if width == channels else 1) * rest(stage, layer + 1, count, width)
            for width in FILTERS[stage]
        )

    return sum(rest(0, 0, layers, 3) for layers in LAYERS[0])


@pytest.mark.long
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_estimate_of_a_space_that_can_be_counted(seed):
    exact = hybrid_networks()
    found = space_statistics(HybridSpace(), caps=Caps(), seed=seed, samples=5)
    assert abs(found.networks - exact) < 4 * found.standard_error
    assert found.standard_error < 0.35 * exact
    assert found.allowed == pytest.approx(found.networks)


def test_without_conditions_it_is_exact():
    found = space_statistics(ToySpace(), caps=Caps(), seed=0, samples=3, draws=500)
    assert (found.networks, found.standard_error) == (4**3, 0.0)
    assert found.flops == (2 * 3 * 800, 2 * 3 * 6400)


def test_samples_are_within_the_caps_and_spread_over_the_costs():
    caps = Caps(flops=10e6, min_flops=1e6)
    found = space_statistics(HybridSpace(), caps=caps, seed=0, samples=5, draws=5000)
    flops = [network.cost().flops for network in found.samples]
    assert len(flops) == 5 and flops == sorted(flops)
    assert all(caps.allow(network.cost()) for network in found.samples)
    middles = [10 ** (6 + (place + 0.5) / 5) for place in range(5)]
    assert all(abs(math.log10(one / middle)) < 0.1 for one, middle in zip(flops, middles, strict=True))
    assert 0 < found.allowed < found.networks


def test_a_real_number_makes_a_space_endless():
    class Endless(ToySpace):
        def architecture(self, hp):
            hp.Float("rate", 0.0, 1.0)
            return super().architecture(hp)

    assert space_statistics(Endless(), caps=Caps(), seed=0, samples=1, draws=50).networks == math.inf


def test_nothing_within_the_caps_is_said():
    with pytest.raises(SearchError, match="none of 50 random networks"):
        space_statistics(ToySpace(), caps=Caps(flops=10), seed=0, samples=1, draws=50)
