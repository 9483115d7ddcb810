"""Which folders are the splits: layouts of other people's archives, and questions where a name is unclear."""

import io
from collections import Counter

import pytest
from PIL import Image

from search.training import datasets
from search.training.datasets import DataError
from search.training.datasets.folder_layout import layout_of
from search.training.datasets.held_out import load_test

PETS = ("cat", "dog")


def png(number):
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), (number % 256, number // 256, 0)).save(stream, "PNG")
    return stream.getvalue()


def fill(root, counts):
    """Write images, each another; `counts` of them by folder, which may name several: "train/{cat,dog}"."""
    number = 0
    for folder, count in counts.items():
        before, _, classes = folder.partition("{")
        for name in classes.rstrip("}").split(","):
            path = root / f"{before}{name}"
            path.mkdir(parents=True, exist_ok=True)
            for _ in range(count):
                number += 1
                (path / f"{number}.png").write_bytes(png(number))
    return root


def numbers(images):
    """Which of the images of `fill` these are."""
    return {int(image[0, 0, 0]) + 256 * int(image[0, 0, 1]) for image in images}


def read(root):
    """Numbers of the images for training, validation and test."""
    data = datasets.load(root, image_size=1)
    test, _ = load_test(root, image_size=1)
    assert data.inventory.test_size == len(test)
    return numbers(data.train_images), numbers(data.validation_images), numbers(test)


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("train", "test"),
        ("Train", "Test"),
        ("TRAINING", "TESTING"),
        ("training_set", "test_set"),
        ("TrainSet", "TestSet"),
        ("seg_train/seg_train", "seg_test/seg_test"),
        ("asl_alphabet_train", "asl_alphabet_test"),
        ("train2017", "test2017"),
    ],
)
def test_train_and_test_by_any_name(tmp_path, train, test):
    root = fill(tmp_path / "pets", {f"{train}/{{cat,dog}}": 5, f"{test}/{{cat,dog}}": 2})
    training, validation, tested = read(root)
    assert datasets.load(root).class_names == PETS
    assert training | validation == set(range(1, 11)) and not training & validation
    assert tested == {11, 12, 13, 14}


@pytest.mark.parametrize(
    ("train", "val", "test"),
    [
        ("train", "val", "test"),
        ("Train", "Valid", "Test"),
        ("training", "validation", "testing"),
        ("train", "dev", "test"),
        ("train_set", "val_set", "test_set"),
    ],
)
def test_a_folder_of_validation_images_is_used(tmp_path, train, val, test):
    root = fill(tmp_path / "pets", {f"{train}/{{cat,dog}}": 5, f"{val}/{{cat,dog}}": 3, f"{test}/{{cat,dog}}": 2})
    assert read(root) == (set(range(1, 11)), set(range(11, 17)), {17, 18, 19, 20})


def test_the_seed_chooses_no_validation_image_where_these_have_a_folder(tmp_path):
    root = fill(tmp_path / "pets", {"train/{cat,dog}": 5, "val/{cat,dog}": 3})
    first, second = (datasets.load(root, seed=seed) for seed in (0, 1))
    assert first.fingerprint == second.fingerprint
    training, validation, test = read(root)
    assert validation == set(range(11, 17))
    assert len(test) == 2 and training | test == set(range(1, 11))  # A fifth of train/ is held out.
    (root / "val" / "cat" / "11.png").unlink()
    assert datasets.load(root).fingerprint != first.fingerprint


def test_with_folders_for_all_splits_one_image_of_a_class_is_enough(tmp_path):
    root = fill(tmp_path / "pets", {"train/{cat,dog}": 1, "val/{cat,dog}": 1, "test/{cat,dog}": 1})
    assert read(root) == ({1, 2}, {3, 4}, {5, 6})


@pytest.mark.parametrize("outer", ["pets", "Pets"])
def test_the_folder_that_an_archive_puts_around_is_seen_through(tmp_path, outer):
    root = fill(tmp_path / outer / "pets", {"train/{cat,dog}": 4, "test/{cat,dog}": 1})
    (root.parent / "__MACOSX" / "pets").mkdir(parents=True)
    assert read(root.parent) == read(root)


# --- what is not used is told


def notes(root):
    return datasets.load(root).inventory.notes


def test_folders_beside_the_splits_are_told(tmp_path):
    root = fill(tmp_path / "intel", {f"seg_{part}/seg_{part}/{{cat,dog}}": 4 for part in ("train", "test")})
    assert notes(root) == ()
    fill(root, {"seg_pred/seg_pred": 2})
    assert notes(root) == (f"Not used: seg_pred, beside the splits in {root}.",)
    assert datasets.load(root).class_names == PETS


def test_images_outside_class_folders_are_told(tmp_path):
    root = fill(tmp_path / "pets", {"{cat,dog}": 4, "": 3})
    (root / "readme.txt").write_text("no image")
    (root / "._0.png").write_bytes(b"")
    assert notes(root) == (f"Not used: 3 image(s) that lie in {root} itself and in no class folder.",)


def test_linked_folders_in_class_folders_are_told(tmp_path):
    root = fill(tmp_path / "pets", {"{cat,dog}": 4})
    (root / "cat" / "again").symlink_to(root)
    [note] = notes(root)
    assert note.startswith(f"Not used: {root}/cat/again, since links")


def test_a_class_may_be_called_train(tmp_path):
    root = fill(tmp_path / "vehicles", {"{bus,car,train}": 4})
    assert datasets.load(root).class_names == ("bus", "car", "train")
    assert notes(root) == (f"Folder {root}/train is taken for a class, since it lies beside other classes.",)
    assert datasets.load(fill(tmp_path / "answers", {"{valid,invalid}": 4})).class_names == ("invalid", "valid")
    nested = fill(tmp_path / "rail", {"bullet_train/{old,new}": 4, "bus": 4})
    assert datasets.load(nested).class_names == ("bullet_train", "bus")


def test_a_system_s_folders_are_no_classes(tmp_path):
    root = fill(tmp_path / "pets", {"{cat,dog}": 4, "__MACOSX/cat": 1, "@eaDir": 1, ".ipynb_checkpoints": 1})
    (root / "cat" / "@eaDir").mkdir()
    (root / "cat" / "@eaDir" / "thumbnail.jpg").write_bytes(b"")
    assert datasets.load(root).class_names == PETS


# --- what may be meant in two ways is asked about

QUESTIONS = {
    "flat": ({"{train,test}": 4}, "named like splits .test, train., and no class folders in them.*train-class"),
    "flat, of other names": ({"{Training_Set,Validation}": 4}, "named like splits .Training_Set, Validation."),
    "flat and alone": ({"train": 4}, "named like splits .train., and no class folders"),
    "trains and tests of two kinds": ({"{trainA,trainB,testA,testB}": 4}, "named like splits .testA, testB, trainA"),
    "a test beside classes": ({"{cat,dog,test}": 4}, "splits .test., beside cat, dog .* rename them, .* test-class"),
    "two splits beside classes": ({"{cat,dog,train,val}": 4}, "splits .train, val., beside cat, dog"),
    "a divided test beside classes": ({"{cat,dog}": 4, "test/{cat,dog}": 4}, "class folders .cat, dog. there"),
    "folds": ({"fold1/{cat,dog}": 4, "fold2/{cat,dog}": 4}, "splits .fold1, fold2., but the names do not say which"),
    "a holdout": ({"train/{cat,dog}": 4, "holdout/{cat,dog}": 4}, r"splits .holdout., .*Rename them: .*val/.*test/"),
    "an evaluation": ({"train/{cat,dog}": 4, "test/{cat,dog}": 4, "Eval/{cat,dog}": 4}, "splits .Eval."),
    "twice": ({"train/{cat,dog}": 4, "Training/{cat,dog}": 4}, "has 2 folders of training images .*: Training, train"),
    "two validations": ({"train/{a,b}": 4, "val/{a,b}": 4, "dev/{a,b}": 4}, "2 folders of validation .*: dev, val"),
    "splits in classes": ({"cat/{train,test}": 4, "dog/{train,test}": 4}, "split in the folder of each class"),
    "no training": ({"val/{cat,dog}": 4, "test/{cat,dog}": 4}, "under test/, val/ and none under train/"),
    "training without classes": ({"train": 4, "test/{cat,dog}": 4}, "under test/ and none under train/"),
    "a test without classes": ({"train/{cat,dog}": 4, "test": 4}, "test holds images, but no class folders as .*train"),
    "an empty test": ({"train/{cat,dog}": 4, "test": 0}, "test holds no images. Fill it, or remove it"),
    "an empty validation": ({"train/{cat,dog}": 4, "val": 0}, "val holds no images. Fill it, or remove it"),
    "classes beside a class": ({"train/{steam,electric}": 4, "bus": 4}, "electric, steam.*, and bus beside it hold"),
    "one folder too much": ({"archive/{cat,dog}": 4}, "it holds one, 'archive', with the folders cat, dog in it. Give"),
    "images alone": ({"": 4}, "it holds none, but 4 image"),
}  # fmt: skip


@pytest.mark.parametrize(("folders", "question"), QUESTIONS.values(), ids=QUESTIONS)
def test_an_unclear_layout_is_asked_about(tmp_path, folders, question):
    root = fill(tmp_path / "pets", folders)
    for function in (datasets.load, load_test):
        with pytest.raises(DataError, match=question) as error:
            function(root)
        assert "\n" not in str(error.value)


def test_the_advice_on_classes_that_are_named_like_splits_helps(tmp_path):
    root = fill(tmp_path / "measured", {"{train,test}": 4})
    for name in ("train", "test"):
        (root / name).rename(root / f"{name}-class")
    assert Counter(datasets.load(root).class_names) == Counter(["train-class", "test-class"])
    assert layout_of(root).notes == ()


@pytest.mark.parametrize(
    ("folders", "message"),
    [
        ({"test/cat": 2}, "train has 'dog', .*test has not"),
        ({"test/{cat,dog,bird}": 2}, "test has 'bird', .*train has not"),
        ({"test/{cat,Dog}": 2}, "train has 'dog', .*test has not; .*test has 'Dog', .*train has not"),
        ({"val/cat": 2, "test/{cat,dog}": 2}, "train has 'dog', .*val has not"),
        ({"val/{cat,dog}": 2, "val/bird": 2}, "val has 'bird', .*train has not"),
        ({"test/cat": 2, "test/dog": 0}, "test, class 'dog' has 0 image"),
    ],
)
def test_the_splits_must_have_the_same_classes(tmp_path, folders, message):
    root = fill(tmp_path / "pets", {"train/{cat,dog}": 4} | folders)
    with pytest.raises(DataError, match=message):
        datasets.load(root)
