"""The input and output that all networks have: scaled pixels in, `logits` and then `probabilities` out.

The networks of our own spaces are built with them. A user's model gets them here. It is then trained, evaluated and
exported like any other network.
"""

from collections.abc import Iterator

from spaces.keras_graph import producer
from spaces.keras_types import KerasLayer, KerasModel, KerasTensor

PIXEL_MEAN, PIXEL_SCALE = 127.5, 1 / 64
"""A network takes (pixel - mean) * scale. Both are fixed, so that an exported model can contain this step."""

LOGITS, PROBABILITIES = "logits", "probabilities"
"""Names of the last two layers."""

SCALING_LAYERS = ("Rescaling", "Normalization")
"""Kinds of layers by which a model scales its pixels itself. Such a model takes pixels from 0 to 255."""


def with_standard_io(model: KerasModel, *, input_shape: tuple[int, ...], classes: int) -> KerasModel:
    """A Functional model with the layers and weights of `model` and the standard input and output.

    Args:
        model: A Functional or Sequential model from images to probabilities (softmax) or logits (linear). If it scales
            its pixels with one of `SCALING_LAYERS`, it gets pixels from 0 to 255. A Sequential model without an input
            is built here.
        input_shape: The input shape that it must have: (height, width, channels).
        classes: The number of outputs that it must have.
    Raises:
        ValueError: If it is not such a model.
    """
    import keras

    _build_sequential(model, input_shape)
    _require_graph(model)
    _require_shapes(model, input_shape, classes)
    inputs, outputs = model.inputs[0], _made_by_layer(model.outputs[0])
    if _scales_pixels(model):
        inputs = keras.Input(input_shape, name="image")
        pixels = keras.layers.Rescaling(1 / PIXEL_SCALE, offset=PIXEL_MEAN, name="pixels")(inputs)
        outputs = _made_by_layer(model(pixels))
    return keras.Model(inputs, keras.layers.Softmax(name=PROBABILITIES)(_logits(outputs)))


def _logits(outputs: KerasTensor) -> KerasTensor:
    """The tensor before the softmax, as the output of a layer named `logits`.

    If the last layer is dense, a copy of it without activation takes its place.
    """
    import keras

    layer, inputs = producer(outputs)
    if type(layer).__name__ in ("Softmax", "Activation") and _activation(layer) == "softmax":
        return _named_logits(inputs[0])
    if _activation(layer) not in ("softmax", "linear"):
        raise ValueError(
            f"a model must end in a softmax, or in logits; this one ends in {type(layer).__name__} {layer.name!r}. "
            "End it in Dense(classes, activation='softmax')."
        )
    if not layer.weights:
        return keras.layers.Activation("linear", name=LOGITS)(outputs)
    return _named_logits(outputs)


def _named_logits(outputs: KerasTensor) -> KerasTensor:
    import keras

    layer, inputs = producer(outputs)
    if type(layer).__name__ != "Dense" or _activation(layer) not in ("softmax", "linear"):
        return keras.layers.Activation("linear", name=LOGITS)(outputs)
    copy = type(layer).from_config(layer.get_config() | {"name": LOGITS, "activation": "linear"})
    logits = copy(inputs[0])
    copy.set_weights(layer.get_weights())
    return logits


def _made_by_layer(tensor: KerasTensor) -> KerasTensor:
    """The same values as the output of a layer. If a model inside the model made them, its last layer does here."""
    layer, inputs = producer(tensor)
    while hasattr(layer, "layers"):
        tensor = layer.call(inputs[0])
        layer, inputs = producer(tensor)
    return tensor


def _activation(layer: KerasLayer) -> str:
    """Keras's name of a layer's activation. Empty if it is unknown."""
    if type(layer).__name__ == "Softmax":
        return "softmax" if layer.axis in (-1, len(layer.output.shape) - 1) else ""
    if type(layer).__name__ not in ("Dense", "Activation"):
        return ""
    return str(getattr(layer.activation, "__name__", ""))


def _scales_pixels(model: KerasModel) -> bool:
    """Whether one of `SCALING_LAYERS` comes before the first layer with weights."""
    for layer in _in_order(model):
        if type(layer).__name__ in SCALING_LAYERS:
            return True
        if layer.trainable_weights:
            return False
    return False


def _in_order(model: KerasModel) -> Iterator[KerasLayer]:
    """All layers of a model, with those of the models inside it."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _in_order(layer)
        else:
            yield layer


def _build_sequential(model: KerasModel, input_shape: tuple[int, ...]) -> None:
    """Build a Sequential model that was given no input: it gets its layers' sizes from the images, as in `fit`."""
    import keras

    if isinstance(model, keras.Sequential) and not model.built:
        model.build((None, *input_shape))


def _require_graph(model: KerasModel) -> None:
    import keras

    if isinstance(model, keras.Model) and getattr(model, "_functional", model).__class__.__name__ == "Functional":
        return
    what = f"{type(model).__name__}" + (", a model without a graph" if isinstance(model, keras.Model) else "")
    raise ValueError(
        f"a network must be a Functional model or a Sequential one; got {what}. "
        "Write it with the functional interface: its cost is counted on its graph before it is trained."
    )


def _require_shapes(model: KerasModel, input_shape: tuple[int, ...], classes: int) -> None:
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise ValueError(
            f"a network must have one input and one output; this one has {len(model.inputs)} and "
            f"{len(model.outputs)}. Remove the others."
        )
    model_input, model_output = tuple(model.inputs[0].shape[1:]), tuple(model.outputs[0].shape[1:])
    if model_input != tuple(input_shape) or model_output != (classes,):
        raise ValueError(
            f"the images are {_sides(input_shape)} in {classes} classes; this network takes {_sides(model_input)} and "
            f"gives {_sides(model_output)} values. Build it for these images: a constructor or function with the "
            "arguments input_shape and classes is given theirs."
        )


def _sides(shape: tuple[int | None, ...]) -> str:
    return "x".join("any" if side is None else str(side) for side in shape)
