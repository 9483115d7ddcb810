"""Calibration: a fixed sample, and pixels at both ends of the scale without an image that is unlike all others."""

import numpy as np

from search.devices.calibration import CALIBRATION_IMAGES, calibration_images, with_extremes


def test_calibration_images_are_a_fixed_sample_in_order():
    images = np.arange(2 * CALIBRATION_IMAGES)
    sample = calibration_images(images)
    assert len(sample) == CALIBRATION_IMAGES and (np.diff(sample) > 0).all()
    np.testing.assert_array_equal(sample, calibration_images(images))
    np.testing.assert_array_equal(calibration_images(images[:7]), images[:7])


def test_the_extremes_are_two_pixels_of_one_image():
    images = np.random.default_rng(0).integers(50, 200, (5, 8, 6, 3), dtype=np.uint8)
    samples = with_extremes(images)
    assert samples.min() == 0 and samples.max() == 255
    assert (samples != images).any(axis=-1).sum() == 2
    np.testing.assert_array_equal(samples[1:], images[1:])
