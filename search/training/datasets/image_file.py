"""Reads image files of any size and format as uint8 arrays of one size."""

import os
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from search.quantities import listed
from search.training.datasets.color_mode import AUTO, CHANNELS, GRAYSCALE
from search.training.datasets.dataset import DataError
from spaces.validation import place

BACKGROUND = (128, 128, 128)  # behind transparent pixels: a neutral grey, so that the object is learnt
# Pillow reads more formats, but starts other programs for some of them (EPS).
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")

GREY_MODES = ("1", "L")
"""Pillow's modes of images with one channel of up to 8 bits."""

TIFF_BITS, MOST_BITS = 258, 16
"""TIFF's tag for the bits of a pixel, and the most of them that a grey image may have."""

MOST_NAMED = 5
"""Files that an error names."""


class _NotRegularError(Exception):
    """A path is that of a pipe, a folder or a broken link: opening it could block for ever."""


def read_images(paths, *, size, color_mode, check_only=()):
    """Decode files in parallel.

    Args:
        paths: List of n `pathlib.Path`.
        size: (height, width) in pixels to which every image is scaled, whatever its shape.
        color_mode: "grayscale", "rgb", or "auto": grayscale if no file is in colour, those of `check_only` included.
        check_only: Paths of further files. They are decoded, too, but nothing of them is kept.
    Returns:
        Images, uint8 (n, height, width, channels), and a list of the files that are in colour. With another color mode
        than "auto" all are what it says.
    Raises:
        DataError: If files are not images, are damaged, or would decode to huge ones. The message names the first few.
    """
    from PIL import Image

    # Each image is kept in one of them. Memory that is never written to is never taken.
    grey, rgb = (np.empty((len(paths), *size, channels), dtype=np.uint8) for channels in CHANNELS.values())
    everything = [*paths, *check_only]
    in_color = np.zeros(len(everything), dtype=bool)

    def complaint(index, path):
        """What is wrong with a file, "" for nothing."""
        is_kept = index < len(paths)
        try:
            pixels = _read_image(path, size=size, color_mode=color_mode, roughly=not is_kept)
        except Exception as error:  # Decoders raise nearly anything on damaged files.
            return f"{place(path)} {_complaint(path, error)}"
        in_color[index] = pixels.ndim == 3
        if is_kept and in_color[index]:
            rgb[index] = pixels
        elif is_kept:
            grey[index, ..., 0] = pixels
        return ""

    # Pillow only warns of images up to twice its limit. Warning filters are the whole process's, so they are set here
    # and not in the threads.
    with warnings.catch_warnings(), ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        warnings.simplefilter("ignore")  # on odd metadata
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        complaints = [*filter(None, pool.map(complaint, range(len(everything)), everything))]
    if complaints:
        raise DataError(_refusal(sorted(complaints)))
    if not in_color.any():
        return grey, []
    is_grey = ~in_color[: len(paths)]
    rgb[is_grey] = grey[is_grey]
    return rgb, [everything[index] for index in np.flatnonzero(in_color)]


def _refusal(complaints):
    files = listed(complaints, most=MOST_NAMED, separator="; ")
    if len(complaints) == 1:
        return f"{files}. Replace it, or remove it."
    return f"{len(complaints):,} files can't be used as images: {files}. Replace them, or remove them."


def _read_image(path, *, size, color_mode, roughly):
    """As `_pixels`. Roughly, a JPEG file is read to its end, but not all of its pixels are computed."""
    from PIL import Image

    if not path.is_file():
        raise _NotRegularError
    with Image.open(path, formats=FORMATS) as image:
        is_reduced = roughly and image.draft(None, size[::-1]) is not None
        pixels = _pixels(image, size=size, color_mode=color_mode)
        is_sure = color_mode != AUTO or image.mode == "L" or pixels.ndim == 3
    # A trace of colour may have been lost in a reduced image.
    return pixels if is_sure or not is_reduced else _read_image(path, size=size, color_mode=color_mode, roughly=False)


def _complaint(path, error):
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, _NotRegularError):
        return "is a broken link" if os.path.islink(path) else "is not a regular file"
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return f"decodes to more than {Image.MAX_IMAGE_PIXELS:,} pixels (scale it down)"
    if isinstance(error, PermissionError):
        return "may not be read by this user"
    if isinstance(error, MemoryError):
        return "needs more memory than there is"
    if os.path.isfile(path) and os.path.getsize(path) == 0:
        return "is an empty file"
    if isinstance(error, UnidentifiedImageError):
        return f"is not an image that can be read ({', '.join(FORMATS)})"
    reason = " ".join(str(error).split())[:200].rstrip(".")
    return f"is a damaged image ({reason or type(error).__name__})"


def _pixels(image, *, size, color_mode):
    """An open image, turned upright, over the background, scaled.

    Returns:
        uint8 (height, width) of a grey image, or (height, width, 3) of one in colour.
    """
    from PIL import Image, ImageOps

    image = _opaque(_eight_bit(ImageOps.exif_transpose(image), brightest=_brightest(image)))
    if color_mode != AUTO:
        image = image.convert("L" if color_mode == GRAYSCALE else "RGB")
    height, width = size
    scaled = image.resize((width, height), Image.Resampling.BILINEAR)
    # Equal channels are still equal when they are scaled. So most images in colour are known by few pixels.
    if color_mode == AUTO and _is_grey(scaled) and _is_grey(image):
        scaled = scaled.getchannel(0)
    return np.asarray(scaled)


def _is_grey(image):
    """Whether an image has one channel, or equal channels in every pixel."""
    from PIL import ImageChops

    first, *others = image.split()
    return not any(ImageChops.difference(first, other).getbbox() for other in others)


def _brightest(image):
    """The largest value of a deep grey image of an open file: 4,095 of 12 bits, which only TIFF has, else 65,535."""
    bits = getattr(image, "tag_v2", {}).get(TIFF_BITS, (MOST_BITS,))[0]
    return 2 ** min(bits, MOST_BITS) - 1


def _eight_bit(image, *, brightest):
    """Deep grey images, scaled from 0..`brightest` to 0..255. Pillow itself would clip them at 255."""
    from PIL import Image

    if not image.mode.startswith(("I", "F")):
        return image
    if image.mode == "F":
        raise ValueError("its pixels are floating-point numbers, whose range is unknown")
    pixels = np.asarray(image, dtype=np.int64)
    if pixels.min() < 0 or pixels.max() > brightest:
        raise ValueError(
            f"its pixels go from {pixels.min():,} to {pixels.max():,}, and only 0 to {brightest:,} can be read"
        )
    return Image.fromarray((pixels * 255 // brightest).astype(np.uint8))


def _opaque(image):
    """The image over the background, of one channel if its mode says that it is grey, else of three."""
    from PIL import Image

    if not image.has_transparency_data:
        return image.convert("L" if image.mode in GREY_MODES else "RGB")
    background = Image.new("RGBA", image.size, (*BACKGROUND, 255))
    return Image.alpha_composite(background, image.convert("RGBA")).convert("RGB")
