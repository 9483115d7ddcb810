"""Folders of images: layouts, names, sizes, and everything that can be wrong with a folder."""

from collections import Counter

import numpy as np
import pytest
from PIL import Image

from search.training import datasets
from search.training.datasets import DataError
from search.training.datasets.held_out import load_test
from tests.search.training.datasets.image_folders import write_class


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
    assert (data.name, data.class_names, data.mirrorable) == ("pets", ("cat", "dog"), None)
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


def test_nothing_of_the_test_images_is_loaded(divided):
    first = datasets.load(divided)
    for path in (divided / "test").rglob("*.png"):
        Image.new("RGB", (9, 9), "red").save(path)
    second = datasets.load(divided)
    assert vars(first).keys() == vars(second).keys()
    for name, value in vars(first).items():
        assert np.array_equal(value, getattr(second, name)), name


@pytest.mark.parametrize("layout", ["plain", "divided"])
def test_a_damaged_file_of_any_split_is_noticed_and_all_are_named_at_once(layout, request):
    root = request.getfixturevalue(layout)
    files = sorted(root.rglob("*.png"))
    whole = {file: file.read_bytes() for file in files}
    for file in files:
        file.write_bytes(b"")
        with pytest.raises(DataError, match=f"^{file} is an empty file. Replace it, or remove it.$"):
            datasets.load(root)
        file.write_bytes(whole[file])
    for file in files[::4]:
        file.write_bytes(whole[file][:99])
    with pytest.raises(DataError) as error:
        datasets.load(root)
    message = str(error.value)
    assert message.startswith(f"{len(files[::4])} files can't be used as images: ")
    assert sum(str(file) in message for file in files[::4]) == 5
    assert message.endswith(f" and {len(files[::4]) - 5} more. Replace them, or remove them.")


def test_training_images_beyond_the_limit_may_be_damaged(divided):
    """They are never read, neither now nor by an export."""
    used = as_bytes(datasets.load(divided, train_limit=4, image_size=(20, 30)).train_images)
    for path in (divided / "train").rglob("*.png"):
        if np.asarray(Image.open(path)).tobytes() not in used:
            path.write_bytes(b"")
    with pytest.raises(DataError, match="is an empty file"):  # Those for validation are all used.
        datasets.load(divided, train_limit=4)


def test_a_train_folder_alone_gives_up_a_part(divided):
    for name in ("dog", "cat"):
        for path in (divided / "test" / name).iterdir():
            path.unlink()
        (divided / "test" / name).rmdir()
    (divided / "test").rmdir()
    assert len(load_test(divided)[0]) == 6
    data = datasets.load(divided)
    assert len(data.train_images) + len(data.validation_images) == 24


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


def test_endings_in_capitals_moving_pictures_and_folders_named_like_images_are_taken(plain):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(plain / "dog" / "moving.GIF", save_all=True, append_images=frames[1:])
    write_class(plain / "dog" / "more.png", 3, seed=5, suffix="JPG")
    (plain / "cat" / "empty.png").mkdir()
    assert datasets.load(plain).inventory.class_sizes == (20, 14)


def test_the_seed_and_the_content_make_the_fingerprint(plain):
    first = datasets.load(plain)
    assert datasets.load(plain).fingerprint == first.fingerprint
    others = [datasets.load(plain, seed=1), datasets.load(plain, image_size=16), datasets.load(plain, train_limit=8)]
    plain.joinpath("dog").rename(plain / "hound")
    others.append(datasets.load(plain))
    assert len({first.fingerprint, *(data.fingerprint for data in others)}) == 5


@pytest.mark.parametrize("image_size, shape", [(None, (32, 32, 3)), (48, (48, 48, 3)), ((16, 24), (16, 24, 3))])
def test_the_size_is_height_and_width(plain, image_size, shape):
    assert datasets.load(plain, image_size=image_size).input_shape == shape


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
    with pytest.raises(DataError, match=rf"'bird' has {count} image\(s\); 3 or more are needed"):
        datasets.load(plain)


def test_three_images_are_just_enough(tmp_path):
    for number, name in enumerate("abc"):
        write_class(tmp_path / name, 3, seed=number)
    data = datasets.load(tmp_path)
    parts = data.train_labels, data.validation_labels, load_test(tmp_path)[1]
    assert [sorted(labels.tolist()) for labels in parts] == [[0, 1, 2]] * 3


def test_with_a_test_folder_two_are_enough(divided):
    write_class(divided / "train" / "bird", 1, seed=0)
    write_class(divided / "test" / "bird", 1, seed=1)
    with pytest.raises(
        DataError, match="'bird' has 1 image.* 2 or more are needed to split into training and validation"
    ):
        datasets.load(divided)
    Image.new("RGB", (8, 8)).save(divided / "train" / "bird" / "more.png")
    assert datasets.load(divided).classes == 3


def test_a_test_folder_without_train_is_refused(tmp_path):
    write_class(tmp_path / "pets" / "test" / "dog", 5, seed=0)
    with pytest.raises(DataError, match="under test/ and none under train/"):
        datasets.load(tmp_path / "pets")


@pytest.mark.parametrize("name", ["a\nb", "a\u2028b", "\x1b[31m", "\udcff"])
def test_a_class_whose_name_is_no_line_of_text_is_refused(plain, name):
    (plain / "dog").rename(plain / name)
    with pytest.raises(DataError, match="has a name that is no line of text. Rename it") as error:
        datasets.load(plain)
    assert str(error.value).isprintable()


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
