"""Folders of images: layouts, kinds of images, and everything that can be wrong with them."""

import struct
import zlib
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from search.training import datasets
from search.training.datasets import DataError, image_file
from search.training.datasets.held_out import load_test


def write_class(folder, count, *, seed, size=(20, 30), suffix="png"):
    folder.mkdir(parents=True)
    random = np.random.default_rng(seed)
    for number in range(count):
        Image.fromarray(random.integers(0, 256, (*size, 3), dtype=np.uint8)).save(folder / f"{number:02}.{suffix}")


@pytest.fixture
def plain(tmp_path):
    """Two classes, 10 and 20 images, in plain class folders."""
    write_class(tmp_path / "pets" / "dog", 10, seed=1)
    write_class(tmp_path / "pets" / "cat", 20, seed=2)
    return tmp_path / "pets"


@pytest.fixture
def divided(tmp_path):
    """The same under train/, and 3 images a class under test/."""
    for number, (part, count) in enumerate([("train", 10), ("test", 3)]):
        write_class(tmp_path / "pets" / part / "dog", count, seed=10 + number)
        write_class(tmp_path / "pets" / part / "cat", count * 2, seed=20 + number)
    return tmp_path / "pets"


def as_bytes(images):
    return {image.tobytes() for image in images}


# --- layouts


def test_plain_class_folders(plain):
    data = datasets.load(str(plain))
    assert (data.name, data.class_names, data.mirrorable) == ("pets", ("cat", "dog"), True)
    assert (data.input_shape, data.classes) == ((32, 32, 3), 2)
    assert data.train_images.dtype == np.uint8 and data.train_labels.dtype == np.int32
    # 30 images: 6 held out, then 5 of the 24 that are left validate.
    assert Counter(data.train_labels.tolist()) + Counter(data.validation_labels.tolist()) == {0: 16, 1: 8}
    assert Counter(data.validation_labels.tolist()) == {0: 3, 1: 2}


def test_the_held_out_part_is_never_trained_or_validated_on(plain):
    test_images, test_labels = load_test(plain)
    assert Counter(test_labels.tolist()) == {0: 4, 1: 2}
    everything = as_bytes(test_images)
    for seed in range(3):
        data = datasets.load(plain, seed=seed)
        assert not as_bytes(test_images) & (as_bytes(data.train_images) | as_bytes(data.validation_images))
        assert not as_bytes(data.train_images) & as_bytes(data.validation_images)
        everything |= as_bytes(data.train_images) | as_bytes(data.validation_images)
    assert len(everything) == 30
    assert (load_test(plain)[0] == test_images).all()


def test_a_test_folder_is_used_as_it_is(divided):
    data = datasets.load(divided)
    test_images, test_labels = load_test(divided)
    assert Counter(test_labels.tolist()) == {0: 6, 1: 3}
    assert len(data.train_images) + len(data.validation_images) == 30
    assert not as_bytes(test_images) & (as_bytes(data.train_images) | as_bytes(data.validation_images))


def test_loading_never_reads_the_test_folder(divided):
    (divided / "test" / "cat" / "00.png").write_bytes(b"damaged")
    datasets.load(divided)
    with pytest.raises(DataError, match="test/cat/00.png is not an image"):
        load_test(divided)


def test_a_train_folder_alone_gives_up_a_part(divided):
    for name in ("dog", "cat"):
        for path in (divided / "test" / name).iterdir():
            path.unlink()
        (divided / "test" / name).rmdir()
    (divided / "test").rmdir()
    assert len(load_test(divided)[0]) == 6
    data = datasets.load(divided)
    assert len(data.train_images) + len(data.validation_images) == 24


def test_a_class_may_be_called_train(tmp_path):
    for number, name in enumerate(["train", "test", "plane"]):
        write_class(tmp_path / "vehicles" / name, 5, seed=number)
    assert datasets.load(tmp_path / "vehicles").class_names == ("plane", "test", "train")


def test_labels_belong_to_the_folders(plain):
    for name, colour in (("cat", "red"), ("dog", "blue")):
        for path in (plain / name).iterdir():
            Image.new("RGB", (8, 8), colour).save(path)
    data = datasets.load(plain)
    for image, label in zip(data.train_images, data.train_labels, strict=True):
        assert image[0, 0].tolist() == ([255, 0, 0], [0, 0, 255])[label]


def test_nested_folders_belong_to_their_class_and_hidden_files_to_none(plain):
    write_class(plain / "dog" / "puppies", 5, seed=5)
    (plain / "cat" / ".DS_Store").write_bytes(b"not an image")
    (plain / "cat" / "Thumbs.db").write_bytes(b"not an image")
    (plain / ".git").mkdir()
    (plain / "cat" / ".hidden").mkdir()
    (plain / "cat" / ".hidden" / "x.png").write_bytes(b"not an image")
    (plain / "readme.txt").write_text("beside the class folders")
    data = datasets.load(plain)
    assert data.class_names == ("cat", "dog")
    total = len(data.train_images) + len(data.validation_images) + len(load_test(plain)[0])
    assert total == 35


def test_the_seed_and_the_content_make_the_fingerprint(plain):
    first = datasets.load(plain)
    assert datasets.load(plain).fingerprint == first.fingerprint
    others = [datasets.load(plain, seed=1), datasets.load(plain, image_size=16), datasets.load(plain, train_limit=8)]
    plain.joinpath("dog").rename(plain / "hound")
    others.append(datasets.load(plain))
    assert len({first.fingerprint, *(data.fingerprint for data in others)}) == 5


# --- kinds of images


@pytest.mark.parametrize("image_size, shape", [(None, (32, 32, 3)), (48, (48, 48, 3)), ((16, 24), (16, 24, 3))])
def test_the_size_is_height_and_width(plain, image_size, shape):
    assert datasets.load(plain, image_size=image_size).input_shape == shape


def read(path, *, size=(4, 6)):
    return image_file.read_images([path], size=size)[0]


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
def test_every_kind_becomes_rgb_whatever_its_name(tmp_path, image, kind, colour):
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


# --- wrong folders


def test_one_class_is_too_few(tmp_path):
    write_class(tmp_path / "pets" / "dog", 5, seed=0)
    with pytest.raises(DataError, match="two or more classes; it holds one, 'dog'"):
        datasets.load(tmp_path / "pets")


def test_no_class_folders(tmp_path):
    with pytest.raises(DataError, match="two or more classes; it holds none"):
        datasets.load(tmp_path)


def test_no_images(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with pytest.raises(DataError, match="holds no images in its 2 class folders"):
        datasets.load(tmp_path)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_class_of_too_few_images_is_named(plain, count):
    (plain / "bird").mkdir()
    for number in range(count):
        Image.new("RGB", (8, 8)).save(plain / "bird" / f"{number}.png")
    with pytest.raises(DataError, match=rf"'bird' .* has {count} image\(s\); 3 or more are needed"):
        datasets.load(plain)


def test_three_images_are_just_enough(tmp_path):
    for number, name in enumerate("abc"):
        write_class(tmp_path / name, 3, seed=number)
    data = datasets.load(tmp_path)
    parts = data.train_labels, data.validation_labels, load_test(tmp_path)[1]
    assert [sorted(labels.tolist()) for labels in parts] == [[0, 1, 2]] * 3


def test_with_a_test_folder_two_are_enough(divided):
    write_class(divided / "train" / "bird", 1, seed=0)
    with pytest.raises(DataError, match="'bird' .* 2 or more are needed to split into training and validation"):
        datasets.load(divided)
    Image.new("RGB", (8, 8)).save(divided / "train" / "bird" / "more.png")
    assert datasets.load(divided).classes == 3


def test_a_test_folder_without_train_is_told(tmp_path):
    write_class(tmp_path / "pets" / "test" / "dog", 5, seed=0)
    with pytest.raises(DataError, match="under test/ and none under train/"):
        datasets.load(tmp_path / "pets")


def test_an_unknown_class_under_test_is_told(divided):
    write_class(divided / "test" / "bird", 1, seed=0)
    with pytest.raises(DataError, match="class 'bird' that train/ has not"):
        load_test(divided)


@pytest.mark.parametrize("name", ["a\nb", "a\u2028b", "\x1b[31m", "\udcff"])
def test_a_class_whose_name_is_no_line_of_text_is_told(plain, name):
    (plain / "dog").rename(plain / name)
    with pytest.raises(DataError, match="has a name that is no line of text. Rename it") as caught:
        datasets.load(plain)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["-rf", "a b\xa0c", "👨\u200d👩", "<script>", "$\\frac$", "x" * 255])
def test_other_names_of_classes_are_taken_as_they_are(plain, name):
    (plain / "dog").rename(plain / name)
    assert name in datasets.load(plain).class_names


@pytest.mark.parametrize(
    ("folder", "name"), [("a\nb", "a-b"), ("\udcff", "-"), ("x" * 255, "x" * 100), ("<b>", "<b>"), ("-rf", "-rf")]
)
def test_a_data_set_has_a_name_that_can_be_typed(plain, folder, name):
    """Its study is called after it."""
    plain.rename(plain.parent / folder)
    assert datasets.load(plain.parent / folder).name == name


# --- wrong images


def huge_png(side):
    """A few hundred bytes that claim to be `side` x `side` pixels."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def whole_png():
    import io

    stream = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)).save(stream, "PNG")
    return stream.getvalue()


WRONG = {
    "empty": (b"", "is an empty file"),
    "text": (b"not an image at all", "is not an image that can be read"),
    "truncated": (whole_png()[:2000], "is a damaged image"),
    "header only": (whole_png()[:20], "is (a damaged|not an) image"),
    "large bomb": (huge_png(50_000), "unfolds to more than 89,478,485 pixels"),
    "bomb": (huge_png(20_000), "unfolds to more than 89,478,485 pixels"),
    "half a bomb": (huge_png(10_000), "unfolds to more than 89,478,485 pixels"),
    "program for another program": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is not an image"),
}


def test_a_wrong_image_of_any_name_gets_one_line(plain):
    for path in (plain / "dog").iterdir():
        path.rename(path.with_name(f"a\nb\x1b{path.name}")).write_bytes(b"")
    with pytest.raises(DataError, match="is an empty file") as caught:
        datasets.load(plain)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("content, message", WRONG.values(), ids=WRONG)
def test_a_wrong_image_is_named(plain, content, message):
    for path in (plain / "dog").iterdir():
        path.write_bytes(content)
    with pytest.raises(DataError, match=rf"pets/dog/\d\d.png {message}.*, or remove it\.$") as caught:
        datasets.load(plain)
    assert "\n" not in str(caught.value)


def test_an_image_that_asks_for_too_much_memory_is_named(plain, monkeypatch):
    def ask(*_):
        raise MemoryError

    monkeypatch.setattr(image_file, "_opaque", ask)
    with pytest.raises(DataError, match="asks for more memory than there is. Replace it, or remove it"):
        datasets.load(plain)


def test_a_broken_link_is_named(plain):
    for path in (plain / "dog").iterdir():
        path.unlink()
        path.symlink_to(plain / "gone")
    with pytest.raises(DataError, match="is not a regular file"):
        datasets.load(plain)


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
