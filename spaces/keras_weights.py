"""Whether the weights of a new layer are as its configuration says. Pretrained ones, for example, are not."""

from typing import Any

from spaces.keras_graph import own_weights, sublayers
from spaces.keras_types import KerasLayer
from spaces.value_identity import config_of

RELATIVE, ABSOLUTE = 1e-4, 1e-7
"""Tolerances between the same random numbers on two devices."""


def are_as_configured(layer: KerasLayer) -> bool:
    """Whether a copy of a layer, made from its configuration, begins with the same weights.

    The copy has the same initializers. An initializer of Keras gives the same random values each time.
    """
    return all(_is_as_configured(sublayer) for sublayer in sublayers(layer) if own_weights(sublayer))


def _is_as_configured(layer: KerasLayer) -> bool:
    try:
        config = dict(config_of(layer) or {})
        functions = {name: value for name, value in vars(layer).items() if name in config and _is_function(value)}
        copy = type(layer).from_config(config | functions)
        copy.build_from_config(layer.get_build_config())
        pairs = list(zip(own_weights(layer), own_weights(copy), strict=True))
    except Exception:  # It can't be copied, so nobody knows.
        return False
    return all(_equal(weight, value) for weight, value in pairs)


def _is_function(value: Any) -> bool:
    """Whether it is a function or an object that is called like one, such as an initializer, but no layer."""
    return callable(value) and not hasattr(value, "weights")


def _equal(weight: Any, value: Any) -> bool:
    import keras
    import numpy as np

    one, other = (np.asarray(keras.ops.convert_to_numpy(part), dtype="float32") for part in (weight, value))
    return np.array_equal(one, other) or (
        one.shape == other.shape and np.allclose(one, other, rtol=RELATIVE, atol=ABSOLUTE)
    )
