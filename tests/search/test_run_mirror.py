"""A folder in which left and right are classes: the search finds that out once, and an export keeps to it."""

import json

import optuna
import pytest

from search.cli.export_config import ExportConfig
from search.cli.messages import console
from search.errors import SearchError
from search.exporting.source_study import SourceStudy
from search.optimizer.trials import attributes as attr
from search.run import search_config
from search.running.session import SearchSession
from tests.drawn_images import ARROWS, write_folder

IMAGES = ["--dataset", "arrows", "--image-size", "16"]
FLAGS = [*IMAGES, "--epochs", "1", "--no-rungs", "--workers", "1"]
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


def begin(*flags):
    """Begin or continue a study in the working folder, without a training of any network."""
    SearchSession(search_config([*IMAGES, *flags]), console(), command="")


def stored(folder, study=STUDY):
    return optuna.load_study(study_name=study, storage=f"sqlite:///{folder}/search.db").user_attrs


def test_a_study_finds_out_once_and_keeps_to_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path / "arrows", ARROWS, each=25, side=16)
    with pytest.raises(SearchError, match="no network of the space was found within the caps"):
        begin("--max-flops", "10")
    assert TESTED not in capsys.readouterr().out
    begin()
    assert TESTED in capsys.readouterr().out
    choice = stored(tmp_path)[attr.FLIP_CHOICE]
    assert choice["flip"] is stored(tmp_path)[attr.SETTINGS]["mirror"] is False
    assert choice["reason"].startswith("of 40 unseen images, a network recognises ")
    begin()
    begin("--no-mirror")
    with pytest.raises(SearchError, match="was made with --no-mirror, not with --mirror. "):
        begin("--mirror")
    assert TESTED not in capsys.readouterr().out
    assert stored(tmp_path)[attr.FLIP_CHOICE] == choice


@pytest.mark.long
def test_a_search_says_what_it_has_found_and_stores_it(searched):
    folder, done = searched
    text = " ".join(done.stdout.split())
    assert TESTED in text and "Images are not mirrored: of 64 unseen images, a network" in text
    assert stored(folder)[attr.SETTINGS]["mirror"] is False
    shown = stored(folder)[attr.DISPLAY_SETTINGS]["settings"]
    assert shown["mirror"] is False and shown["mirror_reason"].endswith("mirrored (--mirror overrides)")


@pytest.mark.long
def test_an_option_that_agrees_does_not_replace_what_decided(searched, in_process):
    folder, _ = searched
    again = in_process("search.run", *FLAGS, "--trials", "1", "--no-mirror", folder=folder)
    assert again.returncode == 0 and TESTED not in again.stdout
    assert stored(folder)[attr.DISPLAY_SETTINGS]["settings"]["mirror_reason"].startswith("of 64 unseen images")


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


@pytest.mark.long
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
