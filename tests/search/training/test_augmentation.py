"""Augmented images against all that NumPy can make of the originals."""

import numpy as np

from search.training.augmentation import gather_augmented


def images(count=50, height=6, width=9):
    return np.random.default_rng(0).integers(0, 256, (count, height, width, 3), dtype=np.uint8)


def variants(image, crop):
    """Every image that shifting with mirrored borders, and flipping, can make of one."""
    padded = np.pad(image, ((crop, crop), (crop, crop), (0, 0)), mode="reflect")
    height, width, _ = image.shape
    for top in range(2 * crop + 1):
        for left in range(2 * crop + 1):
            window = padded[top : top + height, left : left + width]
            yield window.tobytes()
            yield window[:, ::-1].tobytes()


def test_augmented_images_are_shifts_and_mirrors_of_the_ones_asked_for():
    pixels, index = images(), np.arange(50, dtype=np.int32)[::-1]
    augmented = gather_augmented(pixels, index, crop=2, flip=True, seed=np.array([1, 2], np.int32)).numpy()
    possible = [set(variants(pixels[i], 2)) for i in index]
    assert all(image.tobytes() in allowed for image, allowed in zip(augmented, possible, strict=True))
    assert len({image.tobytes() for image in augmented} & {image.tobytes() for image in pixels}) < 10


def test_every_shift_and_both_mirrors_occur():
    pixels = np.repeat(images(1), 2_000, axis=0)
    augmented = gather_augmented(
        pixels, np.arange(2_000, dtype=np.int32), crop=1, flip=True, seed=np.array([3, 4], np.int32)
    )
    assert len({image.tobytes() for image in augmented.numpy()}) == len(set(variants(pixels[0], 1))) == 18


def test_without_augmentation_images_come_as_they_are():
    pixels, index = images(), np.array([3, 1, 3], np.int32)
    plain = gather_augmented(pixels, index, crop=0, flip=False, seed=np.array([1, 2], np.int32))
    np.testing.assert_array_equal(plain, pixels[index])


def test_the_same_seed_augments_alike():
    pixels, index = images(), np.arange(50, dtype=np.int32)
    one, two, other = (
        gather_augmented(pixels, index, crop=2, flip=True, seed=np.array(seed, np.int32)).numpy()
        for seed in ([1, 2], [1, 2], [2, 3])
    )
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)
