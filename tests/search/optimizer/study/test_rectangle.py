"""One rectangle and one hypervolume for every seed, and one answer to the question what the caps allow."""

import itertools

import keras
import optuna
import pytest

from search.errors import SearchError
from search.optimizer.networks.bounds import bounds_of
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.networks.space_statistics import space_statistics
from search.optimizer.pareto import hypervolume
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.optimizer.study.starter import SpaceExhausted
from spaces.hybrid import HybridSpace
from spaces.hypermodel import HypermodelSpace
from tests.toy_space import ToySpace

LADDER = Ladder((1,))
WIDTHS, KERNELS = (4, 8, 16, 32), (1, 3)


def build(hp):
    """A hypermodel of 32 networks, the cheapest of which is seldom drawn."""
    tensor = inputs = keras.Input((8, 8, 1))
    for layer in (1, 2):
        width = hp.Choice(f"width{layer}", WIDTHS, default=WIDTHS[-1])
        tensor = keras.layers.Conv2D(width, hp.Choice("kernel", KERNELS), activation="relu")(tensor)
    return keras.Model(inputs, keras.layers.Dense(10)(keras.layers.GlobalAveragePooling2D()(tensor)))


@pytest.fixture(scope="module")
def hypermodel():
    return HypermodelSpace(f"{__name__}:build", input_shape=(8, 8, 1), classes=10)


def opened(problem, *, seed, sampler="known-cost"):
    return open_study(
        "made", problem, storage=optuna.storages.InMemoryStorage(), sampler=sampler, seed=seed, settings={}
    )


def check_one_rectangle(space, caps):
    """Of the seeds 0 to 4; and a front counts from its cheapest member on."""
    bounds = {opened(Problem(space, LADDER, caps), seed=seed).bounds for seed in range(5)}
    assert len(bounds) == 1
    (rectangle,) = bounds
    assert bounds_of(Problem(space, LADDER, caps)) == rectangle
    low, high = rectangle.lowest_cost, rectangle.highest_cost
    costs = [low, low * (high / low) ** 0.3, low * (high / low) ** 0.7]
    losses = [0.6, 0.4, 0.2]
    assert hypervolume(losses[1:], costs[1:], rectangle) < hypervolume(losses, costs, rectangle)
    return rectangle


@pytest.mark.parametrize("caps", [Caps(), Caps(min_flops=1e6, flops=2e6), Caps(parameters=5_000)])
def test_the_rectangle_of_the_hybrid_space_is_one(caps):
    check_one_rectangle(HybridSpace(input_shape=(16, 16, 3)), caps)


@pytest.mark.parametrize("caps", [Caps(), Caps(min_flops=50_000)])
def test_the_rectangle_of_a_hypermodel_begins_at_its_cheapest_network(hypermodel, caps):
    rectangle = check_one_rectangle(hypermodel, caps)
    costs = [conv_multiply_adds(*widths, kernel) for *widths, kernel in itertools.product(WIDTHS, WIDTHS, KERNELS)]
    assert rectangle.lowest_cost == min(cost for cost in costs if 2 * cost >= (caps.min_flops or 0))


def conv_multiply_adds(first, second, kernel):
    """By hand: two convolutions without padding, and a dense layer of ten."""
    side = 8 - kernel + 1
    last = side - kernel + 1
    return side**2 * kernel**2 * first + last**2 * kernel**2 * first * second + second * 10


def refuses(action):
    try:
        action()
    except (SearchError, SpaceExhausted):
        return True
    return False


def search_begins(problem, sampler):
    study = opened(problem, seed=0, sampler=sampler)
    proposal = study.ask(3)
    assert proposal is not None and problem.caps.allow(proposal.architecture.cost())


HYBRID = HybridSpace(input_shape=(8, 8, 1))
CHEAPEST = 2 * bounds_of(Problem(HYBRID, LADDER)).lowest_cost  # FLOPs


@pytest.mark.parametrize(
    ("space", "caps", "refused"),
    [
        (ToySpace(), Caps(), False),
        (ToySpace(), Caps(flops=4_799), True),
        (ToySpace(), Caps(flops=4_800), False),
        (ToySpace(), Caps(parameters=239), True),
        (ToySpace(), Caps(flops=5_000, min_flops=4_900), True),
        (HYBRID, Caps(flops=CHEAPEST - 1), True),
        # No random draw of thousands meets it.
        pytest.param(HYBRID, Caps(flops=CHEAPEST), False, marks=pytest.mark.long),
        (HYBRID, Caps(parameters=10), True),
    ],
)
@pytest.mark.parametrize("sampler", ["known-cost", "random"])
def test_a_dry_run_and_a_search_refuse_the_same(space, caps, refused, sampler):
    problem = Problem(space, LADDER, caps)
    assert refuses(lambda: space_statistics(problem, seed=0, samples=3, draws=100)) == refused
    assert refuses(lambda: search_begins(problem, sampler)) == refused


def test_a_hypermodel_is_refused_alike(hypermodel):
    cheapest = 2 * conv_multiply_adds(WIDTHS[0], WIDTHS[0], 1)
    for caps, refused in ((Caps(flops=cheapest - 1), True), (Caps(flops=cheapest), False)):
        problem = Problem(hypermodel, LADDER, caps)
        assert refuses(lambda: space_statistics(problem, seed=0, samples=3)) == refused  # noqa: B023
        assert refuses(lambda: search_begins(problem, "known-cost")) == refused  # noqa: B023


def test_a_cap_that_leaves_little_is_searched_to_its_end():
    """Every network of the toy space whose widths sum to 48 or less, and no other."""
    study = opened(Problem(ToySpace(), LADDER, Caps(flops=2 * 100 * 16 * 3)), seed=0)
    keys = set()
    with pytest.raises(SpaceExhausted):
        while True:
            proposal = study.ask()
            keys.add(proposal.architecture.key)
            study.record_rung(proposal.number, accuracy=0.5, seconds=1.0)
    assert len(keys) == sum(sum(widths) <= 48 for widths in itertools.product((8, 16, 32, 64), repeat=3))
