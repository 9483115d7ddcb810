"""What goes into every network here and what comes out: scaled pixels in, `logits` and then `probabilities` out.

The networks of our own spaces are built so. A model that somebody else has built is given these ends, in this one
place, and is then trained, judged and delivered like any other.
"""

PIXEL_MEAN, PIXEL_SCALE = 127.5, 1 / 64
"""Pixels enter a network as (pixel - mean) * scale: fixed, so that it can be part of an exported model."""

LOGITS, PROBABILITIES = "logits", "probabilities"
"""Names of the last two layers."""

OWN_SCALING = ("Rescaling", "Normalization")
"""Layers by which a model says that it wants pixels as they are, 0 to 255."""


def with_standard_io(model, *, input_shape: tuple[int, ...], classes: int):
    """A Functional model on the layers and weights of another, with our ends.

    Args:
        model: Functional or Sequential, built: images in, probabilities (softmax) or logits (linear) out. If it begins
            with a layer of `OWN_SCALING`, it is given pixels of 0 to 255.
        input_shape: (height, width, channels) that it must take.
        classes: How many values it must give.
    Raises:
        ValueError: If it is no such model.
    """
    import keras

    _require_graph(model)
    _require_shapes(model, input_shape, classes)
    inputs, outputs = model.inputs[0], _unwrapped(model.outputs[0])
    if _scales_by_itself(model):
        inputs = keras.Input(input_shape, name="image")
        pixels = keras.layers.Rescaling(1 / PIXEL_SCALE, offset=PIXEL_MEAN, name="pixels")(inputs)
        outputs = _unwrapped(model(pixels))
    return keras.Model(inputs, keras.layers.Softmax(name=PROBABILITIES)(_logits(outputs)))


def _logits(outputs):
    """The tensor before the softmax, out of a layer called `logits`.

    Where the last layer has weights it is replaced by its like without activation.
    """
    import keras

    layer, inputs = _made_by(outputs)
    if type(layer).__name__ in ("Softmax", "Activation") and _activation(layer) == "softmax":
        return _named(_made_by(inputs[0]), inputs[0])
    if _activation(layer) not in ("softmax", "linear"):
        raise ValueError(
            f"a model must end in a softmax, or in logits; this one ends in {type(layer).__name__} {layer.name!r}. "
            "End it in Dense(classes, activation='softmax')."
        )
    if not layer.weights:
        return keras.layers.Activation("linear", name=LOGITS)(outputs)
    return _named((layer, inputs), outputs)


def _named(made_by, outputs):
    import keras

    layer, inputs = made_by
    if type(layer).__name__ != "Dense" or _activation(layer) not in ("softmax", "linear"):
        return keras.layers.Activation("linear", name=LOGITS)(outputs)
    copy = type(layer).from_config(layer.get_config() | {"name": LOGITS, "activation": "linear"})
    logits = copy(inputs[0])
    copy.set_weights(layer.get_weights())
    return logits


def _unwrapped(tensor):
    """The same tensor, made by a layer: where a model inside the model has made it, by that one's last layer."""
    layer, inputs = _made_by(tensor)
    while hasattr(layer, "layers"):
        tensor = layer.call(inputs[0])
        layer, inputs = _made_by(tensor)
    return tensor


def _made_by(tensor):
    """The layer whose output a tensor is, and its inputs."""
    layer, node, _ = tensor._keras_history
    return layer, layer._inbound_nodes[node].arguments.keras_tensors


def _activation(layer) -> str:
    """Keras's name of a layer's activation; empty for what has none that is known."""
    if type(layer).__name__ == "Softmax":
        return "softmax" if layer.axis in (-1, len(layer.output.shape) - 1) else ""
    if type(layer).__name__ not in ("Dense", "Activation"):
        return ""
    return getattr(layer.activation, "__name__", "")


def _scales_by_itself(model) -> bool:
    """Whether a layer of `OWN_SCALING` comes before the first one with a kernel."""
    for layer in _in_order(model):
        if type(layer).__name__ in OWN_SCALING:
            return True
        if layer.trainable_weights:
            return False
    return False


def _in_order(model):
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _in_order(layer)
        else:
            yield layer


def _require_graph(model) -> None:
    import keras

    if isinstance(model, keras.Model) and getattr(model, "_functional", model).__class__.__name__ == "Functional":
        return
    what = f"{type(model).__name__}" + (", a model without a graph" if isinstance(model, keras.Model) else "")
    raise ValueError(
        f"a network must be a Functional model, or a Sequential one that begins with an Input; got {what}. "
        "Write it with the functional interface: only its graph tells what it costs before it is trained."
    )


def _require_shapes(model, input_shape: tuple[int, ...], classes: int) -> None:
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise ValueError(
            f"a network must have one input and one output; this one has {len(model.inputs)} and "
            f"{len(model.outputs)}. Leave the others out."
        )
    taken, given = tuple(model.inputs[0].shape[1:]), tuple(model.outputs[0].shape[1:])
    if taken != tuple(input_shape) or given != (classes,):
        raise ValueError(
            f"the images are {_sides(input_shape)} in {classes} classes; this network takes {_sides(taken)} and gives "
            f"{_sides(given)} values. Build it for these images: a constructor's input_shape and classes are theirs."
        )


def _sides(shape: tuple[int | None, ...]) -> str:
    return "x".join("any" if side is None else str(side) for side in shape)
