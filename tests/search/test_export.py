"""An export for real, from the shared search: files that load back, a model that MLflow serves back."""

import json

import numpy as np
import pytest

from search.training.datasets.held_out import load_test
from spaces.architecture import build_from_file, from_json

STUDY = "digits-hybrid"


@pytest.fixture(scope="module")
def exported(searched, command):
    done = command(
        "search.export", "--study", STUDY, "--pick", "best", "--epochs", "40", "--output", "out", folder=searched[0]
    )
    assert done.returncode == 0, done.stderr
    return searched[0], done


def report_of(folder, name="out"):
    return json.loads((folder / name / "report.json").read_text())


def test_the_files_are_those_promised(exported):
    folder, done = exported
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "architecture.json",
        "model.keras",
        "report.json",
    ]
    assert "Test accuracy" in done.stdout
    assert done.stderr == ""


def test_the_model_takes_camera_images_and_has_the_test_accuracy_reported(exported):
    import keras

    images, labels = load_test("digits")
    model = keras.models.load_model(exported[0] / "out" / "model.keras", safe_mode=True)
    assert model.input.dtype == "uint8"
    probabilities = model.predict(images, verbose=0)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-4)
    accuracy = np.mean(probabilities.argmax(axis=1) == labels)
    assert accuracy == pytest.approx(report_of(exported[0])["test_accuracy"], abs=1e-9)
    assert accuracy > 0.5  # Chance is 0.1.


def test_the_architecture_rebuilds_the_network(exported):
    import keras

    path = exported[0] / "out" / "architecture.json"
    rebuilt = build_from_file(path)
    assert rebuilt.count_params() == report_of(exported[0])["parameters"]
    assert from_json(path.read_text()).cost().flops == report_of(exported[0])["flops"]
    trained = keras.models.load_model(exported[0] / "out" / "model.keras")
    assert trained.count_params() == rebuilt.count_params()


def test_the_best_of_the_front_is_chosen(exported):
    import optuna

    study = optuna.load_study(study_name=STUDY, storage=f"sqlite:///{exported[0]}/search.db")
    best = max(trial.values[0] for trial in study.get_trials() if trial.values)
    assert report_of(exported[0])["search_accuracy"] == best


def test_the_registered_model_answers_by_its_alias(exported):
    import mlflow

    folder, done = exported
    mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
    assert f"models:/{STUDY}@best" in done.stdout
    model = mlflow.pyfunc.load_model(f"models:/{STUDY}@best")
    images, _ = load_test("digits")
    import keras

    expected = keras.models.load_model(folder / "out" / "model.keras").predict(images[:5], verbose=0)
    np.testing.assert_allclose(model.predict(images[:5]), expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("flags", "status", "said"),
    [
        (["--study", "nobody"], 1, "there is no study 'nobody'"),
        (["--study", STUDY, "--trial", "999"], 2, "there is no trial 999"),
        (["--study", STUDY, "--trial", "0"], 2, "trial 0 was never trained"),
        (["--study", STUDY, "--max-flops", "10"], 2, "the cheapest has"),
        (["--study", STUDY, "--pick", "knee", "--trial", "1"], 2, "not allowed with"),
        (["--study", STUDY, "--pick", "prettiest"], 2, "knee"),
        (["--study", STUDY, "--storage", "sqlite:///missing.db"], 1, "there is no storage missing.db"),
        (["--study", STUDY, "--dataset", "nowhere"], 1, "nowhere"),
        (["--study", STUDY, "--output", "search.db"], 1, "search.db is a file"),
        (["--study", STUDY, "--output", "out"], 1, "holds an export already"),
        (["--study", STUDY, "--epochs", "0"], 2, "--epochs"),
    ],
)
def test_wrong_wishes_get_a_sentence(exported, command, flags, status, said):
    folder = exported[0]
    output = [] if "--output" in flags else ["--output", "other"]
    done = command("search.export", *flags, *output, folder=folder)
    assert done.returncode == status, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "other").exists()
