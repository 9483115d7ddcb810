"""With which settings a study is not continued, in a person's words."""

import numpy as np
import optuna
import pytest
from PIL import Image

from search.errors import SearchError
from search.optimizer.trials import attributes as attr
from search.run import search_config
from search.running.differences import refuse_difference
from search.running.search_task import load_task, study_settings

FLAGS = ["--dataset", "digits", "--train-limit", "100", "--epochs", "9"]


def task_and_settings(*flags):
    config = search_config([*FLAGS, *flags])
    task = load_task(config)
    return task, study_settings(task, config)


@pytest.fixture(scope="module")
def stored():
    return task_and_settings()[1]


def refusal(stored, *flags, inventory=None, **changed):
    """The message for a study with the stored settings, continued with these flags."""
    task, settings = task_and_settings(*flags)
    storage = optuna.storages.InMemoryStorage()
    study = optuna.create_study(study_name="my study", storage=storage)
    study.set_user_attr(attr.SETTINGS, stored)
    if inventory:
        study.set_user_attr(attr.INVENTORY, inventory)
    try:
        refuse_difference("my study", settings | changed, storage=storage, dataset=task.dataset)
    except SearchError as error:
        return str(error)
    return None


def test_the_same_settings_and_a_new_study_are_no_difference(stored):
    assert refusal(stored) is None
    task, settings = task_and_settings()
    refuse_difference("new", settings, storage=optuna.storages.InMemoryStorage(), dataset=task.dataset)


def test_another_seed_chooses_other_validation_images(stored):
    assert refusal(stored, "--seed", "7") == (
        "study 'my study' was made with --seed 0, not with --seed 7. The seed chooses the validation images, so the "
        "accuracies would not compare. Continue it with --seed 0, or give a new study another name with --study."
    )


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--train-limit", "200"], "was made with --train-limit 100, not with --train-limit 200."),
        (["--epochs", "3"], "was made with --epochs 9, not with --epochs 3."),
        (["--recipe", "notebook"], "was made with --recipe one-cycle, not with --recipe notebook."),
        (["--dataset", "cluttered-digits"], "was made with data set digits, not with data set cluttered-digits."),
        (["--mirror"], "was made with --no-mirror, not with --mirror."),
        (["--objective", "latency"], "was made with --objective flops, not with --objective latency."),
        (
            ["--seed", "1", "--epochs", "3"],
            "was made with --seed 0 and with --epochs 9, not with --seed 1 and with --epochs 3. The seed chooses",
        ),
    ],
)
def test_what_a_person_typed_is_named_and_no_hash(stored, flags, message):
    text = refusal(stored, *flags)
    assert message in text
    _, now = task_and_settings(*flags)
    for settings in (stored, now):
        assert settings["images"] not in text and settings["space_version"] not in text


def test_an_option_that_was_left_out_and_rungs_are_named(stored):
    assert "was made with --no-rungs, not without --no-rungs." in refusal(stored, rungs=[1, 3, 9])
    text = refusal({**stored, "train_limit": None})
    assert "was made without --train-limit, not with --train-limit 100." in text
    assert "Continue it without --train-limit, or" in text


def test_other_images_are_told_with_what_has_changed(stored):
    text = refusal({**stored, "images": "0" * 16})
    assert text.startswith("the images of digits are not those that study 'my study' was made with. Put them back ")
    assert "give search.run a new name with --study, and --start-from 'my study', which" in text
    earlier = {"files": {"0": [7, "abc"]}, "validation": "drawn by the seed"}
    text = refusal({**stored, "images": "0" * 16}, inventory=earlier)
    assert "was made with: class '0' is missing. Put" in text


def test_another_space_is_told_without_its_version(stored):
    text = refusal({**stored, "space_version": "00000000"})
    assert text.startswith("space hybrid is no longer the one that study 'my study' was made with: this is another ver")
    assert "00000000" not in text


@pytest.fixture
def signs(tmp_path):
    """Two classes of grey images."""
    random = np.random.default_rng(0)
    for name in ("left", "right"):
        (tmp_path / name).mkdir()
        for number in range(5):
            Image.fromarray(random.integers(0, 256, (9, 9), dtype=np.uint8)).save(tmp_path / name / f"{number}.png")
    return tmp_path


def of_signs(signs, *flags):
    config = search_config(["--dataset", str(signs), "--image-size", "8", "--epochs", "1", *flags])
    task = load_task(config)
    return task, study_settings(task, config)


def refusal_of_signs(stored, inventory, signs, *flags):
    task, settings = of_signs(signs, *flags)
    storage = optuna.storages.InMemoryStorage()
    study = optuna.create_study(study_name="signs", storage=storage)
    study.set_user_attr(attr.SETTINGS, stored)
    study.set_user_attr(attr.INVENTORY, inventory)
    with pytest.raises(SearchError) as error:
        refuse_difference("signs", settings, storage=storage, dataset=task.dataset)
    return str(error.value)


def test_a_study_of_grey_images_from_before_has_three_channels_and_continues_with_them(signs):
    task, before = of_signs(signs, "--color-mode", "rgb")
    assert "color_mode" not in before  # as an earlier version stored it
    assert refusal_of_signs(before, task.dataset.inventory.to_dict(), signs) == (
        "study 'signs' was made with --color-mode rgb, not with --color-mode grayscale. The results would not "
        "compare. Continue it with --color-mode rgb, or give a new study another name with --study."
    )


def test_channels_are_the_cause_only_if_the_files_are_the_same(signs):
    task, before = of_signs(signs)
    assert before["color_mode"] == "grayscale"
    inventory = task.dataset.inventory.to_dict()
    assert "with --color-mode grayscale, not with --color-mode rgb." in refusal_of_signs(
        before, inventory, signs, "--color-mode", "rgb"
    )
    Image.new("RGB", (9, 9), "red").save(signs / "left" / "more.png")
    message = refusal_of_signs(before, inventory, signs)
    assert "class 'left' had 5 images and has 6" in message and "--color-mode" not in message
