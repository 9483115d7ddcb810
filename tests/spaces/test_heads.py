"""The heads: their cost by hand and beside the built Keras model."""

import keras
import numpy as np
import pytest

from spaces.cost import Cost
from spaces.heads import HEADS, FlattenHead, GlobalAverageHead

SHAPE = (4, 3, 6)
ALL = [FlattenHead(5, units=7), FlattenHead(5, dropout=0.0), GlobalAverageHead(5), GlobalAverageHead(5, dropout=0.2)]


def built(head):
    inputs = keras.Input(SHAPE)
    return keras.Model(inputs, head.build(inputs))


@pytest.mark.parametrize("head", ALL, ids=str)
def test_its_parameters_are_those_of_the_built_model(head):
    model = built(head)
    assert Cost(head.layers(SHAPE)).parameters == model.count_params()
    assert model.output_shape == (None, 5) and model.layers[-1].name == "logits"


def test_multiply_adds_by_hand():
    assert Cost(FlattenHead(5, units=7).layers(SHAPE)).multiply_adds == 4 * 3 * 6 * 7 + 7 * 5
    assert Cost(GlobalAverageHead(5).layers(SHAPE)).multiply_adds == 6 * 5


def test_the_global_average_is_the_mean_of_each_channel():
    model = built(GlobalAverageHead(5))
    images = np.random.default_rng(0).normal(size=(2, *SHAPE)).astype("float32")
    kernel, bias = model.get_layer("logits").get_weights()
    np.testing.assert_allclose(model(images), images.mean(axis=(1, 2)) @ kernel + bias, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("head", ALL, ids=str)
def test_there_is_a_dropout_layer_where_dropout_is_asked_for(head):
    rates = [layer.rate for layer in built(head).layers if isinstance(layer, keras.layers.Dropout)]
    assert rates == ([head.dropout] if head.dropout or head.kind == "flatten" else [])


def test_kinds_and_words():
    assert {kind: head(3).words() for kind, head in HEADS.items()} == {
        "flatten": "flatten 128",
        "global_average": "average",
    }


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: GlobalAverageHead(1), "`classes` must be a whole number of 2 or more; got 1"),
        (lambda: FlattenHead(2, units=0), "`units`"),
        (lambda: FlattenHead(2, dropout=1.0), "`dropout` must be a share from 0 to below 1; got 1.0"),
    ],
)
def test_impossible_values_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
