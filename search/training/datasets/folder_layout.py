"""Which folders hold the training, validation and test images. What may be meant in two ways is asked about.

A folder that is named like a split is one if it holds class folders. The questions are errors: each says what was seen,
what it may mean, and what to rename or to move.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from search.quantities import listed
from search.training.datasets.class_folders import MOST_LISTED, has_images, loose_images, subfolders
from search.training.datasets.dataset import DataError
from search.training.datasets.split_names import Split, splits_of
from spaces.validation import place


@dataclass(frozen=True)
class FolderLayout:
    """The folders that hold class folders.

    Attributes:
        root: The folder that holds all of them.
        training: The training images, and those of the splits that have no folder.
        validation, test: None if these images are to be drawn from the others.
        notes: Sentences on what a person may not expect.
    """

    root: Path
    training: Path
    validation: Path | None = None
    test: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def splits(self) -> dict[Split, Path]:
        """The folders that are there."""
        folders = {Split.TRAINING: self.training, Split.VALIDATION: self.validation, Split.TEST: self.test}
        return {split: folder for split, folder in folders.items() if folder}


def layout_of(root: Path) -> FolderLayout:
    """The layout of a data set's folder.

    Raises:
        DataError: If it can't be read, or its names may be meant in two ways.
    """
    root = _unwrapped(root)
    names = subfolders(root)
    splits = splits_of(names)
    if any(_class_folders(root / name) for name in splits):
        return _divided(root, names, splits)
    return _plain(root, names, splits)


def _unwrapped(folder: Path) -> Path:
    """Without the folder of the same name that unpacking an archive may put around another."""
    match subfolders(folder):
        case [name] if name.casefold() == folder.resolve().name.casefold():
            return folder / name
    return folder


def _class_folders(folder: Path) -> list[str]:
    return subfolders(_unwrapped(folder))


def _plain(root: Path, names: Sequence[str], splits: Mapping[str, Split]) -> FolderLayout:
    classes = [name for name in names if name not in splits]
    if splits and not classes:
        raise DataError(
            f"{_named_like_splits(root, splits)}, and no class folders in them. If they are splits, put a folder of "
            f"images for each class into each of them. If they are classes, {_rename(splits)}."
        )
    # A folder of training images without classes would be of no use, so that a class may well be called "train".
    if len(set(splits.values())) > 1 or {Split.TEST, Split.UNCLEAR} & set(splits.values()):
        raise DataError(
            f"{_named_like_splits(root, splits)}, beside {_listed(classes)} and without class folders in them. If "
            f"they are classes, {_rename(splits)}. If they are splits, move the class folders into a folder train/ "
            "and sort the other images into class folders, too."
        )
    inner = [set(splits_of(subfolders(root / name)).values()) for name in classes]
    if inner and all(Split.TRAINING in found or len(found) > 1 for found in inner):
        raise DataError(
            f"{place(root)} has a folder for each split in the folder of each class ({_listed(classes)}). "
            "Put the splits outside: train/ and test/ with a folder for each class in them."
        )
    notes = [
        f"Folder {place(root / name)} is taken for a class, since it lies beside other classes." for name in splits
    ]
    return FolderLayout(root, root, notes=(*notes, *_notes_on_loose_images([root])))


def _divided(root: Path, names: Sequence[str], splits: Mapping[str, Split]) -> FolderLayout:
    if unclear := [name for name in splits if splits[name] is Split.UNCLEAR and _class_folders(root / name)]:
        raise DataError(
            f"{_named_like_splits(root, unclear)}, but the names do not say which split. Rename them: train/ holds the "
            "images to train on, val/ those to validate on, test/ those that no search sees. Put several folders of "
            "one split together."
        )
    folders = {split: _only_folder(root, splits, split) for split in (Split.TRAINING, Split.VALIDATION, Split.TEST)}
    training = folders[Split.TRAINING]
    if not training or not subfolders(training):
        _refuse_without_training(root, names, splits)
    others = [name for name in names if splits.get(name, Split.UNCLEAR) is Split.UNCLEAR]
    if others and len(splits) == 1 and (images := [name for name in others if has_images(root / name)]):
        raise DataError(
            f"{place(training)} holds class folders ({_listed(subfolders(training))}), and {_listed(images)} beside it "
            "hold images, too: which are the classes? Keep the others elsewhere. If these are classes as well, "
            f"{_rename(splits)}."
        )
    for split in (Split.VALIDATION, Split.TEST):
        if (folder := folders[split]) and not subfolders(folder):
            _refuse_without_classes(folder, training)
    notes = [f"Not used: {_listed(others)}, beside the splits in {place(root)}."] if others else []
    notes += _notes_on_loose_images([root, *filter(None, folders.values())])
    return FolderLayout(root, training, folders[Split.VALIDATION], folders[Split.TEST], notes=tuple(notes))


def _only_folder(root: Path, splits: Mapping[str, Split], wanted: Split) -> Path | None:
    names = [name for name, split in splits.items() if split is wanted]
    if len(names) > 1:
        raise DataError(
            f"{place(root)} has {len(names)} folders of {wanted.value} images by their names: {_listed(names)}. "
            "Put them together, or move those elsewhere that are not to be used."
        )
    return _unwrapped(root / names[0]) if names else None


def _refuse_without_training(root: Path, names: Sequence[str], splits: Mapping[str, Split]) -> None:
    divided = [name for name in splits if _class_folders(root / name)]
    classes = [name for name in names if name not in splits]
    advice = "Put the training images there."
    if classes:
        advice = (
            f"Move the class folders ({_listed(classes)}) there. If the others are classes, too, {_rename(divided)}."
        )
    under = _listed([f"{name}/" for name in divided])
    raise DataError(f"{place(root)} has class folders under {under} and none under train/. {advice}")


def _refuse_without_classes(folder: Path, training: Path) -> None:
    if has_images(folder):
        raise DataError(
            f"{place(folder)} holds images, but no class folders as {place(training)} does, so that their classes are "
            "unknown. Sort them into class folders, or move them elsewhere: then a part of the training images is used."
        )
    raise DataError(
        f"{place(folder)} holds no images. Fill it, or remove it: then a part of the training images is used."
    )


def _notes_on_loose_images(folders: Sequence[Path]) -> list[str]:
    counts = {folder: loose_images(folder) for folder in folders}
    return [
        f"Not used: {count:,} image(s) that lie in {place(folder)} itself and in no class folder."
        for folder, count in counts.items()
        if count
    ]


def _named_like_splits(root: Path, names: Iterable[str]) -> str:
    """The beginning of a sentence about folders."""
    return f"{place(root)} has folders that are named like splits ({_listed(list(names))})"


def _rename(names: Iterable[str]) -> str:
    """How to say that folders are classes: `split_names` takes no name with the word "class" for a split."""
    return f"rename them, for example to {_listed([f'{name}-class' for name in names])}"


def _listed(names: Sequence[str]) -> str:
    return listed([place(name) for name in names], most=MOST_LISTED)
