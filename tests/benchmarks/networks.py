"""The networks that several benchmarks train."""

from spaces.architecture import Architecture
from spaces.blocks import MaxPool, Residual, SeparableConv, StandardConv
from spaces.heads import GlobalAverageHead
from spaces.reference import CIFAR10_SHAPE, resnet8, separable_cnn, standard_cnn


def hybrid() -> Architecture:
    """A standard first layer and separable ones after it: 6.7 M multiply-adds."""

    def separable(filters: int) -> SeparableConv:
        return SeparableConv(filters, bias=False)

    layers = (StandardConv(32, bias=False), separable(64), MaxPool(), Residual((separable(64),)), MaxPool())
    layers += (separable(128), Residual((separable(128),)), MaxPool(), separable(256))
    return Architecture(CIFAR10_SHAPE, layers, GlobalAverageHead(10))


NETWORKS = {"standard": standard_cnn(), "separable": separable_cnn(), "hybrid": hybrid(), "resnet8": resnet8()}
