"""Images drawn for tests, in which left and right are classes, or in which every class is symmetric."""

import numpy as np
from PIL import Image, ImageDraw

from search.training.datasets.dataset import Dataset, make_dataset

ARROWS = ("left", "right")
SHAPES = ("circle", "cross", "square")


def draw(kind: str, random: np.random.Generator, *, side: int) -> Image.Image:
    """A light grey drawing somewhere on a dark, noisy ground."""
    image = Image.fromarray(random.integers(0, 90, (side, side), dtype=np.uint8))
    pen, half, light = ImageDraw.Draw(image), int(random.integers(side // 6, side // 4)), int(random.integers(150, 256))
    x, y = random.integers(half + 1, side - half - 1, 2).tolist()
    box = (x - half, y - half, x + half, y + half)
    match kind:
        case "circle":
            pen.ellipse(box, fill=light)
        case "square":
            pen.rectangle(box, fill=light)
        case "cross":
            pen.line((x - half, y, x + half, y), fill=light, width=3)
            pen.line((x, y - half, x, y + half), fill=light, width=3)
        case "left" | "right":
            tip = half if kind == "right" else -half
            pen.line((x - half, y, x + half, y), fill=light, width=2)
            pen.line((x, y - half, x + tip, y, x, y + half), fill=light, width=2)
    return image


def drawn_images(kinds, *, each: int, side: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Images, uint8 (n, side, side), and their labels, int (n,), in random order."""
    random = np.random.default_rng(seed)
    labels = random.permutation(np.repeat(np.arange(len(kinds)), each))
    return np.stack([np.asarray(draw(kinds[label], random, side=side)) for label in labels]), labels


def faint(images: np.ndarray, *, noise: float, seed: int = 0) -> np.ndarray:
    """The same images with half the contrast and this standard deviation of noise: small networks mistake some."""
    pixels = images / 2 + 60 + np.random.default_rng(seed).normal(0, noise, images.shape)
    return pixels.clip(0, 255).astype(np.uint8)


def black_dataset(name: str, *, side: int, classes: int) -> Dataset:
    """A data set of black images in colour, one of each class: for tests in which only their shape counts."""
    part = np.zeros((classes, side, side, 3), np.uint8), np.arange(classes)
    return make_dataset(name, train=part, validation=part, class_names=map(str, range(classes)), mirrorable=None)


def write_folder(folder, kinds, *, each: int, side: int, colour: bool = False, noise: float = 0) -> None:
    """The same images as files, in a folder for each class; in colour one of the channels is darker."""
    images, labels = drawn_images(kinds, each=each, side=side)
    images = faint(images, noise=noise) if noise else images
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        place = folder / kinds[label]
        place.mkdir(parents=True, exist_ok=True)
        pixels = np.stack([image, image // 2, image], axis=-1) if colour else image
        Image.fromarray(pixels).save(place / f"{number}.png")
