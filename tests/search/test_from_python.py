"""The search as a function: in a notebook, and with wrong options."""

import base64
import inspect
from pathlib import Path

import optuna
import pytest

from search import compare, compare_networks, run, run_search
from search.errors import SearchError, UsageError
from tests.search import notebooks
from tests.search.conftest import TOTAL

NOTEBOOK = Path(__file__).parent / "run_search.ipynb"


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """Outputs of the notebook's code cells, by source, after a real kernel has run it in an empty folder."""
    notebook = notebooks.read(NOTEBOOK)
    notebooks.execute(notebook, tmp_path_factory.mktemp("notebook"))
    return [cell.outputs for cell in notebooks.code_cells(notebook)]


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
    assert cheapest["network"][:40] in last_data(table)["text/html"]  # pandas shortens long texts
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


@pytest.mark.parametrize(
    ("function", "command", "names"),
    [
        (run_search, run, {"trials", "max_flops", "dataset", "no_rungs", "storage", "tracking_uri"}),
        (compare_networks, compare, {"networks", "exported", "recipes", "seeds", "study", "output"}),
    ],
)
def test_names_and_defaults_are_those_of_the_command(function, command, names):
    signature, parser = inspect.signature(function), command.parser()
    for name, parameter in signature.parameters.items():
        assert parameter.kind is parameter.KEYWORD_ONLY
        assert parameter.default == parser.get_default(name) or parameter.default is parameter.empty
    assert set(signature.parameters) == set(parser.config_options()) >= names
    assert all(f"    {name}: " in function.__doc__ for name in names)


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


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "--output"),
        ({"output": "x", "network": "ResNet-8"}, "there is no option 'network'; there are"),
        ({"output": "x", "networks": ["AlexNet"]}, "AlexNet"),
        ({"output": "x", "networks": "AlexNet"}, "AlexNet"),
        ({"output": "x", "networks": [["ResNet-8"]]}, "networks must be one number or text; got ['ResNet-8']"),
        ({"output": "x", "networks": []}, "there is nothing to compare"),
        ({"output": "x", "dataset": "digits", "exported": ["nowhere.json"]}, "nowhere.json"),
        ({"output": "x", "seeds": 0}, "seeds"),
    ],
)
def test_a_wrong_comparison_is_one_sentence(tmp_path, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((SearchError, ValueError, OSError)) as raised:
        compare_networks(**options)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []
