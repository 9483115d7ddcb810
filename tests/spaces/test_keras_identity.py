"""The key of a Keras model: which differences between two models count, and which do not."""

import keras
import pytest

from spaces.keras_identity import key_of

layers = keras.layers


class Scale(layers.Layer):
    """A user's layer without a configuration."""

    def __init__(self, size):
        super().__init__()
        self.kernel = self.add_weight(shape=(size,))

    def call(self, inputs):
        return inputs * self.kernel


def two_branches(*, sizes=(3, 5), filters=4, activation="relu", name="x", outer=False, extra=None):
    inputs = keras.Input((8, 8, 1))
    branches = {
        size: layers.Conv2D(filters, size, padding="same", activation=activation, name=f"{name}{size}")(inputs)
        for size in sizes
    }
    tensor = layers.Concatenate()([branches[size] for size in (sorted(sizes) if not outer else sorted(sizes)[::-1])])
    return keras.Model(inputs, extra(tensor) if extra else tensor)


def with_dense(*, shared):
    inputs, first = keras.Input((4,)), layers.Dense(4)
    second = first if shared else layers.Dense(4)
    return keras.Model(inputs, second(first(inputs)))


def nested(*, units, activation=None):
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(units, activation=activation)])
    inputs = keras.Input((4,))
    return keras.Model(inputs, layers.Dense(3)(inner(inputs)))


def key(make, **changes):
    return key_of(make(**changes))


@pytest.mark.parametrize("changes", [{}, {"name": "y"}, {"sizes": (5, 3)}])
def test_names_and_the_order_in_which_branches_are_written_do_not_count(changes):
    assert key(two_branches, **changes) == key(two_branches)


def test_weights_do_not_count():
    model = two_branches()
    before = key_of(model)
    model.set_weights([weight + 1 for weight in model.get_weights()])
    assert key_of(model) == before


@pytest.mark.parametrize("changes", [{"sizes": (3, 7)}, {"filters": 5}, {"activation": "elu"}, {"outer": True}])
def test_what_a_layer_computes_and_what_it_is_given_count(changes):
    assert key(two_branches, **changes) != key(two_branches)


def test_a_layer_used_twice_is_not_two_layers():
    assert key(with_dense, shared=True) != key(with_dense, shared=False)


def test_a_model_inside_a_model_is_known_by_its_graph():
    assert key(nested, units=4) == key(nested, units=4)
    assert len({key(nested, units=4), key(nested, units=5), key(nested, units=4, activation="relu")}) == 3


def test_a_layer_without_configuration_is_known_by_its_weights():
    assert key(two_branches, extra=Scale(8)) == key(two_branches, extra=Scale(8))
    assert key(two_branches, extra=Scale(8)) != key(two_branches, extra=Scale(1))
