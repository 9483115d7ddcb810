"""Costs beside closed forms, geometry, golden counts, Keras's parameters and TensorFlow's own profiler."""

from dataclasses import dataclass
from random import Random
from typing import ClassVar

import pytest

from search.optimizer.networks.hyperparameters import RandomHyperParameters
from spaces import cost, reference
from spaces.architecture import Architecture
from spaces.blocks import MaxPool, SeparableConv, StandardConv
from spaces.cost import Cost
from spaces.heads import FlattenHead, GlobalAverageHead
from spaces.hybrid import HybridSpace

COUNTED_OPERATIONS = ("Conv2D", "DepthwiseConv2dNative", "MatMul")


def random_architectures(count, seed=0):
    space, random = HybridSpace(), Random(seed)
    return [space.architecture(RandomHyperParameters(random)) for _ in range(count)]


@pytest.mark.parametrize(
    ("name", "parameters", "multiply_adds"),
    [
        ("StandardCNN", 357_706, 10_585_344),
        ("SeparableCNN", 275_909, 1_548_544),
        ("ResNet-8", 78_666, 12_501_632),
        ("HybridCNN", 114_650, 3_605_376),
        ("HybridCNN-L", 111_890, 4_927_360),
        ("HybridCNN-M", 102_710, 3_421_632),
        ("HybridCNN-S", 105_886, 879_232),
        ("HybridCNN-XS", 17_659, 237_344),
        ("MobileNetV1", 160_554, 7_344_640),
        ("MobileNetV2", 140_234, 9_220_608),
        ("MobileNetV3", 312_086, 9_173_120),
        ("EfficientNet", 218_142, 8_940_928),
        ("Xception", 134_506, 6_674_432),
    ],
)
def test_reference_networks_have_their_published_cost(name, parameters, multiply_adds):
    total = reference.REFERENCES[name]().cost()
    assert (total.parameters, total.multiply_adds, total.flops) == (parameters, multiply_adds, 2 * multiply_adds)


@pytest.mark.parametrize("filters", [8, 64, 100])
@pytest.mark.parametrize("kernel_size", [1, 3, 5])
def test_a_separable_convolution_costs_the_textbook_share_of_a_standard_one(filters, kernel_size):
    shape = (16, 16, 24)
    separable = Cost(SeparableConv(filters, kernel_size).layers(shape, "a")).multiply_adds
    standard = Cost(StandardConv(filters, kernel_size).layers(shape, "a")).multiply_adds
    assert separable / standard == pytest.approx(1 / filters + 1 / kernel_size**2, rel=1e-12)


def test_a_convolution_is_counted_by_walking_its_windows():
    height, width, inputs, filters, kernel, strides = 7, 5, 3, 4, 3, 2
    steps = 0
    for _row in range(0, height, strides):
        for _column in range(0, width, strides):
            steps += filters * kernel * kernel * inputs
    block = StandardConv(filters, kernel, strides=strides)
    assert Cost(block.layers((height, width, inputs), "a")).multiply_adds == steps


def test_depth_multiplier_multiplies_both_halves():
    once, twice = (SeparableConv(32, depth_multiplier=m).layers((8, 8, 16), "a") for m in (1, 2))
    assert twice[0].multiply_adds == 2 * once[0].multiply_adds
    assert twice[1].multiply_adds == 2 * once[1].multiply_adds


def test_totals_are_the_sums_of_the_table():
    total = reference.resnet8().cost()
    assert sum(row["flops"] for row in total.table()) == total.flops
    assert sum(row["parameters"] for row in total.table()) == total.parameters


@dataclass(frozen=True)
class CountingBlock:
    """A block without work that counts how often its cost is computed."""

    kind: ClassVar[str] = "counting"
    computed: ClassVar[int] = 0
    size: int = 1

    def output_shape(self, input_shape):
        return input_shape

    def layers(self, input_shape, name):
        CountingBlock.computed += 1
        return (cost.weightless(name, "Identity", input_shape),)

    def operators(self, input_shape):
        return ()


def test_the_cost_of_a_block_is_computed_once_for_each_place():
    """Ten thousand architectures a second, as `tests.benchmarks.overheads` measures them, rest on this."""
    for sizes in ((1, 2), (1, 3), (1, 2), (1, 3)):
        blocks = tuple(CountingBlock(size) for size in sizes)
        assert len(Architecture((8, 8, 3), blocks, GlobalAverageHead(2)).cost().layers) == 4
    assert CountingBlock.computed == 3


@pytest.mark.parametrize("count", [12, pytest.param(200, marks=pytest.mark.long)])
def test_costs_agree_with_keras_and_with_the_profiler_on_random_networks(count):
    for architecture in random_architectures(count):
        model = architecture.build()
        computed = architecture.cost()
        assert computed.parameters == model.count_params(), architecture.words()
        assert computed.flops == profiled_flops(model), architecture.words()


@pytest.mark.parametrize(
    "architecture",
    [
        Architecture(
            (31, 17, 3), (StandardConv(8, 5, strides=2), MaxPool(), SeparableConv(12, 3, strides=2)), FlattenHead(3)
        ),
        Architecture(
            (9, 9, 1), (SeparableConv(4, 3, depth_multiplier=3, bias=False),), GlobalAverageHead(2, dropout=0.2)
        ),
        reference.resnet8(input_shape=(24, 24, 3), classes=100),
    ],
    ids=["odd sizes and strides", "one channel", "projections"],
)
def test_costs_agree_on_odd_shapes(architecture):
    model = architecture.build()
    assert architecture.cost().parameters == model.count_params()
    assert architecture.cost().flops == profiled_flops(model)


def profiled_flops(model):
    """TensorFlow's count of convolution and dense operations, for one image."""
    import tensorflow as tf

    shape = tf.TensorSpec([1, *model.input_shape[1:]], tf.float32)
    graph = tf.function(lambda image: model(image, training=False)).get_concrete_function(shape).graph
    builder = tf.compat.v1.profiler.ProfileOptionBuilder
    options = builder(builder.float_operation()).with_empty_output().order_by("float_ops").build()
    profile = tf.compat.v1.profiler.profile(graph, options=options, cmd="op")
    return sum(node.total_float_ops - children(node) for node in walk(profile) if node.name in COUNTED_OPERATIONS)


def walk(node):
    yield node
    for child in node.children:
        yield from walk(child)


def children(node):
    return sum(child.total_float_ops for child in node.children)
