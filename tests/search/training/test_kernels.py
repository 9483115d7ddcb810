"""Which variables of real Keras layers are matrices."""

import keras
import pytest

from search.training.kernels import is_matrix


@pytest.mark.parametrize(
    ("layer", "matrices"),
    [
        (keras.layers.Conv2D(4, 3), {"kernel"}),
        (keras.layers.Dense(4), {"kernel"}),
        (keras.layers.Dense(1), set()),
        (keras.layers.DepthwiseConv2D(3), set()),
        (keras.layers.SeparableConv2D(4, 3), {"pointwise_kernel"}),
        (keras.layers.BatchNormalization(), set()),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_kernels_that_map_several_values_to_several_are_matrices(layer, matrices):
    layer.build((None, 8, 8, 3))
    assert {variable.name for variable in layer.variables if is_matrix(variable)} == matrices
