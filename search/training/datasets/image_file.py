"""Reads image files of any size and format as uint8 arrays of one size."""

import os
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from search.quantities import listed
from search.training.datasets.dataset import DataError
from spaces.validation import place

BACKGROUND = (128, 128, 128)  # behind transparent pixels: a neutral grey, so that the object is learnt
# Pillow reads more formats, but starts other programs for some of them (EPS).
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")

MOST_NAMED = 5
"""Files that an error names."""


class _NotRegularError(Exception):
    """A path is that of a pipe, a folder or a broken link: opening it could block for ever."""


def read_images(paths, *, size, check_only=()):
    """Decode files in parallel.

    Args:
        paths: List of n `pathlib.Path`.
        size: (height, width) in pixels to which every image is scaled, whatever its shape.
        check_only: Paths of further files. They are decoded, too, but nothing of them is kept.
    Returns:
        uint8 (n, height, width, 3).
    Raises:
        DataError: If files are not images, are damaged, or would decode to huge ones. The message names the first few.
    """
    from PIL import Image

    images = np.empty((len(paths), *size, 3), dtype=np.uint8)

    def complaint(path, index=None):
        """What is wrong with a file, "" for nothing. With an index, its image is kept there."""
        try:
            pixels = _read_image(path, size=size, roughly=index is None)
        except Exception as error:  # Decoders raise nearly anything on damaged files.
            return f"{place(path)} {_complaint(path, error)}"
        if index is not None:
            images[index] = pixels
        return ""

    # Pillow only warns of images up to twice its limit. Warning filters are the whole process's, so they are set here
    # and not in the threads.
    with warnings.catch_warnings(), ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        warnings.simplefilter("ignore")  # on odd metadata
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        complaints = [
            *filter(None, pool.map(complaint, paths, range(len(paths)))),
            *filter(None, pool.map(complaint, check_only)),
        ]
    if complaints:
        raise DataError(_refusal(sorted(complaints)))
    return images


def _refusal(complaints):
    files = listed(complaints, most=MOST_NAMED, separator="; ")
    if len(complaints) == 1:
        return f"{files}. Replace it, or remove it."
    return f"{len(complaints):,} files can't be used as images: {files}. Replace them, or remove them."


def _read_image(path, *, size, roughly):
    """As `_pixels`. Roughly, a JPEG file is read to its end, but not all of its pixels are computed."""
    from PIL import Image

    if not path.is_file():
        raise _NotRegularError
    with Image.open(path, formats=FORMATS) as image:
        if roughly:
            image.draft(None, size[::-1])
        return _pixels(image, size=size)


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


def _pixels(image, *, size):
    """uint8 (height, width, 3) of an open image: turned upright, over the background, scaled."""
    from PIL import Image, ImageOps

    image = _opaque(_eight_bit(ImageOps.exif_transpose(image)))
    height, width = size
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))


def _eight_bit(image):
    """Grey images of 16 bits, scaled to 0..255. Pillow itself would clip them at 255."""
    from PIL import Image

    if not image.mode.startswith(("I", "F")):
        return image
    if image.mode == "F":
        raise ValueError("its pixels are floating-point numbers, whose range is unknown")
    return Image.fromarray((np.clip(np.asarray(image), 0, 65535) // 257).astype(np.uint8))


def _opaque(image):
    from PIL import Image

    if not image.has_transparency_data:
        return image.convert("RGB")
    background = Image.new("RGBA", image.size, (*BACKGROUND, 255))
    return Image.alpha_composite(background, image.convert("RGBA")).convert("RGB")
