"""A comparison for real: its figures against the parts they come from, and what is in MLflow."""

import csv
import json
import subprocess
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from mlflow import MlflowClient

from search.comparison.evaluated_network import cross_entropy
from spaces.reference import REFERENCES

STUDY = "digits-hybrid"
FLAGS = [
    "--dataset",
    "digits",
    "--study",
    STUDY,
    "--networks",
    "StandardCNN",
    "SeparableCNN",
]


LITTLE = ["--train-limit", "300", "--epochs", "1", "--recipes", "notebook"]
MORE = ["--train-limit", "300", "--epochs", "3", "--seeds", "2", "--recipes", "notebook", "one-cycle"]


@pytest.fixture(
    scope="module",
    params=[pytest.param(LITTLE, marks=pytest.mark.long), pytest.param(MORE, marks=pytest.mark.long)],
    ids=["little", "more"],
)
def compared(searched, command, tmp_path_factory, request):
    """A folder with the shared study and its comparison, what the command printed, and its recipes."""
    folder = tmp_path_factory.mktemp("compared")
    # By another process: closing a copied file here would end the locks that SQLite holds on it in this one.
    subprocess.run(["cp", "-r", f"{searched[0]}/.", folder], check=True)
    flags = [*FLAGS, *request.param, "--experiment", "compared", "--output", "compared"]
    done = command("search.compare", *flags, folder=folder)
    assert done.returncode == 0, done.stderr
    return folder, done, request.param[request.param.index("--recipes") + 1 :]


def table(folder):
    with open(folder / "compared" / "comparison.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_table_agrees_with_the_networks(compared):
    rows = table(compared[0])
    assert [(row["network"], row["recipe"]) for row in rows[:2]] == [
        ("StandardCNN", "notebook"),
        ("SeparableCNN", "notebook"),
    ]
    assert len(rows) / len(compared[2]) in (3, 4)  # Knee and best may be one network.
    standard, separable = (REFERENCES[name]().cost() for name in ("StandardCNN", "SeparableCNN"))
    assert int(rows[1]["parameters"]) == separable.parameters
    assert float(rows[1]["fewer_parameters_factor"]) == pytest.approx(357_706 / 275_909)
    assert float(rows[1]["fewer_parameters_percent"]) == pytest.approx(22.867, abs=0.001)
    assert float(rows[1]["fewer_multiply_adds_factor"]) == pytest.approx(
        standard.multiply_adds / separable.multiply_adds
    )
    for row in rows:
        base = next(other for other in rows if other["recipe"] == row["recipe"])
        difference = float(row["test_accuracy"]) - float(base["test_accuracy"])
        assert float(row["difference_points"]) == pytest.approx(difference)
        assert float(row["training_seconds"]) > 0 and float(row["latency_ms"]) > 0
        assert 0 <= float(row["int8_accuracy"]) <= 100


def test_the_layers_add_up(compared):
    with open(compared[0] / "compared" / "layers.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    total = sum(int(row["parameters"]) for row in rows if row["network"] == "StandardCNN")
    assert total == 357_706


def test_the_page_and_the_figures_are_written(compared):
    folder, done, recipes = compared
    names = {path.name for path in (folder / "compared").iterdir()}
    assert {"report.html", "rules.csv", "comparison.json"} <= names
    assert {f"curves-{recipe}.png" for recipe in recipes} <= names
    assert ".unfinished" not in names
    page = (folder / "compared" / "report.html").read_text()
    assert page.count('src="data:image/png;base64,') >= len(recipes)
    assert "A bias before BatchNorm buys nothing" in page
    assert done.stderr == ""


def test_multiply_adds_come_first_on_the_page_and_in_the_terminal(compared):
    folder, done, _ = compared
    page = (folder / "compared" / "report.html").read_text()
    sentence = "SeparableCNN has 6.8 times fewer multiply-adds than StandardCNN (1.55 M against 10.6 M)."
    assert sentence in " ".join(done.stdout.split())
    assert page.index(sentence) < page.index("<table>")
    assert page.count("<svg") == 2 and "7.7 times fewer parameters" in page
    ElementTree.parse(folder / "compared" / "convolutions.svg")


def test_mlflow_holds_a_run_for_each_network_with_its_curves(compared):
    folder, *_ = compared
    client = MlflowClient(f"sqlite:///{folder}/mlflow.db")
    experiment = client.get_experiment_by_name("compared").experiment_id
    runs = client.search_runs([experiment])
    [parent] = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    children = [run for run in runs if run is not parent]
    rows = table(folder)
    assert {run.info.run_name for run in children} == {f"{row['network']}, {row['recipe']}" for row in rows}
    data = json.loads((folder / "compared" / "comparison.json").read_text())
    rows = {f"{one['network']}, {one['recipe']}": one for one in data["networks"]}
    for run in children:
        assert run.data.tags["mlflow.parentRunId"] == parent.info.run_id
        one = rows[run.info.run_name]
        assert run.data.metrics["test_accuracy"] == pytest.approx(one["test_accuracy"])
        curve = client.get_metric_history(run.info.run_id, "epoch/training_accuracy")
        assert [point.value for point in sorted(curve, key=lambda point: point.step)] == pytest.approx(
            [epoch["training_accuracy"] for epoch in one["history"]]
        )
    artifacts = {file.path for file in client.list_artifacts(parent.info.run_id)}
    assert {"comparison.csv", "report.html", "convolutions.svg", "accuracy-notebook.png"} <= artifacts
    description = parent.data.tags["mlflow.note.content"].replace("\\", "")  # Before what Markdown would read.
    assert description.startswith("SeparableCNN has 6.8 times fewer multiply-adds than StandardCNN")
    assert f"get-artifact?path=accuracy-notebook.png&run_uuid={parent.info.run_id}" in description


@pytest.mark.long
def test_a_network_that_can_not_be_trained_is_named_and_the_others_are_compared(command, tmp_path):
    network = REFERENCES["SeparableCNN"]().to_dict()
    network["blocks"][0]["pointwise_l2"] = 1e39  # More than float32 holds, so that the loss is infinite.
    (tmp_path / "endless").mkdir()
    (tmp_path / "endless" / "architecture.json").write_text(json.dumps(network))
    flags = ["--dataset", "digits", "--train-limit", "150", "--epochs", "1", "--exported", "endless"]
    done = command("search.compare", *flags, "--networks", "SeparableCNN", "--output", "out", folder=tmp_path)
    sentence = "endless could not be trained with recipe notebook: the loss was"
    assert done.returncode == 1
    assert sentence in " ".join(done.stdout.split()) and done.stderr == ""
    data = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert [row["network"] for row in data["networks"]] == ["SeparableCNN"]
    assert len(data["failures"]) == 1 and data["failures"][0].startswith(sentence)
    page = (tmp_path / "out" / "report.html").read_text()
    assert sentence in page and "<th>endless</th>" in page  # Its layers stand beside the other's.
    done = command("search.compare", *flags, "--networks", "--output", "none", folder=tmp_path)
    assert done.returncode == 1 and "no network could be trained. endless" in done.stderr
    assert not (tmp_path / "none" / "comparison.json").exists()


def test_cross_entropy_is_keras_s():
    import keras

    random = np.random.default_rng(0)
    predictions = random.dirichlet(np.ones(5), 50).astype(np.float32)
    labels = random.integers(0, 5, 50)
    expected = float(np.mean(keras.losses.sparse_categorical_crossentropy(labels, predictions)))
    assert cross_entropy(predictions, labels) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("flags", "status", "message"),
    [
        (["--output", "compared"], 1, "already holds a comparison"),
        (["--output", "x", "--networks", "AlexNet"], 2, "SeparableCNN"),
        (["--output", "x", "--study", "nobody"], 1, "there is no study 'nobody'"),
        (["--output", "x", "--exported", "nowhere.json"], 1, "nowhere.json"),
        (["--output", "x", "--exported", "huge.json"], 1, "a network may have at most"),
        (["--output", "x", "--exported", "other.json"], 1, "other.json is for images of shape"),
        (["--output", "x", "--exported", "broken.json"], 1, "an architecture is a JSON text"),
        (["--output", "x", "--exported", "newer.json"], 1, "format 1 was expected; got format 2"),
        (["--output", "x", "--exported", "weights.keras"], 1, "this file is not text. Give an architecture.json"),
        (["--output", "x", "--networks"], 2, "there is nothing to compare"),
        (["--output", "x", "--epochs", "0"], 2, "--epochs"),
    ],
)
def test_a_wrong_option_is_one_sentence(searched, in_process, tmp_path, flags, status, message):
    folder = tmp_path
    subprocess.run(["cp", searched[0] / "search.db", folder], check=True)
    (folder / "compared").mkdir()
    (folder / "compared" / "comparison.json").write_text("{}")
    network = REFERENCES["StandardCNN"]().to_dict()
    wide = json.loads(json.dumps(network))
    wide["blocks"][0]["filters"] = 10**9
    files = {"newer": network | {"format": 2}, "huge": wide, "other": network | {"input_shape": [64, 64, 3]}}
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    (folder / "broken.json").write_text("{")
    (folder / "weights.keras").write_bytes(b"PK\x03\x04\xff\xfe")
    done = in_process("search.compare", "--dataset", "digits", *flags, folder=folder)
    assert done.returncode == status, done.stderr
    assert message in done.stderr and done.stderr.count("\n") == 1
    assert not (folder / "x").exists()
