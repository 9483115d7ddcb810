"""One layer of the hybrid space: its kind, and the params that it has because of its kind."""

from random import Random

import pytest

from search.optimizer.networks.hyperparameters import RandomHyperParameters, StoredHyperParameters
from spaces.blocks import InvertedResidual, Residual, SeparableConv, StandardConv, Xception
from spaces.hybrid import HybridSpace
from spaces.hybrid_layers import layer

PARAMS = {
    "standard": {"filters", "bias"},
    "separable": {"filters", "kernel", "depth_multiplier", "bias"},
    "inverted_residual": {"filters", "kernel", "expansion", "squeeze_excite"},
    "xception": {"filters", "kernel"},
    "basic_block": {"filters", "bias"},
}
BLOCKS = {
    "standard": StandardConv,
    "separable": SeparableConv,
    "inverted_residual": InvertedResidual,
    "xception": Xception,
    "basic_block": Residual,
}


@pytest.mark.parametrize("strides", [1, 2])
@pytest.mark.parametrize("channels", [3, 16])
def test_each_kind_has_its_params_and_its_block(channels, strides):
    random, kinds = Random(0), set()
    for _ in range(200):
        hp = RandomHyperParameters(random)
        block = layer(hp, "one", (16, 24), (8, 8, channels), strides=strides, activation="silu")
        kind, residual = hp.values["one_kind"], hp.values.get("one_residual")
        kinds.add(kind)
        may_add = kind in ("standard", "separable", "inverted_residual") and strides == 1 and channels == 16
        names = {name.removeprefix("one_") for name in hp.values} - {"kind"}
        assert names == (PARAMS[kind] | ({"residual"} if may_add else set())) - ({"filters"} if residual else set())
        side = 8 // strides
        assert block.output_shape((8, 8, channels)) == (side, side, hp.values.get("one_filters", channels))
        assert isinstance(block, Residual if residual and kind != "inverted_residual" else BLOCKS[kind])
    assert kinds == PARAMS.keys()


@pytest.mark.parametrize(("channels", "strides", "projects"), [(16, 1, False), (24, 1, True), (16, 2, True)])
def test_a_basic_block_projects_its_input_where_the_shape_changes(channels, strides, projects):
    hp = StoredHyperParameters({"one_kind": "basic_block", "one_filters": 16, "one_bias": False})
    block = layer(hp, "one", (16,), (8, 8, channels), strides=strides, activation="relu")
    assert [one.strides for one in block.body] == [strides, 1]
    assert (block.shortcut is not None) == projects and block.activation == "relu"


def test_it_still_adds_its_input_when_the_layer_before_gets_other_filters():
    params = dict(HybridSpace().start_points()["HybridCNN-M"])
    for filters in (24, 96):
        network = HybridSpace().architecture(StoredHyperParameters({**params, "stage2_layer1_filters": filters}))
        assert network.blocks[3] == Residual((SeparableConv(filters, bias=False, activation="silu"),))
