"""The search as a function: in a notebook, and with wrong options."""

import base64
import inspect
import shutil
from pathlib import Path

import optuna
import pytest

from search import run_search
from search.errors import UsageError
from search.run import parser
from tests.search.conftest import ROOT, TOTAL

NOTEBOOK = Path(__file__).parent / "run_search.ipynb"


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """Outputs of the notebook's code cells, by source, after a real kernel has run it in an empty folder."""
    import nbformat
    from nbclient import NotebookClient

    folder = tmp_path_factory.mktemp("notebook")
    shutil.copy(NOTEBOOK, folder)
    notebook = nbformat.read(folder / NOTEBOOK.name, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        NotebookClient(notebook, timeout=200, resources={"metadata": {"path": str(folder)}}).execute()
    return [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]


def last_data(outputs):
    return outputs[-1]["data"]


@pytest.mark.long
def test_the_rendered_result_shows_the_front(cells):
    searched, result, *_ = cells
    assert any("5 trained now, 5 in all" in output.get("text", "") for output in searched)
    page = last_data(result)["text/html"]
    assert "hypervolume" in page and 'src="data:image/png;base64,' in page and "<td>" in page
    front = {row for row in page.split("<tr>")[2:]}
    assert len(front) == int(last_data(result)["text/plain"].split(": ")[1].split(" network")[0])


@pytest.mark.long
def test_the_result_has_tables_networks_and_models(cells):
    _, result, table, network, built, continued = cells
    cheapest = eval(last_data(network)["text/plain"], {"__builtins__": {}})
    assert cheapest["flops"] == 2 * cheapest["multiply_adds"]
    assert f"<td>{cheapest['trial']}</td>" in last_data(result)["text/html"]
    assert cheapest["network"] in last_data(table)["text/html"]
    assert last_data(built)["text/plain"] == "True"
    picture = base64.b64decode(last_data(continued)["image/png"])
    assert picture.startswith(b"\x89PNG")


@pytest.mark.long
def test_a_larger_total_continues(cells):
    texts = "".join(output.get("text", "") for output in cells[-1])
    assert "1 trained now, 6 in all" in texts


def test_a_complete_search_returns_its_front(searched, monkeypatch):
    monkeypatch.chdir(searched[0])
    result = run_search(dataset="digits", train_limit=300, epochs=1, max_flops="6M", trials=TOTAL)
    stored = optuna.load_study(study_name="digits-hybrid", storage=f"sqlite:///{searched[0]}/search.db")
    assert {network.trial: network.accuracy for network in result.front} == {
        trial.number: trial.values[0] for trial in stored.best_trials
    }
    assert result.counts["complete"] == TOTAL


def test_names_and_defaults_are_those_of_the_command():
    signature = inspect.signature(run_search)
    for name, parameter in signature.parameters.items():
        assert parameter.kind is parameter.KEYWORD_ONLY
        assert parameter.default == parser().get_default(name)
    assert set(signature.parameters) == set(parser().config_options())
    assert {"trials", "max_flops", "dataset", "no_rungs", "storage", "tracking_uri"} <= set(signature.parameters)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"trails": 5}, "there is no option 'trails'; there are"),
        ({"trials": 0}, "must be a whole number of 1 or more; got '0'"),
        ({"trials": None}, "got 'none'"),
        ({"no_rungs": "yes"}, "no_rungs must be true or false; got 'yes'"),
        ({"trials": [1, 2]}, "trials must be one number or text; got [1, 2]"),
        ({"sampler": "magic"}, "magic"),
        ({"help": True}, "there is no option 'help'"),
    ],
)
def test_a_wrong_option_is_one_sentence(tmp_path, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as raised:
        run_search(**options)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []
