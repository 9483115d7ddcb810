"""Names of folders that say which split of a data set they hold: `Train`, `test_set`, `seg_test`, `val2017`."""

import re
from collections.abc import Iterable
from enum import Enum


class Split(Enum):
    """What the images of a folder are for, by its name."""

    TRAINING = "training"
    VALIDATION = "validation"
    TEST = "test"
    UNCLEAR = "validation or test"
    """People use the name for several splits, or for parts that take turns."""


_WORDS = {
    Split.TRAINING: {"train", "training", "trn"},
    Split.VALIDATION: {"val", "valid", "validation", "validate", "dev"},
    Split.TEST: {"test", "tests", "testing", "tst"},
    Split.UNCLEAR: {"holdout", "heldout", "eval", "evaluation", "development"},
}
_SPLITS = {word: split for split, words in _WORDS.items() for word in words}
_FILLERS = {"set", "data", "dataset", "images", "imgs", "img", "split", "seg"}  # "seg_train", "test images"
_GLUED = re.compile(r"(.+?)(set|data|images|split)")  # "trainset"
_CLASS = "class"  # Says that a folder is none: "test-class".
_TURNS = re.compile(r"(fold|cv|split)[\W_]*\d+", re.IGNORECASE)  # "fold1"
_HELD_OUT = re.compile(r"(hold|held)[\W_]*out", re.IGNORECASE)


def splits_of(names: Iterable[str]) -> dict[str, Split]:
    """Those of the folders beside each other that are named like a split, and the split.

    A name that says more, such as `cats_train`, counts only beside another split, and only if no folder has the plain
    name: a class may be called `bullet_train`. A name with the word "class" never counts.
    """
    names = [name for name in names if _CLASS not in _words(name)]
    plain = {name: split for name in names if (split := _plain_split(name))}
    longer = {name: split for name in names if name not in plain and (split := _split_within(name))}
    all_splits = {*plain.values(), *longer.values()}
    if Split.TRAINING in all_splits and len(all_splits) > 1:
        plain |= {name: split for name, split in longer.items() if split not in plain.values()}
    return {name: plain[name] for name in names if name in plain}


def _plain_split(name: str) -> Split | None:
    if _TURNS.fullmatch(name):
        return Split.UNCLEAR
    words = [word for word in _words(name) if word not in _FILLERS]
    if words and all(word in _SPLITS for word in words):
        return _only([_SPLITS[word] for word in words])
    return None


def _split_within(name: str) -> Split | None:
    splits = [_SPLITS[word] for word in _words(name) if word in _SPLITS]
    return _only(splits) if splits else None


def _only(splits: list[Split]) -> Split:
    return splits[0] if len(set(splits)) == 1 else Split.UNCLEAR


def _words(name: str) -> list[str]:
    """The words of a name in small letters, without numbers: "PublicTest_2" has "public" and "test"."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", _HELD_OUT.sub("holdout", name))
    return [_unglued(word) for word in re.findall(r"[^\W\d_]+", apart.casefold())]


def _unglued(word: str) -> str:
    glued = _GLUED.fullmatch(word)
    return glued[1] if glued and glued[1] in _SPLITS else word
