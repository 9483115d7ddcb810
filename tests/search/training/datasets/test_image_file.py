"""Image files: formats and colours, and everything that can be wrong with a file."""

import io

import numpy as np
import pytest
from PIL import Image

from search.training import datasets
from search.training.datasets import DataError, image_file
from tests.faults.hostile_files import png


def read(path, *, size=(4, 6)):
    images, _ = image_file.read_images([path], size=size, color_mode="rgb")
    return images[0]


COLOURED = {
    "grey": (Image.new("L", (5, 9), 77), "PNG", [77, 77, 77]),
    "black and white": (Image.new("1", (5, 9), 1), "PNG", [255, 255, 255]),
    "palette": (Image.new("RGB", (5, 9), (10, 20, 30)).quantize(4), "PNG", [10, 20, 30]),
    "opaque": (Image.new("RGBA", (5, 9), (10, 20, 30, 255)), "PNG", [10, 20, 30]),
    "transparent": (Image.new("RGBA", (5, 9), (10, 20, 30, 0)), "PNG", [128, 128, 128]),
    "half transparent": (Image.new("RGBA", (5, 9), (255, 0, 128, 128)), "PNG", [192, 64, 128]),
    "transparent grey": (Image.new("LA", (5, 9), (10, 0)), "PNG", [128, 128, 128]),
    "print colours": (Image.new("CMYK", (5, 9), (0, 255, 255, 0)), "TIFF", [255, 0, 0]),
    "deep grey": (Image.fromarray(np.full((9, 5), 257 * 100, dtype=np.uint16)), "PNG", [100, 100, 100]),
    "gif": (Image.new("RGB", (5, 9), (255, 0, 0)), "GIF", [255, 0, 0]),
    "bmp": (Image.new("RGB", (5, 9), (255, 0, 0)), "BMP", [255, 0, 0]),
    "webp": (Image.new("RGB", (5, 9), (0, 0, 255)), "WEBP", [0, 0, 255]),
    "jpeg": (Image.new("RGB", (5, 9), (90, 90, 90)), "JPEG", [90, 90, 90]),
}


@pytest.mark.parametrize("image, kind, colour", COLOURED.values(), ids=COLOURED)
def test_every_format_becomes_rgb_whatever_the_file_s_name(tmp_path, image, kind, colour):
    image.save(tmp_path / "image.txt", format=kind)
    pixels = read(tmp_path / "image.txt")
    assert pixels.shape == (4, 6, 3)
    assert np.abs(pixels.astype(int) - colour).max() <= 1


def test_a_transparent_palette_lies_over_the_background(tmp_path):
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.save(tmp_path / "a.png", transparency=1)
    assert (read(tmp_path / "a.png") == 128).all()


def test_photographs_stand_upright(tmp_path):
    image = Image.new("RGB", (20, 10), "black")
    image.paste("white", (0, 0, 20, 5))
    exif = Image.Exif()
    exif[0x0112] = 3  # held upside down
    image.save(tmp_path / "a.png", exif=exif)
    pixels = read(tmp_path / "a.png", size=(10, 20))
    assert (pixels[:5] == 0).all() and (pixels[5:] == 255).all()


# --- wrong images


def whole_png():
    stream = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)).save(stream, "PNG")
    return stream.getvalue()


WRONG = {
    "empty": (b"", "is an empty file"),
    "text": (b"not an image at all", "is not an image that can be read"),
    "truncated": (whole_png()[:2000], "is a damaged image"),
    "header only": (whole_png()[:20], "is (a damaged|not an) image"),
    "large bomb": (png(50_000, 50_000), "decodes to more than 89,478,485 pixels"),
    "bomb": (png(20_000, 20_000), "decodes to more than 89,478,485 pixels"),
    "half a bomb": (png(10_000, 10_000), "decodes to more than 89,478,485 pixels"),
    "program for another program": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is not an image"),
}


def test_a_wrong_image_of_any_name_gets_one_line(plain):
    for path in (plain / "dog").iterdir():
        path.rename(path.with_name(f"a\nb\x1b{path.name}")).write_bytes(b"")
    with pytest.raises(DataError, match="is an empty file") as error:
        datasets.load(plain)
    assert str(error.value).isprintable()


@pytest.mark.parametrize("content, message", WRONG.values(), ids=WRONG)
def test_a_wrong_image_is_named(plain, content, message):
    (plain / "dog" / "00.png").write_bytes(content)
    with pytest.raises(DataError, match=rf"pets/dog/00.png {message}.*, or remove it\.$") as error:
        datasets.load(plain)
    assert "\n" not in str(error.value)


def test_an_image_that_needs_too_much_memory_is_named(plain, monkeypatch):
    def resize(*_):
        raise MemoryError

    monkeypatch.setattr(Image.Image, "resize", resize)
    with pytest.raises(DataError, match="30 files can.*cat/\\d\\d.png needs more memory than there is.* and 25 more"):
        datasets.load(plain)


@pytest.mark.parametrize("target", ["gone", "dog/00.png"])
def test_a_broken_link_is_named(plain, target):
    (plain / "dog" / "00.png").unlink()
    (plain / "dog" / "00.png").symlink_to(plain / target)
    with pytest.raises(DataError, match="is a broken link"):
        datasets.load(plain)


@pytest.mark.parametrize("kind", image_file.FORMATS)
def test_a_file_that_is_only_checked_is_refused_like_one_that_is_kept(tmp_path, kind):
    random, path = np.random.default_rng(0), tmp_path / "x"
    Image.fromarray(random.integers(0, 256, (300, 200, 3), dtype=np.uint8)).save(path, format=kind)
    whole = path.read_bytes()
    assert image_file.read_images([], size=(4, 6), color_mode="rgb", check_only=[path])[0].shape == (0, 4, 6, 3)
    for length in (len(whole) // 9, len(whole) // 2, len(whole) - 9):
        path.write_bytes(whole[:length])
        messages = []
        for arguments in ({"paths": [path]}, {"paths": [], "check_only": [path]}):
            try:
                image_file.read_images(**arguments, size=(4, 6), color_mode="rgb")
            except DataError as error:
                messages.append(str(error))
        assert len(messages) != 1, (length, messages)


def test_floating_point_pixels_are_refused(tmp_path):
    Image.fromarray(np.ones((8, 8), dtype=np.float32)).save(tmp_path / "a.tiff")
    with pytest.raises(DataError, match="floating-point"):
        read(tmp_path / "a.tiff")


def test_damaged_bytes_never_escape_as_another_error(tmp_path):
    random = np.random.default_rng(0)
    originals = []
    for kind in image_file.FORMATS:
        Image.fromarray(random.integers(0, 256, (12, 12, 3), dtype=np.uint8)).save(tmp_path / "x", format=kind)
        originals.append((tmp_path / "x").read_bytes())
    for original in originals:
        for _ in range(100):
            content = bytearray(original[: random.integers(1, len(original) + 1)])
            for place in random.integers(0, len(content), size=3):
                content[place] = random.integers(0, 256)
            (tmp_path / "x").write_bytes(content)
            try:
                assert read(tmp_path / "x").shape == (4, 6, 3)
            except DataError:
                continue
