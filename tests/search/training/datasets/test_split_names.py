"""Names of folders that mean a split, and those that only look like one."""

import pytest

from search.training.datasets.split_names import Split, splits_of

TRAINING, VALIDATION, TEST, UNCLEAR = Split.TRAINING, Split.VALIDATION, Split.TEST, Split.UNCLEAR


@pytest.mark.parametrize(
    ("split", "names"),
    [
        (TRAINING, "train Train TRAIN training Training training_set training-set TrainingSet trainset seg_train"),
        (TRAINING, "train_data traindata train2017 train_images Train_Set_1"),
        (VALIDATION, "val Val valid Valid validation VALIDATION validation_set valset val2017 dev dev-set seg_val"),
        (TEST, "test Test testing tests test_set TestSet testset test1 seg_test test_data test-images"),
        (UNCLEAR, "holdout hold-out HoldOut held_out eval evaluation fold1 Fold_2 fold-3 cv1 split2 train_val"),
    ],
)
def test_a_name_alone_means_a_split(split, names):
    for name in names.split():
        assert splits_of([name]) == {name: split}, name
    assert splits_of(["test set"]) == {"test set": TEST}


@pytest.mark.parametrize(
    "name",
    "cat trains contest latest testament valley invalid devil fold split scissors 日本 -rf fold1a training-class "
    "test_class Train-Class bullet_train express_train test_tube pred 1 __".split(),
)
def test_other_names_alone_mean_none(name):
    assert splits_of([name]) == {}


def test_a_longer_name_counts_beside_another_split():
    assert splits_of(["asl_train", "asl_test"]) == {"asl_train": TRAINING, "asl_test": TEST}
    assert splits_of(["PublicTest", "train"]) == {"PublicTest": TEST, "train": TRAINING}
    assert splits_of(["bullet_train", "express_train", "bus"]) == {}
    assert splits_of(["train", "train_masks", "test"]) == {"train": TRAINING, "test": TEST}
    assert splits_of(["train-class", "test-class"]) == {}
