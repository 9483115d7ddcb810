"""A network of ours in PyTorch, as its users would write it, layer by layer from the Keras model."""

import keras
import numpy as np
import torch
from torch import nn
from torch.nn import functional

ACTIVATIONS = {
    "linear": lambda values: values,
    "relu": functional.relu,
    "silu": functional.silu,
    "hard_silu": functional.hardswish,
    "sigmoid": torch.sigmoid,
    "hard_sigmoid": functional.hardsigmoid,
}


def checked_network(model) -> "PyTorchNetwork":
    """The network of a Keras model with PyTorch's borders. With those of TensorFlow its logits must be the model's.

    The vectors of BatchNorm are drawn anew, so that a confusion of two shows.
    """
    random = np.random.default_rng(0)
    for variable in model.weights:
        if variable.name in ("gamma", "beta", "moving_mean", "moving_variance"):
            variable.assign(variable + random.uniform(-0.3, 0.3, variable.shape))
    images = random.normal(size=(8, *model.input_shape[1:])).astype(np.float32)
    with torch.no_grad():
        logits = PyTorchNetwork(model, same_borders=True).eval()(torch.from_numpy(images).permute(0, 3, 1, 2))
    np.testing.assert_allclose(logits.numpy(), model(images), rtol=1e-4, atol=1e-4)
    return PyTorchNetwork(model)


class PyTorchNetwork(nn.Module):
    """The logits of a Keras model, with the weights that it has.

    Args:
        model: A functional model from images of shape (n, height, width, channels) to `logits`.
        same_borders: Where a step of 2 leaves an uneven border, TensorFlow puts its zeros to the right and below. True
            does the same, which costs another operation. False puts zeros on all sides, as PyTorch's users do.
    """

    def __init__(self, model, *, same_borders: bool = False) -> None:
        super().__init__()
        self._output = model.outputs[0]
        self._input = model.inputs[0]
        self._steps = []
        self._parts = nn.ModuleList()
        for layer in model.layers[1:]:
            part = _translated(layer, same_borders)
            if isinstance(part, nn.Module):
                self._parts.append(part)
            sources = [id(tensor) for tensor in layer._inbound_nodes[0].arguments.keras_tensors]
            self._steps.append((part, sources, id(layer.output)))

    def forward(self, images):
        """Logits of shape (n, classes), of images of shape (n, channels, height, width)."""
        values = {id(self._input): images}
        for part, sources, target in self._steps:
            values[target] = part(*[values[source] for source in sources])
        return values[id(self._output)]


def _translated(layer, same_borders: bool):
    match layer:
        case keras.layers.SeparableConv2D():
            multiplied = layer.depthwise_kernel.shape[2] * layer.depth_multiplier
            depthwise = _convolution(layer, layer.depthwise_kernel, multiplied, same_borders)
            pointwise = nn.Conv2d(multiplied, layer.filters, 1, bias=layer.use_bias)
            _set(pointwise.weight, layer.pointwise_kernel.numpy().transpose(3, 2, 0, 1))
            if layer.use_bias:
                _set(pointwise.bias, layer.bias)
            return nn.Sequential(depthwise, pointwise)
        case keras.layers.DepthwiseConv2D():
            return _convolution(layer, layer.kernel, layer.output.shape[-1], same_borders)
        case keras.layers.Conv2D():
            return _convolution(layer, layer.kernel, None, same_borders)
        case keras.layers.BatchNormalization():
            norm = nn.BatchNorm2d(layer.gamma.shape[0], eps=layer.epsilon, momentum=1 - layer.momentum)
            for ours, theirs in (
                (norm.weight, layer.gamma),
                (norm.bias, layer.beta),
                (norm.running_mean, layer.moving_mean),
                (norm.running_var, layer.moving_variance),
            ):
                _set(ours, theirs)
            return norm
        case keras.layers.Dense():
            dense = nn.Linear(*layer.kernel.shape)
            _set(dense.weight, layer.kernel.numpy().T)
            _set(dense.bias, layer.bias)
            activation = ACTIVATIONS[layer.activation.__name__]
            return dense if layer.activation.__name__ == "linear" else _Then(dense, activation)
        case keras.layers.Activation():
            return ACTIVATIONS[layer.activation.__name__]
        case keras.layers.MaxPooling2D():
            return nn.MaxPool2d(layer.pool_size)
        case keras.layers.Add():
            return torch.add
        case keras.layers.Multiply():
            return torch.mul
        case keras.layers.GlobalAveragePooling2D():
            return lambda maps: maps.mean((2, 3))
        case keras.layers.Reshape():
            return lambda vectors: vectors[:, :, None, None]
        case keras.layers.Flatten():
            return lambda maps: maps.permute(0, 2, 3, 1).flatten(1)
        case keras.layers.Dropout():
            return nn.Dropout(layer.rate)
    raise NotImplementedError(f"{type(layer).__name__} has no translation yet. Write it here.")


class _Then(nn.Sequential):
    def __init__(self, part: nn.Module, function) -> None:
        super().__init__(part)
        self._function = function

    def forward(self, values):
        return self._function(super().forward(values))


def _convolution(layer, kernel, depthwise_filters: int | None, same_borders: bool) -> nn.Module:
    """A convolution of Keras's kernel, of shape (height, width, inputs, filters or multiplier)."""
    size, strides, inputs = kernel.shape[0], layer.strides[0], kernel.shape[2]
    separate = isinstance(layer, keras.layers.SeparableConv2D)
    convolution = nn.Conv2d(
        inputs,
        depthwise_filters or kernel.shape[3],
        size,
        stride=strides,
        padding=0 if same_borders else size // 2,
        groups=inputs if depthwise_filters else 1,
        bias=layer.use_bias and not separate,
    )
    weights = kernel.numpy()
    if depthwise_filters:
        _set(convolution.weight, weights.reshape(size, size, -1).transpose(2, 0, 1)[:, None])
    else:
        _set(convolution.weight, weights.transpose(3, 2, 0, 1))
    if convolution.bias is not None:
        _set(convolution.bias, layer.bias)
    if not same_borders:
        return convolution
    missing = [max(0, (-(-side // strides) - 1) * strides + size - side) for side in layer.input.shape[1:3]]
    (top, bottom), (left, right) = [(border // 2, border - border // 2) for border in missing]
    return nn.Sequential(nn.ZeroPad2d((left, right, top, bottom)), convolution)


def _set(parameter: torch.Tensor, value) -> None:
    with torch.no_grad():
        parameter.copy_(torch.from_numpy(np.array(value)))
