"""Reads image files of any size and format as uint8 arrays of one size."""

import os
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from search.training.datasets.dataset import DataError
from spaces.validation import place

BACKGROUND = (128, 128, 128)  # behind transparent pixels: a neutral grey, so that the object is learnt
# Pillow reads more formats, but starts other programs for some of them (EPS).
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")


def read_images(paths, *, size):
    """Decode files in parallel.

    Args:
        paths: List of n `pathlib.Path`.
        size: (height, width) in pixels to which every image is scaled, whatever its shape.
    Returns:
        uint8 (n, height, width, 3).
    Raises:
        DataError: If a file is not an image, is damaged, or would decode to a huge one. The message names the first.
    """
    from PIL import Image

    images = np.empty((len(paths), *size, 3), dtype=np.uint8)
    # Pillow only warns of images up to twice its limit. Warning filters are the whole process's, so they are set here
    # and not in the threads.
    with warnings.catch_warnings(), ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        warnings.simplefilter("ignore")  # on odd metadata
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        for index, image in enumerate(pool.map(lambda path: _read_image(path, size=size), paths)):
            images[index] = image
    return images


def _read_image(path, *, size):
    from PIL import Image

    try:
        if not path.is_file():
            raise DataError(f"{place(path)} is not a regular file. Remove it from the class folder.")
        with Image.open(path, formats=FORMATS) as image:
            return _pixels(image, size=size)
    except DataError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        limit = f"{Image.MAX_IMAGE_PIXELS:,}"
        raise DataError(f"{place(path)} decodes to more than {limit} pixels. Scale it down, or remove it.") from error
    except Exception as error:  # Decoders raise nearly anything on damaged files.
        raise DataError(f"{place(path)} {_complaint(path, error)}. Replace it, or remove it.") from error


def _complaint(path, error):
    from PIL import UnidentifiedImageError

    if isinstance(error, PermissionError):
        return "may not be read by this user"
    if isinstance(error, MemoryError):
        return "needs more memory than there is"
    if os.path.getsize(path) == 0:
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
