"""`search.overlay`: studies that the mirror wrote, laid over each other in a real store."""

import io
import random
import re

import pytest

from mlflow_runs.figures.overlay import STYLES
from mlflow_runs.mirror import Mirror
from mlflow_runs.page.local_page import LocalPage
from mlflow_runs.stored import read_back
from search.overlay import main
from tests.mlflow_runs.processes import free_port

STRANGE = ["<script>alert(1)</script>", 'it\'s "q" `id` $x^2$ [b]', "fox 🦊 中文", "_under", "a/b: c\\d", "x" * 200]


@pytest.fixture
def write(uri, study, trial):
    """Writes a study of some trials into the experiment `search`."""

    def write(name, trials=6, **changes):
        made = study([trial(n, rng=random.Random(f"{name} {n}")) for n in range(trials)], name=name, **changes)
        Mirror(tracking_uri=uri, experiment="search", seconds_between_figures=1e9).update(made)
        return made

    return write


@pytest.fixture
def compare(uri, capsys):
    """Runs the command; gives its status, output and errors."""

    def compare(*arguments, tracking_uri=uri):
        status = main([*arguments, "--tracking-uri", tracking_uri, "--experiment", "search"])
        return status, *capsys.readouterr()

    return compare


def comparisons(reader):
    return [run for run in reader.runs() if "comparison.key" in run.data.tags]


def size(png):
    from PIL import Image

    Image.open(io.BytesIO(png)).verify()
    image = Image.open(io.BytesIO(png)).convert("RGB")
    return image.size, {color for _, color in image.getcolors(maxcolors=1 << 24)}


def rgb(color):
    return tuple(bytes.fromhex(color.removeprefix("#")))


def test_a_study_that_has_only_begun(write, compare, reader):
    write("full"), write("empty", trials=0)
    status, out, err = compare("full", "empty")
    assert (status, err) == (0, "")
    assert re.search(r"│ empty +│ +0 │ +0 │ +- │ +- │ +- │", out)
    (run,) = comparisons(reader)
    assert "**empty**: no network on the front yet." in run.data.tags["mlflow.note.content"]


# The run, the table, the files


def test_the_comparison_is_a_run_with_a_description_and_pictures(write, compare, reader):
    a, b = write("A"), write("B", trials=9)
    status, out, err = compare("A", "B")
    assert (status, err) == (0, "")
    (run,) = comparisons(reader)
    assert run.info.run_name == "compare A, B"
    assert run.info.status == "FINISHED"
    note = run.data.tags["mlflow.note.content"]
    for made, line in zip((a, b), note.splitlines(), strict=False):
        best = max(trial.accuracy for trial in made.trials)
        flops = min(trial.flops for trial in made.trials if trial.accuracy == best) / 1e6
        beginning = (
            f"- **{made.name}**: best {100 * best:.2f} % at {flops:.3g} MFLOPs; {len(made.front)} on the front; "
        )
        assert line == f"{beginning}hypervolume {made.progress[-1].hypervolume:.4f} ({len(made.trials)} trials)."
    assert f"get-artifact?path=comparison.png&run_uuid={run.info.run_id}" in note
    extent, colors = size(reader.artifact(run, "comparison.png"))
    assert extent == (690, 600)
    assert {rgb(style.color) for style in STYLES[:2]} <= colors
    assert rgb(STYLES[2].color) not in colors
    assert b"plotly" in reader.artifact(run, "comparison.html")
    rows = re.findall(r"^│ (\w) +│ +(\d+) │ +(\d+) │ +([\d.]+) │", out, flags=re.MULTILINE)
    assert rows == [
        (made.name, str(len(made.trials)), str(len(made.front)), f"{made.progress[-1].hypervolume:.4f}")
        for made in (a, b)
    ]
    assert out.endswith(
        f"  http://127.0.0.1:5000/#/experiments/{run.info.experiment_id}/runs/{run.info.run_id}"
        "?workflowType=machine_learning\n"
    )
    assert "search.ui --study A --tracking-uri sqlite:///" in out


@pytest.mark.long
def test_the_same_studies_again_replace_their_comparison_and_no_other(write, compare, reader):
    for name in "ABC":
        write(name)
    compare("A", "B"), compare("A", "B", "C")
    before = {run.info.run_name: run.info.run_id for run in comparisons(reader)}
    compare("B", "A")
    after = {run.info.run_name: run.info.run_id for run in comparisons(reader)}
    assert set(before) == {"compare A, B", "compare A, B, C"}
    assert set(after) == {"compare B, A", "compare A, B, C"}
    assert after["compare A, B, C"] == before["compare A, B, C"]
    assert len(reader.runs()) == 2 + 3 * 8  # a study is a parent, its front as a curve, and six trials


def test_a_comparison_is_not_taken_for_a_study(write, compare, reader, uri, study):
    made = write("A")
    write("B")
    compare("A", "B")
    Mirror(tracking_uri=uri, experiment="search", seconds_between_figures=1e9).update(made)
    assert len(reader.parents()) == 2 + 1
    last = read_back.last_active(reader.client, experiment=reader.experiment().experiment_id)
    assert read_back.name_of(last) in ("A", "B")


@pytest.mark.filterwarnings("error::UserWarning")  # Matplotlib's, of a letter that its font lacks
@pytest.mark.long
def test_strange_names_are_shown_as_they_are(write, compare, reader, tmp_path):
    for name in STRANGE:
        write(name)
    status, out, err = compare(*STRANGE, "--output", f"{tmp_path}/all.html")
    assert (status, err) == (0, "")
    page = (tmp_path / "all.html").read_text()
    assert "<script>alert" not in page
    assert re.search(r'"name":"(&|\\u0026)lt;script(&|\\u0026)gt;alert', page)  # Plotly reads HTML in names
    assert '"name":"fox \\ud83e\\udd8a' in page or '"name":"fox 🦊' in page
    assert 'it\'s "q" `id` $x^2$ [b]' in out
    (run,) = comparisons(reader)
    assert "<script>" not in run.data.tags["mlflow.note.content"]
    _, colors = size(reader.artifact(run, "comparison.png"))
    assert {rgb(style.color) for style in STYLES[: len(STRANGE)]} <= colors


@pytest.mark.long
def test_as_many_studies_as_there_are_styles(write, compare, tmp_path):
    names = [f"study {n}" for n in range(8)]
    for name in names:
        write(name, trials=3)
    assert compare(*names, "--output", f"{tmp_path}/all.png")[0] == 0
    extent, colors = size((tmp_path / "all.png").read_bytes())
    assert extent == (690, 600)
    assert {rgb(style.color) for style in STYLES} <= colors


@pytest.mark.long
def test_what_does_not_compare_is_said(write, compare, reader):
    base = {"space": "hybrid", "dataset": "cifar10", "max_flops": 25e6, "epochs": 9}
    write("A", settings=base)
    write("same", settings=base | {"max_flops": 25_000_000, "seed": 7})
    write("cap", settings=base | {"max_flops": 25.01e6})
    write("epochs", settings=base | {"epochs": 20})
    write("older", settings={"space": "hybrid"})
    for name in ("same", "older"):
        assert "compare where" not in compare("A", name)[1]
    agree = "Hypervolumes compare where space, cap and data set agree; here max_flops is 25,000,000 or 25,010,000."
    assert agree in compare("A", "cap")[1]
    _, out, _ = compare("A", "epochs")
    assert "Accuracies compare where data set and training agree; here epochs is 9 or 20." in out
    assert "Hypervolumes" not in out
    notes = {run.info.run_name: run.data.tags["mlflow.note.content"] for run in comparisons(reader)}
    assert "here max\\_flops is 25,000,000 or 25,010,000" in notes["compare A, cap"]
    pages = {run.info.run_name: reader.artifact(run, "comparison.html").decode() for run in comparisons(reader)}
    assert "Hypervolumes compare where space, cap and data set agree." in pages["compare A, same"]
    assert agree in pages["compare A, cap"]


@pytest.mark.long
def test_a_server_will_do(uri, write, compare, reader):
    write("A"), write("B", state="RUNNING")
    port = free_port()
    with LocalPage(uri, port=port) as page:
        assert page.wait_until_it_answers(lambda: False)
        status, out, err = compare("A", "B", tracking_uri=f"http://me:geheim@127.0.0.1:{port}")
    assert (status, err) == (0, "")
    (run,) = comparisons(reader)
    assert f"in MLflow, open\n  http://127.0.0.1:{port}/#/experiments/{run.info.experiment_id}/runs/" in out
    assert "geheim" not in out
    assert size(reader.artifact(run, "comparison.png"))[0] == (690, 600)


# Mistakes


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["A"], 2, "two to 8 studies can be compared; got 1: 'A'."),
        (["A", "A"], 2, "two to 8 studies can be compared; got 1: 'A'."),
        ([str(n) for n in range(9)], 2, "two to 8 studies can be compared; got 9: '0', '1',"),
        ([], 2, "the following arguments are required: STUDY."),
        (["A", ""], 2, "must be 1 to 200 printable characters"),
        (["A", "it's"], 1, "there is no study \"it's\" in this experiment; there are 'A'."),
        (["A", "B", "--output", "figure.pdf"], 2, "must end in .png or .html; got 'figure.pdf'."),
        (["A", "A2", "--output", "no folder/figure.png"], 1, "there is no folder no folder."),
    ],
)
def test_mistakes_are_a_sentence_and_nothing_is_logged(arguments, status, message, write, compare, reader):
    write("A")
    exit_status, out, err = compare(*arguments)
    assert (exit_status, out) == (status, "")
    assert err.startswith("error: ") and message in err and err.count("\n") == 1
    assert comparisons(reader) == []


def test_an_experiment_or_a_store_that_is_not_there(compare, tmp_path):
    assert compare("A", "B")[0] == 1
    status, _, err = compare("A", "B", tracking_uri=f"sqlite:///{tmp_path}/none.db")
    assert status == 1 and f"there is no MLflow store at {tmp_path}/none.db." in err
    assert not (tmp_path / "none.db").exists()
