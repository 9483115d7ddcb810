"""The mobile space for real: searched on digits, and one of its networks taken home in every format."""

import json

import optuna
import pytest

from search.devices.formats import FORMATS
from spaces.architecture import from_dict
from spaces.mobile import MobileSpace
from tests.search.conftest import QUICK

pytestmark = pytest.mark.long

STUDY = "digits-mobile"
TRIALS = 6  # the five known networks and one more


@pytest.fixture(scope="module")
def searched(command, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mobile")
    flags = [*QUICK, "--max-flops", "25M", "--space", "mobile"]
    done = command("search.run", *flags, "--trials", str(TRIALS), folder=folder, timeout=600)
    assert done.returncode == 0, done.stderr
    return folder, done


@pytest.mark.timeout(900)
def test_the_families_are_trained_first_and_shown_on_the_front(searched):
    folder, done = searched
    assert f"{TRIALS} trained now, {TRIALS} in all" in done.stdout
    trials = optuna.load_study(study_name=STUDY, storage=f"sqlite:///{folder}/search.db").trials
    names = [trial.user_attrs["start_point"] for trial in trials if "start_point" in trial.user_attrs]
    assert names == list(MobileSpace().start_points())
    assert {trial.state.name for trial in trials} == {"COMPLETE"}


@pytest.mark.timeout(900)
def test_one_of_them_is_exported_to_every_format(searched, command):
    folder, _ = searched
    arguments = ["--study", STUDY, "--trial", "2", "--epochs", "1", "--formats", "all", "--output", "home"]
    done = command("search.export", *arguments, folder=folder, timeout=800)
    assert done.returncode == 0, done.stderr
    report = json.loads((folder / "home" / "report.json").read_text())
    assert all((folder / "home" / one.file).exists() for one in FORMATS.values())
    architecture = from_dict(json.loads((folder / "home" / "architecture.json").read_text()))
    assert architecture.words().startswith("C16h I16x1hq25") and report
    assert "h hard swish" in (folder / "home" / "report.html").read_text()
