"""Every command that is printed runs as printed, from the folder it was printed in."""

import itertools
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mlflow_runs.stored.sqlite_url import sqlite_path, sqlite_url
from search import export, sync, ui
from search.cli.export_config import ExportConfig
from search.cli.shell_command import export_command, python_command, sync_command, ui_command
from search.cli.storage import open_storage, stored_study
from search.errors import SearchError
from search.exporting.source_study import SourceStudy
from search.optimizer.study.opening import open_study
from search.results import DisplaySettings, SearchResult
from search.results.study_location import location_of, typed_location
from search.run import search_config
from search.running.search_task import load_task, study_settings

PYTHON = shlex.quote(sys.executable)
PRINTED = re.compile(r"^ +(\S.* -m search\..*)$", re.MULTILINE)
"""A line that is a command alone."""

ODD_NAMES = [
    "my photos",
    "it's",
    'a "b"',
    "$HOME",
    "`id`",
    "a;b&c",
    "#1",
    "what?",
    "100%",
    "ü 日本",
    "-rf",
    "a\\b",
    "*",
]
PLACES = {
    "beside": "{name}",
    "nested": "data/{name}",
    "with dots": "./data/../data/{name}/",
    "above": "../images/{name}",
    "absolute": "{root}/images/{name}",
}


def make_images(folder, *, classes=("cat", "dog")):
    random = np.random.default_rng(0)
    for kind, number in itertools.product(classes, range(6)):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        pixels = random.integers(0, 255, (8, 8, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / kind / f"{number}.png")


def words_in_a_shell(command):
    """The arguments that a shell makes of a command, after `python -m MODULE`."""
    printed = subprocess.run(f"printf '%s\\0' {command}", shell=True, capture_output=True, text=True, check=True)
    return printed.stdout.split("\0")[3:-1]


def search(arguments):
    """What `search.run` stores and knows before it trains: the configuration, and the study of its images."""
    config = search_config(arguments)
    task = load_task(config)
    name = config.study or f"{task.dataset.name}-hybrid"
    study = open_study(
        name,
        task.problem,
        storage=open_storage(config.storage),
        sampler="random",
        seed=0,
        settings=study_settings(task, config),
    )
    DisplaySettings({"dataset": config.dataset}, **typed_location(config.location)).store(study.optuna_study)
    return config, study


def export_config(command):
    return ExportConfig.from_options(vars(export.parser().parse_args(words_in_a_shell(command))))


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The current folder, `project`, beside `images`."""
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


@pytest.mark.parametrize("place", PLACES)
def test_the_export_of_a_study_finds_its_images(project, place):
    dataset = PLACES[place].format(name="photos", root=project.parent)
    make_images(project / dataset)
    config, study = search(["--dataset", dataset, "--image-size", "8"])
    command = export_command(study.name, "--pick", "knee", location=config.location)
    source = SourceStudy(export_config(command))
    assert source.dataset.fingerprint == study.settings["images"]
    assert len(source.test_split()[1]) == 2


@pytest.mark.parametrize("name", ODD_NAMES)
def test_images_study_and_databases_of_any_name(project, name):
    make_images(project / name)
    storage, tracking = sqlite_url(Path(f"{name}.db")), sqlite_url(project / f"{name}.mlflow")
    flags = [f"--dataset={name}", f"--study={name}", f"--storage={storage}", f"--tracking-uri={tracking}"]
    arguments = [*flags, f"--experiment={name}", "--image-size", "8", "--trials", "3"]
    config, study = search(arguments)
    assert (project / f"{name}.db").is_file()
    assert search_config(words_in_a_shell(python_command("search.run", arguments))) == config
    exported = export_config(export_command(study.name, "--trial", "0", location=config.location))
    assert (exported.study, exported.experiment, exported.tracking_uri) == (name, name, tracking)
    assert SourceStudy(exported).dataset.fingerprint == study.settings["images"]
    places = {"storage": storage, "tracking_uri": tracking, "experiment": name}
    synced = sync.parser().parse_args(words_in_a_shell(sync_command(name, **places)))
    assert {place: getattr(synced, place) for place in ("study", *places)} == {"study": name, **places}
    shown = ui.parser().parse_args(words_in_a_shell(ui_command(tracking, experiment=name, study=name)))
    assert (shown.study, shown.experiment) == (name, name)
    assert sqlite_path(shown.tracking_uri) == project / f"{name}.mlflow"


@pytest.mark.parametrize("dataset", ["digits", "cluttered-digits"])
def test_a_folder_may_have_the_name_of_a_built_in_data_set(project, dataset):
    make_images(project / dataset)
    config, study = search(["--dataset", f"./{dataset}", "--image-size", "8"])
    source = SourceStudy(export_config(export_command(study.name, location=config.location)))
    assert source.dataset.fingerprint == study.settings["images"]


def test_a_hypermodel_is_named_as_it_was(project):
    arguments = ["--space", "my_nets.models:Net", "--dataset", "digits", "--trials", "3"]
    config = search_config(arguments)
    assert search_config(words_in_a_shell(python_command("search.run", arguments))) == config


def test_the_folder_of_cifar_10_is_named(project):
    config = search_config(["--data-dir", "my data/cifar", "--trials", "3"])
    assert export_config(export_command("a", location=config.location)).data_dir == "my data/cifar"


@pytest.mark.parametrize("place", ["beside", "nested", "above", "absolute"])
def test_a_reader_elsewhere_prints_what_runs_there(project, monkeypatch, place):
    """`search.front --storage` from another folder, and an export that says nothing of the images."""
    dataset = PLACES[place].format(name="photos", root=project.parent)
    make_images(project / dataset)
    _, study = search(["--dataset", dataset, "--image-size", "8", "--tracking-uri", "sqlite:///runs.db"])
    (project / "runs.db").touch()
    elsewhere = project.parent / "elsewhere"
    elsewhere.mkdir()
    storage = sqlite_url(project / "search.db")
    for folder, url in ((elsewhere, storage), (project, "sqlite:///search.db")):
        monkeypatch.chdir(folder)
        location = location_of(stored_study(url, study.name), storage=url)
        config = export_config(export_command(study.name, "--trial", "0", location=location))
        assert SourceStudy(config).dataset.fingerprint == study.settings["images"]
        assert sqlite_path(config.tracking_uri).resolve() == project / "runs.db"
        by_hand = ExportConfig(output="out", storage=url, pick="knee")
        assert SourceStudy(by_hand).dataset.fingerprint == study.settings["images"]
        assert "--storage" in SearchResult(study, location=location).figure.html() or folder == project


def test_a_moved_project_finds_its_images(project, monkeypatch):
    make_images(project / "data" / "photos")
    _, study = search(["--dataset", "data/photos", "--image-size", "8"])
    moved = project.rename(project.with_name("moved"))
    monkeypatch.chdir(moved)
    source = SourceStudy(ExportConfig(output="out", pick="knee"))
    assert source.dataset.fingerprint == study.settings["images"]


def test_images_that_are_gone_are_asked_for_by_their_name(project):
    make_images(project / "data" / "photos")
    search(["--dataset", "data/photos", "--image-size", "8"])
    (project / "data").rename(project / "pictures")
    with pytest.raises(SearchError, match="images were in data/photos, and no such folder is here.* with --dataset"):
        SourceStudy(ExportConfig(output="out", pick="knee"))
    assert SourceStudy(ExportConfig(output="out", pick="knee", dataset="pictures/photos")).dataset


def test_a_study_of_an_earlier_version_is_found_by_what_was_typed(project):
    make_images(project / "data" / "photos")
    _, study = search(["--dataset", "data/photos", "--image-size", "8"])
    study.optuna_study.set_user_attr("shown", {"settings": {"dataset": "data/photos"}, "export": "", "trials": 3})
    source = SourceStudy(ExportConfig(output="out", pick="knee"))
    assert source.dataset.fingerprint == study.settings["images"]


def printed(done):
    assert done.returncode == 0, done.stderr
    return PRINTED.findall(done.stdout)


def run_in_a_shell(command, *, folder):
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_all_commands_of_a_real_search_run_one_after_the_other(tmp_path):
    folder = tmp_path / 'it\'s a "what?" 100% #1'
    make_images(folder / "my data" / "$photos", classes=("a", "b", "c"))
    quick = "--image-size 8 --epochs 1 --max-flops 1M --workers 1"
    arguments = f"--dataset 'my data/$photos' --study '-ü`s' --trials 2 {quick}".replace("--study '", "--study='")
    search_command = f"{PYTHON} -m search.run {arguments} --tracking-uri 'sqlite:///my runs.db' --experiment 'a b'"
    commands = printed(run_in_a_shell(search_command, folder=folder))
    modules = [shlex.split(command)[2] for command in commands]
    assert modules == ["search.ui", "search.ui", "search.export"]
    (exporting,) = [command for command in commands if " search.export " in command]
    done = run_in_a_shell(f"{exporting} --epochs 1 --workers 1", folder=folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "exported" / "model.keras").is_file()
    compare = f"{PYTHON} -m search.compare --networks SeparableCNN --dataset 'my data/$photos' --image-size 8 "
    compare += "--epochs 1 --workers 1 --output compared --experiment 'a b'"
    (showing,) = printed(run_in_a_shell(compare, folder=folder))
    for command in {*commands, showing}:
        if " search.ui " in command:
            status, output = shown(command, folder=folder)
            assert status in (0, -2, 130, -15, 143) and "http://127.0.0.1" in output, output
    front = run_in_a_shell(f"{PYTHON} -m search.front", folder=folder)
    assert front.returncode == 0, front.stderr
    differing = run_in_a_shell(f"{PYTHON} -m search.sync --check --tracking-uri 'sqlite:///my runs.db'", folder=folder)
    assert differing.returncode == 1  # The experiment has another name.


def shown(command, *, folder):
    """Start MLflow's page by a printed command, and end it once it has printed an address."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    page = subprocess.Popen(
        f"exec {command} --no-browser",
        shell=True,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    output = ""
    for line in page.stdout:
        output += line
        if "Ctrl-C ends the page" in line:
            page.terminate()
    return page.wait(timeout=60), output
