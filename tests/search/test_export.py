"""An export for real, from the shared search: files that load back, a model that MLflow serves back."""

import html
import re
import subprocess
import sys

import numpy as np
import optuna
import pytest

from search.devices import micro
from search.training.datasets.held_out import load_test
from spaces.architecture import build_from_file, from_json
from tests.search.conftest import EXPORTED_EPOCHS, STUDY, report_of

pytestmark = pytest.mark.long

FILES = {
    "keras": "model.keras",
    "savedmodel": "saved_model",
    "litert": "model.tflite",
    "litert-int8": "model-int8.tflite",
    "c": "c",
    "onnx": "model.onnx",
}


def test_the_files_are_those_of_the_formats(exported):
    folder, done = exported
    about = ["architecture.json", "labels.txt", "report.html", "report.json", "teacher.keras"]
    assert sorted(path.name for path in (folder / "out").iterdir()) == sorted([*about, *FILES.values()])
    assert (folder / "out" / "labels.txt").read_text().splitlines() == [str(digit) for digit in range(10)]
    assert "Test accuracy" in done.stdout
    assert done.stderr == ""


# The packages that a runtime does not come with, and this program's own.
OTHERS = {
    "keras": {"onnxruntime", "ai_edge_litert"},
    "savedmodel": {"onnxruntime", "ai_edge_litert"},
    "litert": {"tensorflow", "keras", "onnxruntime"},
    "litert-int8": {"tensorflow", "keras", "onnxruntime"},
    "onnx": {"tensorflow", "keras", "ai_edge_litert", "tf2onnx", "onnx"},
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_code_in_the_report_loads_each_file_with_its_runtime_alone(exported, tmp_path, name):
    folder = exported[0] / "out"
    [reported] = [file for file in report_of(exported[0])["files"] if file["format"] == name]
    images, labels = load_test("digits")
    np.save(tmp_path / "images.npy", images)
    absent = sorted({*OTHERS[name], "search", "spaces", "mlflow_runs"})
    lines = [
        "import sys",
        f"sys.modules.update(dict.fromkeys({absent!r}))",  # Importing them fails.
        "import numpy",
        f"images = numpy.load({str(tmp_path / 'images.npy')!r})",
        *reported["code"],
        f"numpy.save({str(tmp_path / 'predictions.npy')!r}, probabilities)",
    ]
    subprocess.run([sys.executable, "-I", "-c", "\n".join(lines)], cwd=folder, check=True, capture_output=True)
    predictions = np.load(tmp_path / "predictions.npy")
    assert np.mean(predictions.argmax(axis=1) == labels) == pytest.approx(reported["test_accuracy"], abs=0.003)
    if name != "litert-int8":
        assert reported["largest_difference"] < 1e-4
        assert reported["test_accuracy"] == pytest.approx(report_of(exported[0])["test_accuracy"], abs=0.003)
    assert 0 < reported["compressed_bytes"] <= 1.01 * reported["bytes"]


def test_the_c_source_holds_the_int8_file_and_the_labels(exported):
    folder = exported[0] / "out"
    header, source = (folder / "c" / "model.h").read_text(), (folder / "c" / "model.c").read_text()
    array = source[source.rindex("{") :]
    assert (
        bytes(int(value, 16) for value in re.findall("0x[0-9a-f]{2}", array))
        == (folder / "model-int8.tflite").read_bytes()
    )
    labels = (folder / "labels.txt").read_text().splitlines()
    assert [line.strip() for line in source.splitlines() if line.startswith('  "')] == [f'"{name}",' for name in labels]
    assert f"#define MODEL_CLASSES {len(labels)}\n" in header
    by_format = {file["format"]: file for file in report_of(exported[0])["files"]}
    assert by_format["c"]["test_accuracy"] == by_format["litert-int8"]["test_accuracy"]
    assert "sizeof arena" in "".join(by_format["c"]["code"])


def test_every_seed_is_reported_and_the_best_on_validation_is_exported(exported):
    report = report_of(exported[0])
    assert [one["seed"] for one in report["seeds"]] == [0, 1]
    best = max(report["seeds"], key=lambda one: one["validation_accuracy"])
    assert report["validation_accuracy"] == best["validation_accuracy"]
    tests = [one["test_accuracy"] for one in report["seeds"]]
    assert report["test"] == pytest.approx({"mean": np.mean(tests), "std": np.std(tests, ddof=1)})
    assert len(report["history"]) == report["epochs"] == EXPORTED_EPOCHS


def test_latency_is_reported_beside_flops(exported):
    report = report_of(exported[0])
    assert {(one["format"], one["batch"]) for one in report["latency"]} == {(f, b) for f in FILES for b in (1, 32)}
    assert min(one["threads"] for one in report["latency"]) == 1
    front = report["front"]
    assert [member["flops"] for member in front] == sorted(member["flops"] for member in front)
    assert all(member["latency_ms"] > 0 for member in front)
    if len(front) > 2:
        ranks = [np.argsort(np.argsort([member[name] for member in front])) for name in ("flops", "latency_ms")]
        expected = np.corrcoef(*ranks)[0, 1]
        assert report["rank_correlation_of_flops_and_latency"] == pytest.approx(expected)


def test_the_file_for_microcontrollers_is_measured_where_they_would_run_it(exported):
    pytest.importorskip("tflite_micro", reason="the extra microcontroller is not installed")
    folder, done = exported
    figures = report_of(folder)["microcontroller"]
    file = (folder / "out" / figures["file"]).read_bytes()
    arena = micro.arena(file)
    assert (figures["tensors_bytes"], figures["persistent_bytes"]) == (arena.tensors, arena.persistent)
    images, labels = load_test("digits")
    classes = micro.outputs(file, (images.astype(int) - 128).astype(np.int8)).argmax(axis=1)
    assert figures["images"] == len(images)
    assert figures["kernels"][-1]["test_accuracy"] == pytest.approx(np.mean(classes == labels))
    for text in (done.stdout, (folder / "out" / "report.html").read_text()):
        assert f"{arena.tensors:,} for tensors" in " ".join(text.split())
        assert ", ".join(figures["operators"]) in " ".join(text.split())


def test_the_page_needs_no_other_file_and_agrees_with_the_report(exported):
    page = (exported[0] / "out" / "report.html").read_text()
    report = report_of(exported[0])
    assert f"{100 * report['test_accuracy']:.2f} %" in page
    assert report["network"] in page
    searched, exporting = report["commands"]
    assert "search.run --dataset digits" in searched and "search.export --study" in exporting
    assert all(html.escape(command) in page for command in report["commands"])
    assert page.count('src="data:image/png;base64,') == 3
    assert not re.search(r"(src|href)=[\"']?(https?:|//)", page)
    assert all(html.escape(line) in page for file in report["files"] for line in file["code"])


def test_the_report_names_the_teacher_and_the_file_is_kept(exported):
    import keras

    report = report_of(exported[0])
    page = (exported[0] / "out" / "report.html").read_text()
    assert f"It learnt from <b>{html.escape(report['teacher']['teacher'])}</b>" in page
    images, labels = load_test("digits")
    teacher = keras.models.load_model(exported[0] / "out" / "teacher.keras")
    classes = teacher.predict((images - 127.5) / 64, verbose=0).argmax(axis=-1)
    assert abs(np.mean(classes == labels) - report["teacher"]["validation_accuracy"]) < 0.1


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
    ("flags", "status", "message"),
    [
        (["--study", "nobody"], 1, "there is no study 'nobody'"),
        (["--study", STUDY, "--trial", "999"], 2, "there is no trial 999"),
        (["--study", STUDY, "--trial", "0"], 2, "trial 0 was never trained"),
        (["--study", STUDY, "--max-flops", "10"], 2, "the least is"),
        (["--study", STUDY, "--pick", "knee", "--trial", "1"], 2, "not allowed with"),
        (["--study", STUDY, "--pick", "prettiest"], 2, "knee"),
        (["--study", STUDY, "--storage", "sqlite:///missing.db"], 1, "there is no storage missing.db"),
        (["--study", STUDY, "--dataset", "nowhere"], 1, "nowhere"),
        (["--study", STUDY, "--output", "search.db"], 1, "search.db is a file"),
        (["--study", STUDY, "--output", "out"], 1, "already holds an export"),
        (["--study", STUDY, "--epochs", "0"], 2, "--epochs"),
        (["--study", STUDY, "--max-params", "3"], 2, "3 parameters or fewer"),
        (["--study", STUDY, "--max-latency-ms", "0.000001"], 2, "ms or less"),
        (["--study", STUDY, "--max-flops", "4M", "--trial", "1"], 2, "--trial names one network"),
        (["--study", STUDY, "--formats", "cassette"], 2, "litert-int8"),
        (["--study", STUDY, "--sparsity", "1"], 2, "from 0 to 0.99"),
        (["--study", STUDY, "--seeds", "0"], 2, "--seeds"),
        (["--study", STUDY, "--candidates", "3"], 2, "--candidates 3 chooses among the most accurate networks"),
        (["--study", STUDY, "--teacher", "nobody"], 2, "got nobody, and there is no such file"),
    ],
)
def test_a_wrong_option_is_one_sentence(exported, in_process, flags, status, message):
    folder = exported[0]
    output = [] if "--output" in flags else ["--output", "other"]
    done = in_process("search.export", *flags, *output, folder=folder)
    assert done.returncode == status, done.stderr
    assert message in done.stderr and done.stderr.count("\n") == 1
    assert not (folder / "other").exists()
