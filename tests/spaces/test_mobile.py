"""The mobile space: its start points, its parameters, its costs, and its use with KerasTuner."""

from random import Random
from statistics import median, quantiles

import pytest

from search.optimizer.networks.hyperparameters import RandomHyperParameters, StoredHyperParameters
from spaces.blocks import InvertedResidual, MaxPool, Residual, Resize
from spaces.mobile import KINDS, MobileSpace
from spaces.reference import FAMILIES

CAP = 25e6 / 2  # multiply-adds


def draws(count, *, seed=0, **options):
    space, random = MobileSpace(**options), Random(seed)
    for _ in range(count):
        hp = RandomHyperParameters(random)
        yield hp, space.architecture(hp)


@pytest.mark.parametrize("shape", [(32, 32, 3), (8, 8, 3), (64, 48, 3)], ids=str)
@pytest.mark.parametrize("name", FAMILIES)
def test_the_families_are_points_of_the_space(name, shape):
    params = MobileSpace(input_shape=shape, classes=7).start_points()[name]
    hp = StoredHyperParameters(params)
    assert MobileSpace(input_shape=shape, classes=7).architecture(hp) == FAMILIES[name](input_shape=shape, classes=7)
    assert hp.values == params  # Each is a parameter of the network, and its value is one of the choices.
    assert all(value in hp.distributions[name].choices for name, value in params.items())


def test_start_points_are_the_families_and_within_the_cap():
    assert MobileSpace().start_points().keys() == FAMILIES.keys()
    assert all(make().cost().multiply_adds < CAP for make in FAMILIES.values())


def test_half_of_all_draws_cost_less_than_half_the_cap():
    costs = [architecture.cost().multiply_adds for _, architecture in draws(500)]
    assert median(costs) < CAP / 2
    low, *_, high = quantiles(costs, n=20)
    assert low < 1.5e6 and high > CAP


def test_every_choice_occurs():
    kinds, sizes, pools, added, squeezed, numbers = set(), set(), set(), 0, set(), []
    for hp, architecture in draws(300):
        kinds |= {value for name, value in hp.values.items() if name.endswith("_kind")}
        sizes |= {block.height for block in architecture.blocks if isinstance(block, Resize)}
        pools.add(sum(isinstance(block, MaxPool) for block in architecture.blocks))
        added += any(isinstance(block, Residual) for block in architecture.blocks)
        squeezed |= {block.squeeze_excite for block in architecture.blocks if isinstance(block, InvertedResidual)}
        numbers.append(len(hp.values))
    assert (kinds, sizes, pools, squeezed) == (set(KINDS), {24, 28}, {0, 1, 2, 3}, {0.0, 1 / 16, 1 / 4})
    assert 0 < added < 300
    assert max(numbers) <= 32


@pytest.mark.parametrize("shape", [(32, 32, 3), (8, 8, 1), (9, 12, 3)], ids=str)
def test_no_two_sets_of_params_describe_one_network_and_every_network_fits(shape):
    params_of = {}
    for hp, architecture in draws(1_000, input_shape=shape):
        assert params_of.setdefault(architecture.key, hp.values) == hp.values
        assert architecture.cost().multiply_adds > 0


def test_resolutions_are_shares_of_the_image():
    heights = {hp.values["resolution"] for hp, _ in draws(50, input_shape=(64, 48, 3))}
    resized = {
        (b.height, b.width) for _, a in draws(50, input_shape=(64, 48, 3)) for b in a.blocks[:1] if b.kind == "resize"
    }
    assert heights == {48, 56, 64}
    assert resized == {(48, 36), (56, 42)}


def test_small_images_are_refused():
    with pytest.raises(ValueError, match=r"needs 8 pixels a side; got 7x32\. Use larger images"):
        MobileSpace(input_shape=(7, 32, 3))


def test_the_space_takes_its_values_from_kerastuner():
    import keras_tuner

    hp = keras_tuner.HyperParameters()
    architecture = MobileSpace().architecture(hp)
    assert MobileSpace().architecture(StoredHyperParameters(hp.values)) == architecture
    start = keras_tuner.HyperParameters()
    start.values = dict(MobileSpace().start_points()["EfficientNet"])
    assert MobileSpace().architecture(start) == FAMILIES["EfficientNet"]()
