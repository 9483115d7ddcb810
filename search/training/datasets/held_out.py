"""The test split. A search never imports this module; only what evaluates an already chosen network does."""

from search.training.datasets.catalogue import height_width, source_of
from search.training.datasets.cifar10 import load_cifar10_test
from search.training.datasets.cluttered_digits import load_cluttered_digits_test
from search.training.datasets.color_mode import RGB
from search.training.datasets.digits import load_digits_test
from search.training.datasets.folder import load_folder_test


def load_test(name, *, data_dir=None, image_size=None, color_mode=RGB):
    """The test split, to be read once, after a network was chosen. Arguments and errors are those of `load`.

    If a source has no test split, a fixed fifth is held out, the same for every seed of a search.

    Args:
        color_mode: `Dataset.color_mode` of the images that the network was trained on.
    Returns:
        Images, uint8 (n, height, width, channels), and labels, int32 (n,).
    """
    source = source_of(name, data_dir=data_dir, image_size=image_size, color_mode=color_mode)
    if source == "cifar10":
        return load_cifar10_test(data_dir=data_dir)
    if source == "cluttered-digits":
        return load_cluttered_digits_test()
    if source == "digits":
        return load_digits_test()
    return load_folder_test(source, size=height_width(image_size), color_mode=color_mode)
