"""Exports that are made again: to the same network, and to their end after an interruption."""

import hashlib
import os
import signal
import subprocess
import sys

import optuna
import pytest

from tests.search.conftest import EXPORTED_EPOCHS, ROOT, STUDY, report_of

pytestmark = pytest.mark.long


def test_the_same_command_exports_the_same_network(exported, command):
    folder = exported[0]
    flags = ["--study", STUDY, "--pick", "best", "--epochs", str(EXPORTED_EPOCHS), "--alias", "again"]
    flags += ["--teacher", "best"]
    done = command("search.export", *flags, "--output", "again", folder=folder)
    assert done.returncode == 0, done.stderr
    first, again = report_of(folder), report_of(folder, "again")
    hashes = [
        hashlib.sha256((folder / name / "architecture.json").read_bytes()).hexdigest() for name in ("out", "again")
    ]
    assert hashes[0] == hashes[1]
    assert first["seeds"][0]["test_accuracy"] == pytest.approx(again["test_accuracy"], abs=1e-4)
    assert first["seeds"][0]["validation_accuracy"] == pytest.approx(again["validation_accuracy"], abs=1e-4)


def dominates(one, other):
    a, b = ((member["flops"], -member["validation"]["mean"]) for member in (one, other))
    return a != b and a[0] <= b[0] and a[1] <= b[1]


def test_a_whole_front_is_pruned_and_resumes_after_an_interruption(exported, command):
    folder = exported[0]
    flags = ["--study", STUDY, "--pick", "front", "--epochs", "4", "--sparsity", "0.5", "--output", "front"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    begun = subprocess.Popen(
        [sys.executable, "-m", "search.export", *flags], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    )
    for line in begun.stdout:
        if "epoch   2/" in line:
            begun.send_signal(signal.SIGINT)
            break
    rest = begun.stdout.read()
    assert begun.wait(30) == 130
    assert "To continue:" in rest
    assert not (folder / "front" / "report.json").exists()
    done = command("search.export", *flags, folder=folder)
    assert done.returncode == 0, done.stderr
    first = line.split(":")[0]
    assert f"{first}: epoch   1/" not in done.stdout
    members = report_of(folder, "front")["members"]
    study = optuna.load_study(study_name=STUDY, storage=f"sqlite:///{folder}/search.db")
    assert {member["trial"] for member in members} == {trial.number for trial in study.best_trials}
    pruned = 0
    for member in members:
        assert member["still_on_front"] == (not any(dominates(other, member) for other in members))
        report = report_of(folder / "front", member["folder"])
        if report["pruning"] is None:
            assert f"Trial {member['trial']} has no kernel of 1,000 weights" in done.stdout
            continue
        pruned += 1
        assert report["epochs"] == 5  # A quarter more, after pruning.
        assert report["pruning"]["accuracy_after"] == report["test_accuracy"]
        [file] = report["files"]
        assert file["compressed_bytes"] < report["pruning"]["compressed_bytes_before"]["keras"]
    assert pruned
    assert not (folder / "front" / ".unfinished").exists()
    page = (folder / "front" / "report.html").read_text()
    assert all(f'href="{member["folder"]}/report.html"' in page for member in members)
