"""The size of a space, against spaces that can be counted."""

import math
from functools import cache

import pytest

from search.errors import SearchError
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.networks.space_statistics import space_statistics
from search.optimizer.rungs import Ladder
from spaces import hybrid
from spaces.hybrid import ACTIVATIONS, FILTERS, LAST_FILTERS, STEM_FILTERS, HybridSpace
from spaces.hybrid_layers import DEPTH_MULTIPLIERS, EXPANSIONS, KERNEL_SIZES, SQUEEZES
from tests.toy_space import ToySpace

FEW_LAYERS = ((0, 1), (1,), (1,), (0,))
"""With the whole space's, a few draws of very many layers decide the estimate, and three seeds tell little of it."""


def hybrid_networks(layer_counts):
    """Sets of answers of the hybrid space for 32x32 pixels, counted layer by layer from its rules."""
    separable = len(KERNEL_SIZES) * len(DEPTH_MULTIPLIERS) * 2
    inverted_residual = len(KERNEL_SIZES) * len(EXPANSIONS) * len(SQUEEZES)
    may_add = 2 + separable + inverted_residual  # a standard layer chooses its bias only
    others = len(KERNEL_SIZES) + 2  # Xception's block; the basic block

    @cache
    def layers(stage, count, channels, strides):
        if not count:
            return stages(stage + 1, channels)
        widths = FILTERS[stage]
        adding = may_add * layers(stage, count - 1, channels, 1) if strides == 1 and channels in widths else 0
        return adding + sum((may_add + others) * layers(stage, count - 1, width, 1) for width in widths)

    @cache
    def stages(stage, channels):
        if stage == len(FILTERS):
            return len(LAST_FILTERS) * 2
        return sum(one_stage(stage, count, channels) for count in layer_counts[stage])

    def one_stage(stage, count, channels):
        if stage == 0:
            return layers(stage, count, channels, 1)
        if not count:
            return 2 * stages(stage + 1, channels)  # with a max-pool or without
        return layers(stage, count, channels, 2) + 2 * layers(stage, count, channels, 1)

    stems = 2 * 2 * 2  # kinds, strides, bias
    return len(ACTIVATIONS) * stems * sum(stages(0, filters) for filters in STEM_FILTERS)


@pytest.mark.long
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_estimate_of_a_space_that_can_be_counted(seed, monkeypatch):
    monkeypatch.setattr(hybrid, "LAYERS", FEW_LAYERS)
    exact = hybrid_networks(FEW_LAYERS)
    found = space_statistics(Problem(HybridSpace(), Ladder((1,)), Caps()), seed=seed, samples=5)
    assert abs(found.networks - exact) < 4 * found.standard_error
    assert found.standard_error < 0.1 * exact
    assert found.allowed == 1


def test_without_conditions_it_is_exact():
    found = space_statistics(Problem(ToySpace(), Ladder((1,)), Caps()), seed=0, samples=3, draws=500)
    assert (found.networks, found.standard_error) == (4**3, 0.0)
    assert found.flops == (2 * 3 * 800, 2 * 3 * 6400)


def test_samples_are_within_the_caps_and_spread_over_the_costs():
    caps = Caps(flops=10e6, min_flops=1e6)
    found = space_statistics(Problem(HybridSpace(), Ladder((1,)), caps), seed=0, samples=5, draws=5000)
    flops = [network.cost().flops for network in found.samples]
    assert len(flops) == 5 and flops == sorted(flops)
    assert all(caps.allow(network.cost()) for network in found.samples)
    middles = [10 ** (6 + (place + 0.5) / 5) for place in range(5)]
    assert all(abs(math.log10(one / middle)) < 0.1 for one, middle in zip(flops, middles, strict=True))
    assert 0.1 < found.allowed < 0.9


def test_a_real_number_makes_a_space_endless():
    class Endless(ToySpace):
        def architecture(self, hp):
            hp.Float("rate", 0.0, 1.0)
            return super().architecture(hp)

    assert space_statistics(Problem(Endless(), Ladder((1,)), Caps()), seed=0, samples=1, draws=50).networks == math.inf


def test_nothing_within_the_caps_is_said():
    with pytest.raises(SearchError, match="no network of the space was found within the caps"):
        space_statistics(Problem(ToySpace(), Ladder((1,)), Caps(flops=10)), seed=0, samples=1, draws=50)


def test_where_no_random_network_is_within_the_caps_the_samples_are_what_a_search_would_draw():
    caps = Caps(flops=100_000)
    found = space_statistics(Problem(HybridSpace(), Ladder((1,)), caps), seed=0, samples=5, draws=300)
    assert found.allowed == 0 and found.samples
    assert all(caps.allow(network.cost()) for network in found.samples)
