"""Folders of small random images."""

import numpy as np
from PIL import Image


def write_class(folder, count, *, seed, size=(20, 30), suffix="png"):
    folder.mkdir(parents=True)
    random = np.random.default_rng(seed)
    for number in range(count):
        Image.fromarray(random.integers(0, 256, (*size, 3), dtype=np.uint8)).save(folder / f"{number:02}.{suffix}")
