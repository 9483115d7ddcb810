"""A folder in which left and right are classes: the search finds that out once, and an export keeps to it."""

import json

import optuna
import pytest

from search.cli.export_config import ExportConfig
from search.exporting.source_study import SourceStudy
from search.optimizer.trials import attributes as attr
from tests.drawn_images import ARROWS, write_folder

FLAGS = ["--dataset", "arrows", "--image-size", "16", "--epochs", "1", "--no-rungs", "--workers", "1"]
STUDY = "arrows-hybrid"
TESTED = "Two short trainings find out"


@pytest.fixture(scope="module")
def searched(in_process, tmp_path_factory):
    """A folder of arrows, a study of one network, and what the command printed."""
    folder = tmp_path_factory.mktemp("mirror")
    write_folder(folder / "arrows", ARROWS, each=40, side=16, colour=True)
    done = in_process("search.run", *FLAGS, "--trials", "1", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder, done


def stored(folder, study=STUDY):
    return optuna.load_study(study_name=study, storage=f"sqlite:///{folder}/search.db").user_attrs


def test_a_search_says_what_it_has_found_and_stores_it(searched):
    folder, done = searched
    text = " ".join(done.stdout.split())
    assert TESTED in text and "Images are not mirrored: of 64 unseen images, a network" in text
    assert stored(folder)[attr.SETTINGS]["mirror"] is False
    shown = stored(folder)[attr.DISPLAY_SETTINGS]["settings"]
    assert shown["mirror"] is False and shown["mirror_reason"].endswith("mirrored (--mirror overrides)")


def test_a_study_that_goes_on_does_not_ask_again(searched, in_process):
    folder, _ = searched
    again = in_process("search.run", *FLAGS, "--trials", "1", folder=folder)
    assert again.returncode == 0 and TESTED not in again.stdout
    refused = in_process("search.run", *FLAGS, "--trials", "1", "--mirror", folder=folder)
    assert refused.returncode != 0
    assert "was made with --no-mirror, not with --mirror." in " ".join(refused.stderr.split())


@pytest.mark.long
def test_an_option_decides_without_a_test(searched, in_process):
    folder, _ = searched
    done = in_process("search.run", *FLAGS, "--trials", "1", "--study", "asked", "--mirror", folder=folder)
    assert done.returncode == 0 and TESTED not in done.stdout
    assert "Images are mirrored at random: --mirror decides." in done.stdout
    assert "mirror" not in stored(folder, "asked")[attr.SETTINGS]  # as in the first studies


@pytest.mark.long
def test_a_dry_run_trains_nothing_for_it(searched, in_process):
    folder, _ = searched
    done = in_process("search.run", *FLAGS, "--trials", "1", "--dry-run", folder=folder)
    text = " ".join(done.stdout.split())
    assert "Two short trainings will find out whether mirrored images keep their class." in text


def test_an_export_has_the_recipe_as_decided(searched, monkeypatch):
    folder, _ = searched
    monkeypatch.chdir(folder)
    study = SourceStudy(ExportConfig(output="exported", study=STUDY))
    assert (study.recipe.flip, study.dataset.mirrorable) == (False, False)


@pytest.mark.long
def test_an_export_trains_as_decided(searched, in_process):
    folder, _ = searched
    flags = ["--study", STUDY, "--pick", "best", "--epochs", "1", "--output", "exported"]
    done = in_process("search.export", *flags, folder=folder)
    assert done.returncode == 0, done.stderr
    assert json.loads((folder / "exported" / "report.json").read_text())["recipe"]["flip"] is False
    assert "Images are not mirrored: of 64 unseen images" in (folder / "exported" / "report.html").read_text()
