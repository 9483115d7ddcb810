"""The README's hypermodel, searched and exported as its command says."""

import json
import re

import pytest

from tests.readme import README
from tests.search.conftest import QUICK

SPACE = "my_nets:MyHyperModel"


@pytest.fixture(scope="module")
def own(command, tmp_path_factory):
    """A folder with the README's module, searched for three networks, and what the command printed."""
    folder = tmp_path_factory.mktemp("own")
    [module] = re.findall(r"```python\n(import keras\nimport keras_tuner\n.*?)```", README.read_text(), re.DOTALL)
    (folder / "my_nets.py").write_text(module)
    return folder, command("search.run", *QUICK, "--space", SPACE, "--trials", "3", folder=folder)


@pytest.mark.long
def test_the_readmes_hypermodel_is_searched(own, in_process):
    folder, done = own
    assert done.returncode == 0, done.stderr
    assert "Study 'digits-MyHyperModel' begins: 3 networks of space my_nets:MyHyperModel" in done.stdout
    assert "The hypermodel's compile() is not used: recipe one-cycle trains every network" in done.stdout
    result = json.loads(in_process("search.front", "--json", folder=folder).stdout)
    assert result["front"]
    for network in result["front"]:
        assert network["architecture"]["hypermodel"] == SPACE
        assert network["network"].startswith("blocks ")
        assert network["flops"] <= 6e6


@pytest.mark.long
def test_a_changed_hypermodel_does_not_continue_the_study(own, command):
    folder, _ = own
    file = folder / "my_nets.py"
    before = file.read_text()
    file.write_text(before.replace("GlobalAveragePooling2D", "GlobalMaxPooling2D"))
    done = command("search.run", *QUICK, "--space", SPACE, "--trials", "4", folder=folder)
    file.write_text(before)
    assert done.returncode == 1
    assert "is no longer the one that study 'digits-MyHyperModel' was made with: its source was changed" in done.stderr


@pytest.mark.long
def test_a_network_of_it_is_exported(own, command):
    folder, _ = own
    done = command("search.export", "--output", "out", "--epochs", "2", "--formats", "keras", "litert", folder=folder)
    assert done.returncode == 0, done.stderr
    files = {path.name for path in (folder / "out").iterdir()}
    assert files >= {"model.keras", "model.tflite", "architecture.json", "report.html"}
    stored = json.loads((folder / "out" / "architecture.json").read_text())
    assert stored["hypermodel"] == SPACE and stored["answers"]["blocks"] in (1, 2, 3)
    refused = command("search.compare", "--output", "c", "--exported", "out", "--dataset", "digits", folder=folder)
    assert refused.returncode == 1
    assert "this is a network of the hypermodel" in refused.stderr


@pytest.mark.long
@pytest.mark.parametrize("name", ["HyperXception", "HyperResNet"])
def test_keras_tuners_own_hypermodels_are_searched(name, command, tmp_path):
    flags = ["--dataset", "digits", "--train-limit", "200", "--epochs", "1", "--trials", "1", "--max-flops", "none"]
    space = f"keras_tuner.applications:{name}"
    done = command("search.run", *flags, "--space", space, folder=tmp_path, timeout=1200)
    assert done.returncode == 0, done.stderr
    assert f"of space {space}" in done.stdout


@pytest.mark.long
def test_weights_that_can_not_be_downloaded_are_one_sentence(command, tmp_path):
    flags = ["--dataset", "digits", "--trials", "1", "--space", "keras_tuner.applications:HyperEfficientNet"]
    # A proxy that answers to nobody: no download succeeds.
    proxy = {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9", "KERAS_HOME": str(tmp_path)}
    done = command("search.run", *flags, folder=tmp_path, **proxy)
    assert done.returncode == 1
    assert "downloads weights, which fails here" in done.stderr
    assert "Traceback" not in done.stderr
