"""The rectangle of the hypervolume: the same for every study of a space, from its cheapest network on."""

import itertools
from random import Random

import pytest

from search.errors import SearchError
from search.optimizer.networks.bounds import bounds_of
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.cheapest import descend
from search.optimizer.networks.describe import random_networks
from search.optimizer.networks.hyperparameters import RandomHyperParameters, StoredHyperParameters
from search.optimizer.networks.objective import FLASH, FLOPS, RAM
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from spaces.architecture import Architecture
from spaces.blocks import SeparableConv, StandardConv
from spaces.heads import GlobalAverageHead
from spaces.hybrid import HybridSpace

LADDER = Ladder((1,))


class SmallSpace:
    """Conditional choices, few enough to be tried one by one."""

    name, input_shape, classes = "small", (8, 8, 3), 4

    def architecture(self, hp):
        blocks = []
        for layer in range(hp.Choice("layers", (3, 1, 2))):
            kind = hp.Choice(f"kind{layer}", ("standard", "separable"))
            make = StandardConv if kind == "standard" else SeparableConv
            blocks.append(make(hp.Choice(f"filters{layer}", (16, 8, 4)), strides=hp.Choice(f"strides{layer}", (1, 2))))
        return Architecture(self.input_shape, tuple(blocks), GlobalAverageHead(self.classes))

    def start_points(self):
        return {}

    def costs(self):
        """Of all networks, by brute force."""
        layer = list(itertools.product(("standard", "separable"), (16, 8, 4), (1, 2)))
        for layers in (1, 2, 3):
            for choices in itertools.product(layer, repeat=layers):
                values = {"layers": layers}
                for number, (kind, filters, strides) in enumerate(choices):
                    values |= {f"kind{number}": kind, f"filters{number}": filters, f"strides{number}": strides}
                yield self.architecture(StoredHyperParameters(values)).cost()


COSTS = list(SmallSpace().costs())


CAPS = [
    *(Caps(), Caps(flops=100_000), Caps(min_flops=50_000), Caps(parameters=400)),
    *(Caps(ram_bytes=800), Caps(flash_bytes=5_000), Caps(flops=60_000, ram_bytes=900, flash_bytes=6_000)),
]


@pytest.mark.parametrize("objective", [FLOPS, RAM, FLASH], ids=lambda objective: objective.name)
@pytest.mark.parametrize("caps", CAPS)
def test_the_left_edge_is_the_cheapest_network_under_the_caps(caps, objective):
    allowed = [cost for cost in COSTS if caps.allow(cost)]
    bounds = bounds_of(Problem(SmallSpace(), LADDER, caps, objective))
    assert len(allowed) > 0 and (len(allowed) < len(COSTS) or caps == Caps())
    assert bounds.lowest_cost == min(map(objective.cost, allowed))
    assert bounds.reference_loss == 0.75


def test_the_right_edge_is_the_dearest_network_or_the_cap():
    dearest = max(cost.multiply_adds for cost in COSTS)
    assert 0.5 * dearest < bounds_of(Problem(SmallSpace(), LADDER)).highest_cost <= dearest
    assert bounds_of(Problem(SmallSpace(), LADDER, Caps(flops=1e5))).highest_cost == 50_000
    assert bounds_of(Problem(SmallSpace(), LADDER, Caps(ram_bytes=900), RAM)).highest_cost == 900


@pytest.mark.parametrize("shape", [(32, 32, 3), (48, 48, 1), (96, 96, 3)])
def test_no_random_network_is_cheaper_than_the_cheapest(shape):
    space = HybridSpace(input_shape=shape)
    lowest = bounds_of(Problem(space, LADDER, Caps(flops=25e6))).lowest_cost
    drawn = min(cost.multiply_adds for _, _, cost in random_networks(space, Random(5), draws=2_000))
    assert lowest < drawn


def test_of_the_cheapest_no_single_change_is_cheaper():
    problem = Problem(HybridSpace(), LADDER)
    hp, cost = descend(problem, _drawn(problem, seed=3))
    for name, distribution in hp.distributions.items():
        for value in distribution.choices:
            changed = {**hp.values, name: value}
            try:
                other = problem.space.architecture(StoredHyperParameters(changed)).cost()
            except ValueError:
                continue  # The change asks for params that this network does not have.
            assert other.multiply_adds >= cost.multiply_adds


def _drawn(problem, *, seed):
    hp = RandomHyperParameters(Random(seed))
    problem.space.architecture(hp)
    return hp


def test_descents_from_different_networks_end_at_the_same_cost():
    problem = Problem(HybridSpace(), LADDER)
    ends = {descend(problem, _drawn(problem, seed=seed))[1].multiply_adds for seed in range(8)}
    assert max(ends) <= 1.2 * min(ends)


def test_a_cap_that_random_networks_hardly_ever_meet_is_met():
    problem = Problem(HybridSpace(input_shape=(48, 48, 1)), LADDER, Caps(flops=400_000))
    assert bounds_of(problem).lowest_cost < 200_000


def test_caps_on_ram_and_flash_that_no_random_network_meets_are_met():
    caps = Caps(flops=2e6, ram_bytes=16_384, flash_bytes=40_960)
    space = HybridSpace(input_shape=(48, 48, 1), classes=4)
    assert not any(caps.allow(cost) for _, _, cost in random_networks(space, Random(1), draws=200))
    for objective in (FLOPS, RAM, FLASH):
        assert bounds_of(Problem(space, LADDER, caps, objective)).lowest_cost > 0


def test_caps_that_nothing_meets_name_the_least_ram_and_flash():
    least = {name: min(getattr(cost, name) for cost in COSTS) for name in ("ram_bytes", "flash_bytes")}
    told = (
        f"{least['ram_bytes']:,} bytes of RAM and {least['flash_bytes']:,} bytes of flash. Widen --max-ram or --max-f"
    )
    with pytest.raises(SearchError, match=told):
        bounds_of(Problem(SmallSpace(), LADDER, Caps(ram_bytes=100, flash_bytes=100)))


def test_only_the_caps_that_are_too_tight_are_to_be_widened():
    with pytest.raises(SearchError, match="Widen --max-flash\\."):
        bounds_of(Problem(SmallSpace(), LADDER, Caps(flops=25e6, min_flops=1, ram_bytes=10**9, flash_bytes=100)))


def test_caps_that_nothing_meets_are_refused():
    with pytest.raises(SearchError, match="Widen --max-flops\\."):
        bounds_of(Problem(SmallSpace(), LADDER, Caps(flops=10)))
