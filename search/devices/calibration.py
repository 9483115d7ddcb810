"""The images from which the ranges of feature maps are taken when a network is quantised."""

import numpy as np

CALIBRATION_IMAGES = 500


def calibration_images(images: np.ndarray, *, seed: int = 0) -> np.ndarray:
    """A random sample of training images, in their order."""
    chosen = np.random.default_rng(seed).permutation(len(images))[:CALIBRATION_IMAGES]
    return np.asarray(images[np.sort(chosen)])


def with_extremes(images: np.ndarray) -> np.ndarray:
    """A copy of images with one black and one white pixel in the first: then a step of the input is one of the pixel.

    An image of nothing but extremes would do the same to the input, and widen the ranges of all feature maps: on digits
    up to three times, which costs more than a bit of their eight.
    """
    samples = np.array(images)
    samples[0, 0, 0], samples[0, -1, -1] = 0, 255
    return samples
