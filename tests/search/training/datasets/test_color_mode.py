"""Grey and coloured images: how many channels a folder has, decided by its pixels, against Pillow's and NumPy's own."""

import io

import numpy as np
import pytest
from PIL import Image

from search.training import datasets
from search.training.datasets import DataError, image_file, summary
from search.training.datasets.held_out import load_test

SIZE = (8, 10)  # height, width
LEVELS = np.random.default_rng(0).integers(0, 256, SIZE, dtype=np.uint8)
COLORS = np.random.default_rng(1).integers(0, 256, (*SIZE, 3), dtype=np.uint8)


def with_alpha(image, alpha):
    image.putalpha(Image.fromarray(alpha))
    return image


def nearly_grey():
    """Grey in all pixels but one, where blue is one step brighter."""
    pixels = np.repeat((LEVELS // 2)[..., None], 3, axis=2)
    pixels[3, 4, 2] += 1
    return Image.fromarray(pixels)


def palette(colors):
    image = Image.fromarray(LEVELS % len(colors)).convert("P")
    image.putpalette(np.array(colors, dtype=np.uint8).tobytes())
    return image


ALPHA = np.where(np.arange(SIZE[1]) < 5, 0, 255).astype(np.uint8) * np.ones(SIZE, np.uint8)
GREY_RGB = Image.merge("RGB", [Image.fromarray(LEVELS)] * 3)

GREY = {
    "L": (Image.fromarray(LEVELS), "PNG", LEVELS),
    "L in JPEG": (Image.new("L", SIZE[::-1], 77), "JPEG", np.full(SIZE, 77)),
    "LA": (with_alpha(Image.fromarray(LEVELS), ALPHA), "PNG", np.where(ALPHA, LEVELS, 128)),
    "black and white": (Image.fromarray(LEVELS > 99), "PNG", np.where(LEVELS > 99, 255, 0)),
    "16 bits in PNG": (Image.fromarray(LEVELS.astype(np.uint16) * 257), "PNG", LEVELS),
    "16 bits in TIFF": (Image.fromarray(LEVELS.astype(np.uint16) * 257), "TIFF", LEVELS),
    "16 bits in TIFF of a Macintosh": (Image.fromarray(LEVELS.astype(">u2") * 257), "TIFF", LEVELS),
    "16 bits in PGM": (Image.fromarray(LEVELS.astype(np.uint16) * 257), "PPM", LEVELS),
    "grey palette": (palette([[0] * 3, [90] * 3, [255] * 3]), "PNG", np.array([0, 90, 255])[LEVELS % 3]),
    "grey palette in GIF": (palette([[0] * 3, [90] * 3, [255] * 3]), "GIF", np.array([0, 90, 255])[LEVELS % 3]),
    "RGB with equal channels": (GREY_RGB, "PNG", LEVELS),
    "RGB with equal channels in BMP": (GREY_RGB, "BMP", LEVELS),
    "RGB of one grey in JPEG": (Image.new("RGB", SIZE[::-1], (90,) * 3), "JPEG", np.full(SIZE, 90)),
    "RGBA with equal channels": (with_alpha(GREY_RGB.copy(), ALPHA), "PNG", np.where(ALPHA, LEVELS, 128)),
    "black ink": (Image.merge("CMYK", [Image.new("L", SIZE[::-1])] * 3 + [Image.fromarray(LEVELS)]), "TIFF",
                  255 - LEVELS),
}  # fmt: skip

COLORED = {
    "RGB": (Image.fromarray(COLORS), "PNG"),
    "a single step in a single pixel": (nearly_grey(), "PNG"),
    "palette": (palette([[0] * 3, [90, 90, 91], [255] * 3]), "PNG"),
    "RGBA": (with_alpha(Image.fromarray(COLORS), ALPHA), "PNG"),
    "CMYK": (Image.fromarray(COLORS).convert("CMYK"), "TIFF"),
    "JPEG": (Image.fromarray(COLORS), "JPEG"),
}


def read(path, *, color_mode="auto", size=SIZE):
    images, in_color = image_file.read_images([path], size=size, color_mode=color_mode)
    return images[0], in_color


@pytest.mark.parametrize(("image", "kind", "levels"), GREY.values(), ids=GREY)
def test_a_grey_image_has_one_channel_and_as_rgb_three_equal_ones(tmp_path, image, kind, levels):
    image.save(tmp_path / "a", format=kind)
    pixels, in_color = read(tmp_path / "a")
    assert in_color == [] and pixels.shape == (*SIZE, 1) and pixels.dtype == np.uint8
    assert (pixels[..., 0] == levels).all()
    assert (read(tmp_path / "a", color_mode="grayscale")[0] == pixels).all()
    assert (read(tmp_path / "a", color_mode="rgb")[0] == np.repeat(pixels, 3, axis=2)).all()


@pytest.mark.parametrize(("image", "kind"), COLORED.values(), ids=COLORED)
def test_a_coloured_image_has_three_channels_and_as_grayscale_its_luminance(tmp_path, image, kind):
    image.save(tmp_path / "a", format=kind)
    pixels, in_color = read(tmp_path / "a")
    assert in_color == [tmp_path / "a"] and pixels.shape == (*SIZE, 3)
    grey, _ = read(tmp_path / "a", color_mode="grayscale")
    assert np.abs(grey[..., 0] - pixels @ [0.299, 0.587, 0.114]).max() < 1


def test_colour_that_scaling_would_hide_is_seen(tmp_path):
    """One dot in a photograph, which is only checked, and of which a decoder may compute less than all pixels."""
    image = Image.new("RGB", (256, 256), (90, 90, 90))
    image.paste((250, 90, 90), (100, 100, 102, 102))
    for kind in ("PNG", "JPEG"):
        image.save(tmp_path / "a", format=kind)
        images, in_color = image_file.read_images([], size=(4, 4), color_mode="auto", check_only=[tmp_path / "a"])
        assert in_color == [tmp_path / "a"] and images.shape == (0, 4, 4, 3), kind


def test_a_grey_photograph_stands_upright(tmp_path):
    image, exif = Image.fromarray(LEVELS), Image.Exif()
    exif[0x0112] = 6  # held to the left
    for name, upright in (("8", image), ("16", Image.fromarray(LEVELS.astype(np.uint16) * 257))):
        upright.save(tmp_path / name, format="PNG", exif=exif)
        pixels, _ = read(tmp_path / name, size=SIZE[::-1])
        assert (pixels[..., 0] == np.rot90(LEVELS, -1)).all()


def test_12_bits_of_tiff_are_scaled_to_all_8(tmp_path):
    """Pillow can't write them: 4 x 1 pixels by hand."""
    values, bits = [0, 1000, 2000, 4095], ""
    for value in values:
        bits += f"{value:012b}"
    data = int(bits, 2).to_bytes(6, "big")
    entries = {256: 4, 257: 1, 258: 12, 259: 1, 262: 1, 273: 8, 277: 1, 278: 1, 279: len(data)}
    stream = io.BytesIO(b"II*\0" + (8 + len(data)).to_bytes(4, "little") + data)
    stream.seek(0, 2)
    stream.write(len(entries).to_bytes(2, "little"))
    for tag, value in entries.items():
        stream.write(tag.to_bytes(2, "little") + b"\4\0\1\0\0\0" + value.to_bytes(4, "little"))
    stream.write(bytes(4))
    (tmp_path / "a.tiff").write_bytes(stream.getvalue())
    pixels, _ = read(tmp_path / "a.tiff", size=(1, 4))
    assert pixels.ravel().tolist() == [value * 255 // 4095 for value in values]


@pytest.mark.parametrize("value", [-1, 65_536])
def test_whole_numbers_of_unknown_range_are_refused(tmp_path, value):
    Image.fromarray(np.full((4, 4), value, dtype=np.int32)).save(tmp_path / "a.tiff")
    with pytest.raises(DataError, match=f"its pixels go from {value:,} to {value:,}, and only 0 to 65,535 can be read"):
        read(tmp_path / "a.tiff")


# --- folders


@pytest.fixture
def grey(tmp_path):
    """Two classes of eight grey images in train/ and two in test/."""
    random = np.random.default_rng(2)
    for part, count in (("train", 8), ("test", 2)):
        for name in ("left", "right"):
            folder = tmp_path / "signs" / part / name
            folder.mkdir(parents=True)
            for number in range(count):
                image = Image.fromarray(random.integers(0, 256, (9, 9), dtype=np.uint8))
                (image if number % 2 else image.convert("RGB")).save(folder / f"{number}.png")
    return tmp_path / "signs"


def test_a_folder_of_grey_images_has_one_channel(grey):
    data = datasets.load(grey, image_size=48)
    assert (data.input_shape, data.color_mode) == ((48, 48, 1), "grayscale")
    assert "Images are read as grey, 48x48." in summary(data)
    images, labels = load_test(grey, image_size=48, color_mode=data.color_mode)
    assert images.shape == (len(labels), 48, 48, 1)


@pytest.mark.parametrize("part", ["train", "test"])
def test_one_coloured_image_of_any_split_makes_all_coloured_and_is_named(grey, part):
    as_rgb = datasets.load(grey, color_mode="rgb")
    file = grey / part / "left" / "1.png"
    pixels = np.repeat(np.asarray(Image.open(file))[..., None], 3, axis=2)
    pixels[0, 0] = 255, 0, 0
    Image.fromarray(pixels).save(file)
    data = datasets.load(grey)
    assert data.input_shape == (32, 32, 3)
    if part == "test":
        assert data.fingerprint == as_rgb.fingerprint
    assert (
        f"19 of 20 images are grey, but not all, so all are read as RGB. The first in colour is {part}/left/1.png. "
        "--color-mode grayscale reads all as grey."
    ) in summary(data)
    assert datasets.load(grey, color_mode="grayscale").input_shape == (32, 32, 1)
    images, _ = load_test(grey, color_mode="grayscale")
    assert images.shape == (4, 32, 32, 1)


def test_the_same_images_as_rgb_have_three_equal_channels_and_another_fingerprint(grey):
    one, three = datasets.load(grey), datasets.load(grey, color_mode="rgb")
    assert (np.repeat(one.train_images, 3, axis=3) == three.train_images).all()
    assert one.fingerprint != three.fingerprint == datasets.load(grey, color_mode="rgb").fingerprint
    assert one.fingerprint == datasets.load(grey, color_mode="grayscale").fingerprint


@pytest.mark.parametrize(
    ("name", "color_mode", "message"),
    [
        (".", "rgba", "`color_mode` must be one of auto, grayscale, rgb; got 'rgba'"),
        ("digits", "grayscale", "`color_mode` is for folders of images; digits is rgb, got 'grayscale'. Leave it out"),
    ],
)
def test_a_wrong_color_mode_is_refused(name, color_mode, message):
    with pytest.raises(DataError, match=message):
        datasets.load(name, color_mode=color_mode)
