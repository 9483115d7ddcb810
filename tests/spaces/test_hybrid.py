"""The hybrid space: the known networks in it, its params, its costs, and its use with KerasTuner."""

from collections.abc import Mapping
from random import Random

import numpy as np
import pytest

from search.optimizer.networks.hyperparameters import RandomHyperParameters, StoredHyperParameters
from spaces import keras_cost, reference
from spaces.architecture import Architecture
from spaces.blocks import InvertedResidual, MaxPool, Residual, Resize, SeparableConv, StandardConv
from spaces.heads import FlattenHead
from spaces.hybrid import ACTIVATIONS, HybridSpace
from spaces.hybrid_layers import DEPTH_MULTIPLIERS, KERNEL_SIZES, KINDS, SQUEEZES
from spaces.hybrid_start_points import inverted, params_of, separable, standard

SHAPES = [(8, 8, 1), (28, 28, 1), (48, 48, 1), (96, 96, 3), (33, 47, 3)]


def draws(count, *, seed=0, **options):
    space, random = HybridSpace(**options), Random(seed)
    for _ in range(count):
        hp = RandomHyperParameters(random)
        yield hp, space.architecture(hp)


def xception(filters):
    return {"kind": "xception", "kernel": 3, "filters": filters}


def basic(filters):
    return standard(filters, bias=True, kind="basic_block")


MOBILENET_V3 = {"expansion": 4.0, "squeeze_excite": 1 / 4, "kernel": 5}
EFFICIENTNET = {"expansion": 4.0, "squeeze_excite": 1 / 16}
STRIDES = ("strides",) * 3
AVERAGE = {"halved_by": STRIDES, "head": "global_average"}

FAMILIES = {
    "ResNet-8": params_of(standard(16, bias=True), [basic(16)], [basic(32)], [basic(64)], [], **AVERAGE),
    "MobileNetV1": params_of(
        standard(16),
        [separable(32, residual=False)],
        [separable(64), separable(64, residual=False)],
        [separable(128), separable(128, residual=False), separable(128, residual=False)],
        [separable(256), separable(256, residual=False)],
        **AVERAGE,
    ),
    "MobileNetV2": params_of(
        standard(16),
        [inverted(expansion=1.0)],
        [inverted(24, expansion=6.0), inverted(expansion=6.0)],
        [inverted(32, expansion=6.0), inverted(expansion=6.0)],
        [inverted(64, expansion=6.0), inverted(expansion=6.0)],
        last=256,
        **AVERAGE,
    ),
    "MobileNetV3": params_of(
        standard(16),
        [inverted(expansion=1.0, squeeze_excite=1 / 4)],
        [inverted(24, expansion=4.0), inverted(expansion=4.0)],
        [inverted(48, **MOBILENET_V3), inverted(**MOBILENET_V3)],
        [inverted(96, **MOBILENET_V3), inverted(**MOBILENET_V3)],
        last=256,
        activation="hard_silu",
        **AVERAGE,
    ),
    "EfficientNet": params_of(
        standard(16),
        [inverted(expansion=1.0, squeeze_excite=1 / 4)],
        [inverted(24, **EFFICIENTNET), inverted(**EFFICIENTNET)],
        [inverted(48, **EFFICIENTNET, kernel=5), inverted(**EFFICIENTNET, kernel=5)],
        [inverted(96, **EFFICIENTNET), inverted(**EFFICIENTNET)],
        last=256,
        activation="silu",
        **AVERAGE,
    ),
    "Xception": params_of(
        standard(24), [], [xception(64)], [xception(96), xception(96)], [xception(128)], last=256, **AVERAGE
    ),
}


@pytest.mark.parametrize("shape", [(32, 32, 3), (64, 48, 3)], ids=str)
@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_is_a_point_of_the_space(name, shape):
    hp = StoredHyperParameters(FAMILIES[name])
    network = HybridSpace(input_shape=shape, classes=7).architecture(hp)
    assert network.key == reference.REFERENCES[name](input_shape=shape, classes=7).key
    assert hp.values == FAMILIES[name]


def three_stages(convolution):
    blocks = [block for filters in (32, 64, 128) for block in (convolution(filters), MaxPool())]
    return Architecture((32, 32, 3), tuple(blocks), FlattenHead(10))


def test_every_reference_is_a_family_or_a_start_point():
    points = HybridSpace().start_points()
    assert reference.REFERENCES.keys() == points.keys() | FAMILIES.keys()
    for name, params in points.items():
        assert HybridSpace().architecture(StoredHyperParameters(params)) == reference.REFERENCES[name]()
    assert reference.standard_cnn() == three_stages(StandardConv)
    assert reference.separable_cnn() == three_stages(SeparableConv)
    assert reference.hybrid_cnn().words() == "C16 | S64x2 | S128x2 | S192x2 (S192)+ average"


@pytest.mark.parametrize("count", [25, pytest.param(500, marks=pytest.mark.long)])
def test_costs_agree_with_the_built_keras_model(count):
    for _, network in draws(count, seed=5):
        counted, computed = keras_cost.count(network.build()), network.cost()
        assert counted.unknown == ()
        assert counted.multiply_adds == computed.multiply_adds, network.words()
        assert counted.parameters == computed.parameters, network.words()


class Smallest(RandomHyperParameters):
    """The cheapest value of each param where that is one alone; otherwise a random one."""

    CHEAPEST: Mapping = {"stem_strides": 2, "head": "global_average", "bias": False, "max_pool": True}

    def _value(self, name, distribution):
        last = name.rsplit("_", 1)[-1]
        if last == "kind":
            return "separable"
        if name.endswith("halved_by"):
            return "strides"
        wanted = self.CHEAPEST.get(name, self.CHEAPEST.get("_".join(name.split("_")[1:]), None))
        if wanted is not None:
            return wanted
        numbers = all(isinstance(choice, (int, float)) for choice in distribution.choices)
        return min(distribution.choices) if numbers else super()._value(name, distribution)


@pytest.mark.parametrize(("shape", "flops"), [((32, 32, 3), 0.2e6), ((96, 96, 3), 1e6)], ids=str)
def test_there_are_networks_for_the_smallest_budgets(shape, flops):
    network = HybridSpace(input_shape=shape).architecture(Smallest(Random(0)))
    assert network.cost().flops < flops
    assert min(cost.cost().flops for _, cost in draws(2_000, input_shape=shape)) < 5 * flops


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_networks_fit_images_of_many_shapes(shape):
    networks = [network for _, network in draws(200, input_shape=shape, classes=7)]
    networks.append(HybridSpace(input_shape=shape, classes=7).architecture(Smallest(Random(0))))
    assert all(network.cost().layers[-1].output_shape == (7,) for network in networks)
    for network in networks[-2:]:
        model = network.build()
        assert (model.input_shape, model.output_shape) == ((None, *shape), (None, 7))
        assert model.count_params() == network.cost().parameters


class With(RandomHyperParameters):
    """Given values; random ones for further params."""

    def __init__(self, random, given):
        super().__init__(random)
        self._given = given

    def _value(self, name, distribution):
        is_given = self._given.get(name) in distribution.choices
        return self._given[name] if is_given else super()._value(name, distribution)


def test_another_value_of_any_param_is_another_network():
    """But an inverted residual adds an input that has the shape of its output, whether it is said to or not."""
    space, random, changed, twins = HybridSpace(), Random(0), set(), 0
    for hp, network in draws(100):
        for name, value in hp.values.items():
            for other in set(hp.distributions[name].choices) - {value}:
                again = With(random, {**hp.values, name: other})
                changed.add(name)
                if space.architecture(again).key == network.key:
                    twins += 1
                    assert name.endswith("_residual"), name
                    assert hp.values[name.replace("_residual", "_kind")] == "inverted_residual"
    assert twins < 100 and len(changed) > 80


def test_a_bias_alone_is_without_effect():
    [(hp, _)] = draws(1)
    without = {name for name in hp.values if HybridSpace().is_without_effect(name)}
    assert without and all(name.endswith("_bias") for name in without)


def test_a_single_pixel_is_not_halved():
    pixels = 0
    for hp, network in draws(300, input_shape=(8, 8, 1)):
        shape = network.input_shape
        for block in network.blocks:
            shape = block.output_shape(shape)
        pixels += shape[:2] == (1, 1)
        halved = sum(hp.values.get(f"stage{stage}_halved_by") in ("strides", "max_pool") for stage in (2, 3, 4))
        assert halved + hp.values.get("stage4_max_pool", False) + (hp.values["stem_strides"] == 2) <= 3
    assert pixels > 5


def test_every_choice_occurs():
    values, blocks = {}, []
    for hp, network in draws(500):
        blocks += [block.body[0] if isinstance(block, Residual) else block for block in network.blocks]
        for name, value in hp.values.items():
            values.setdefault(name, set()).add(value)
            assert values[name] <= set(hp.distributions[name].choices)
        assert len(hp.values) <= 70
    assert values["stage2_layer1_kind"] == set(KINDS)
    assert values["stage2_layer1_kernel"] == set(KERNEL_SIZES)
    assert values["stage2_halved_by"] == {"strides", "max_pool", "nothing"}
    assert {block.squeeze_excite for block in blocks if isinstance(block, InvertedResidual)} == set(SQUEEZES)
    assert {block.depth_multiplier for block in blocks if isinstance(block, SeparableConv)} == set(DEPTH_MULTIPLIERS)
    assert {block.activation for block in blocks if isinstance(block, StandardConv)} == set(ACTIVATIONS)


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [((63, 63, 3), set()), ((64, 96, 3), {(32, 48)}), ((257, 130, 1), {(128, 65), (64, 32)})],
    ids=str,
)
def test_a_large_image_may_be_halved_first(shape, sizes):
    resized = set()
    for hp, network in draws(100, input_shape=shape):
        resized |= {(block.height, block.width) for block in network.blocks if isinstance(block, Resize)}
        assert ("resolution" in hp.values) == bool(sizes)
    assert resized == sizes


def test_small_images_are_refused():
    with pytest.raises(ValueError, match=r"needs 8 pixels a side; got 7x32\. Use larger images"):
        HybridSpace(input_shape=(7, 32, 3))


def test_the_space_takes_its_values_from_kerastuner():
    import keras_tuner

    hp = keras_tuner.HyperParameters()
    network = HybridSpace().architecture(hp)
    assert HybridSpace().architecture(StoredHyperParameters(hp.values)) == network
    start = keras_tuner.HyperParameters()
    start.values = dict(FAMILIES["EfficientNet"])
    assert HybridSpace().architecture(start) == reference.efficientnet()


def test_a_tuner_of_kerastuner_draws_networks(tmp_path):
    import keras_tuner

    space = HybridSpace(input_shape=(8, 8, 3), classes=4)
    tuner = keras_tuner.RandomSearch(space.build, objective="val_accuracy", max_trials=30, directory=tmp_path, seed=1)
    keys = set()
    for number in range(30):
        hp = tuner.oracle.create_trial(f"tuner{number}").hyperparameters
        network = space.architecture(hp)
        tuner.oracle.update_space(hp)
        assert space.architecture(StoredHyperParameters(hp.values)) == network
        assert len({param.name for param in hp.space}) == len(hp.space)
        keys.add(network.key)
    assert len(keys) > 25


@pytest.mark.long
def test_a_built_model_is_compiled():
    model = HybridSpace(input_shape=(8, 8, 3), classes=4).build(RandomHyperParameters(Random(0)))
    images = np.random.default_rng(0).normal(size=(32, 8, 8, 3)).astype("float32")
    history = model.fit(images, np.arange(32) % 4, epochs=1, verbose=0).history
    assert set(history) == {"loss", "accuracy"}
