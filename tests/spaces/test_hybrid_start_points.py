"""The known networks that a search in the hybrid space begins with. `test_hybrid.py` builds further ones."""

import pytest

from search.optimizer.networks.hyperparameters import StoredHyperParameters
from spaces.hybrid import HybridSpace
from spaces.hybrid_start_points import params_of, standard

SHAPES = [(32, 32, 3), (8, 8, 1), (28, 28, 1), (48, 48, 1), (96, 96, 3), (33, 47, 3)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_start_points_ask_for_exactly_the_params_that_they_give(shape):
    space = HybridSpace(input_shape=shape, classes=7)
    for params in space.start_points().values():
        hp = StoredHyperParameters(params)
        space.architecture(hp)
        assert hp.values == params
        assert all(value in hp.distributions[name].choices for name, value in params.items())


def test_the_cheapest_ones_are_far_below_the_known_networks():
    space = HybridSpace()
    macs = {name: space.start_network(name).cost().multiply_adds for name in space.start_points()}
    assert macs["HybridCNN-XS"] < macs["HybridCNN-S"] < 1e6 < macs["SeparableCNN"]


def test_a_stage_without_layers_may_have_a_pool():
    layer = standard(16, residual=False)
    for pooled in (False, True):
        params = params_of(
            standard(8), [], [layer], [layer], [], halved_by=("nothing",) * 3, head="flatten", pooled=pooled
        )
        network = HybridSpace().architecture(StoredHyperParameters(params))
        assert network.words() == "C8 C16 C16 " + ("| " if pooled else "") + "flatten 128"
