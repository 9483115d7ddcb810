"""Fixed networks that every search can be measured against."""

from spaces.architecture import Architecture
from spaces.blocks import MaxPool, Residual, SeparableConv, StandardConv
from spaces.cost import Shape
from spaces.heads import FlattenHead, GlobalAverageHead

CIFAR10_SHAPE = (32, 32, 3)


def standard_cnn(*, input_shape: Shape = CIFAR10_SHAPE, classes: int = 10) -> Architecture:
    """Three standard convolutions of 32, 64 and 128 filters, a max-pool after each, and a dense head.

    357,706 parameters and 10.6 M multiply-adds on CIFAR-10.
    """
    return _three_stages(StandardConv, input_shape, classes)


def separable_cnn(*, input_shape: Shape = CIFAR10_SHAPE, classes: int = 10) -> Architecture:
    """`standard_cnn` with every convolution depthwise separable.

    275,909 parameters and 1.5 M multiply-adds on CIFAR-10.
    """
    return _three_stages(SeparableConv, input_shape, classes)


def resnet8(*, input_shape: Shape = CIFAR10_SHAPE, classes: int = 10) -> Architecture:
    """The image classifier of MLPerf Tiny: three residual blocks of 16, 32 and 64 filters.

    78,666 parameters and 12.5 M multiply-adds on CIFAR-10.

    References:
        Banbury et al. (2021), MLPerf Tiny benchmark, arXiv:2106.07597.
    """
    blocks = (
        StandardConv(16),
        Residual((StandardConv(16), StandardConv(16, activation="linear")), activation="relu"),
        _halving_residual(32),
        _halving_residual(64),
    )
    return Architecture(input_shape, blocks, GlobalAverageHead(classes))


REFERENCES = {"StandardCNN": standard_cnn, "SeparableCNN": separable_cnn, "ResNet-8": resnet8}


def _three_stages(convolution: type, input_shape: Shape, classes: int) -> Architecture:
    blocks = [block for filters in (32, 64, 128) for block in (convolution(filters), MaxPool())]
    return Architecture(input_shape, tuple(blocks), FlattenHead(classes))


def _halving_residual(filters: int) -> Residual:
    body = (StandardConv(filters, strides=2), StandardConv(filters, activation="linear"))
    shortcut = StandardConv(filters, kernel_size=1, strides=2, batch_norm=False, activation="linear")
    return Residual(body, shortcut, activation="relu")
