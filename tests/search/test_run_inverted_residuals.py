"""Inverted residuals for real: HybridCNN-S is trained by the search and taken home in every format."""

import json

import optuna
import pytest

from search.devices.formats import FORMATS
from spaces.architecture import read_file
from spaces.reference import hybrid_cnn_s
from tests.search.conftest import STUDY

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


def test_it_is_trained_and_exported_to_every_format(searched, command):
    folder = searched[0]
    trials = optuna.load_study(study_name=STUDY, storage=f"sqlite:///{folder}/search.db").trials
    [trial] = [one for one in trials if one.user_attrs.get("start_point") == "HybridCNN-S"]
    assert trial.state.name == "COMPLETE" and 0 < trial.values[0] < 1

    arguments = ["--study", STUDY, "--trial", str(trial.number), "--epochs", "1", "--formats", "all"]
    done = command("search.export", *arguments, "--output", "inverted", folder=folder, timeout=800)
    assert done.returncode == 0, done.stderr
    exported = folder / "inverted"
    assert all((exported / one.file).exists() for one in FORMATS.values())
    assert json.loads((exported / "report.json").read_text())
    network = read_file(exported / "architecture.json")
    assert network.blocks == hybrid_cnn_s(input_shape=network.input_shape).blocks
    assert "w swish" in (exported / "report.html").read_text()
