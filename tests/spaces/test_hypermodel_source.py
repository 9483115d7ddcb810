"""Where a hypermodel is imported from, what is refused, and its version."""

import sys

import pytest

from spaces.hypermodel_source import build_model, import_hypermodel, is_path, short_name, version
from tests.spaces.hypermodels import IMAGES

HERE = "tests.spaces.hypermodels"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current directory, with an import path that is restored afterwards."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_path_has_a_module_and_a_name():
    assert is_path("package.module:Name") and not is_path("hybrid")
    assert short_name("package.module:Name") == "Name"


def test_a_function_is_given_the_arguments_of_the_data_set():
    hypermodel = import_hypermodel(f"{HERE}:sized", input_shape=(6, 5, 3), classes=4)
    model = hypermodel.build(hp=None)
    assert model.input_shape == (None, 6, 5, 3) and model.output_shape == (None, 4)


def test_the_current_directory_is_searched(folder):
    (folder / "nets_of_a_folder.py").write_text("def build(hp):\n    return 'a model'\n")
    assert import_hypermodel("nets_of_a_folder:build", **IMAGES).build(None) == "a model"


def test_declared_parameters_come_before_the_build():
    calls = []

    class Declaring:
        def declare_hyperparameters(self, hp):
            calls.append(("declare", hp))

        def build(self, hp):
            calls.append(("build", hp))
            return "a model"

    assert build_model(Declaring(), "hp") == "a model"
    assert calls == [("declare", "hp"), ("build", "hp")]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("no_such_module_here:X", "there is no module 'no_such_module_here'"),
        ("__main__:X", "in the script that is running"),
        (f"{HERE}:Nothing", f"there is no 'Nothing' in {HERE}"),
        (f"{HERE}:IMAGES", "must be a keras_tuner.HyperModel or a function"),
        (f"{HERE}:NeedsMore", "can't be instantiated"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(path, message, folder):
    with pytest.raises(ValueError, match=message):
        import_hypermodel(path, **IMAGES)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import no_such_package_here\n", "can't be imported: No module named 'no_such_package_here'. Install"),
        ("1 / 0\n", "can't be imported: ZeroDivisionError: division by zero. Correct it."),
    ],
)
def test_a_module_with_a_mistake_is_refused_in_a_sentence(source, message, folder):
    (folder / "nets_with_a_mistake.py").write_text(source)
    with pytest.raises(ValueError, match=message):
        import_hypermodel("nets_with_a_mistake:build", **IMAGES)


def test_a_version_follows_the_source_but_not_its_comments(folder):
    versions = []
    for source in (
        "def build(hp):\n    return 1\n",
        "# Why.\n\ndef build(hp):\n    return 1\n",
        "def build(hp):\n    return 2\n",
    ):
        (folder / "nets_with_a_version.py").write_text(source)
        sys.modules.pop("nets_with_a_version", None)
        versions.append(version("nets_with_a_version:build"))
    assert versions[0] == versions[1] != versions[2]
