"""Which variables of a network are matrices."""

NAMES = ("kernel", "pointwise_kernel")


def is_matrix(variable) -> bool:
    """Whether a Keras variable maps several values to several values: a patch to filters, or a vector to units.

    The kernel of a depthwise convolution maps each channel's patch to one value, so it is none.
    """
    return variable.name in NAMES and variable.shape[-1] > 1
