"""Which variables of a network are matrices."""

NAMES = ("kernel", "pointwise_kernel")


def is_matrix(variable) -> bool:
    """Whether a Keras variable takes several values to several: a patch to filters, a vector to units.

    The kernel of a depthwise convolution takes each channel's patch to one value, whatever the layer calls it.
    """
    return variable.name in NAMES and variable.shape[-1] > 1
