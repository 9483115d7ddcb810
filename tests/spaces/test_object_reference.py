"""What a person names as module:name: imported from the current directory, or refused in a sentence that helps."""

import re
import sys
from importlib.metadata import EntryPoint

import optuna
import pytest

from spaces.object_reference import import_object, is_reference


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current directory, with an import path that is restored afterwards."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("text", ["a:B", "a.b:C", "a.b:C.d", "_a:_B", "größe:Netz"])
def test_a_reference_has_a_module_and_a_name(text):
    assert is_reference(text)
    entry_point = EntryPoint("name", text, "group")
    assert f"{entry_point.module}:{entry_point.attr}" == text


@pytest.mark.parametrize(
    "text", ["", "a", "a.b", ":", "a:", ":B", "a:B:C", "a-b:C", "a/b:C", "a:B()", "1:B", "a b:C", "a..b:C"]
)
def test_anything_else_is_none(text):
    assert not is_reference(text)


def test_an_object_is_imported_from_a_package_or_from_the_current_directory(folder):
    (folder / "a_module_of_a_folder.py").write_text("class Outer:\n    class Inner:\n        value = 7\n")
    assert import_object("optuna.samplers:TPESampler", kind="sampler") is optuna.samplers.TPESampler
    assert import_object("a_module_of_a_folder:Outer.Inner.value", kind="number") == 7


@pytest.mark.parametrize(
    ("reference", "advice"),
    [
        ("optuna.samplers:GPSample", "there is no 'GPSample' in optuna.samplers. Did you mean GPSampler or"),
        ("optuna.samplers:nsgaiisampler", "Did you mean NSGAIISampler"),
        ("optuna.samplers:Brute", "Did you mean BruteForceSampler?"),
        ("optuna.samplers:Zebra", "Name a sampler of this module."),
        ("optuna.sampler:GPSampler", "there is no module 'optuna.sampler' in .* Did you mean samplers?"),
        ("mysampler:Mine", "there is no module 'mysampler' in .* Did you mean my_samplers?"),
        ("zebra:Mine", "Go to the folder that holds it, or install it."),
        ("zebra.stripes:Mine", "Go to the folder that holds it, or install it."),
        ("math.zebra:Mine", "Go to the folder that holds it, or install it."),
        ("my_samplers.py:Mine", "A module is named without .py."),
        (
            "with_syntax_error:Mine",
            re.escape("can't be imported: SyntaxError: invalid syntax (with_syntax_error.py, line 1)"),
        ),
        ("that_exits:Mine", "can't be imported: SystemExit: 3. Correct it."),
        ("json:Mine", "Python has another module of this name .*__init__.py.. Rename .*json.py."),
        ("sys:Mine", "Python has another module of this name .part of Python.. Rename .*sys.py."),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(folder, reference, advice):
    (folder / "my_samplers.py").write_text("Mine = 1\n")
    (folder / "with_syntax_error.py").write_text("def x(:\n")
    (folder / "that_exits.py").write_text("import sys\nsys.exit(3)\n")
    for name in ("json.py", "sys.py"):
        (folder / name).write_text("Mine = 1\n")
    with pytest.raises(ValueError, match=advice) as caught:
        import_object(reference, kind="sampler")
    assert str(caught.value).startswith(f"{reference}")
    assert "\n" not in str(caught.value)
