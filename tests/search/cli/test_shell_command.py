"""Commands that are shown can be copied and run."""

import shlex

import pytest

from search import export
from search.cli.location import StudyLocation
from search.cli.shell_command import export_command, python_command

NAMES = [
    "digits-hybrid",
    "-rf",
    "--help",
    "a b",
    "it's",
    '"',
    "$(id)",
    "<script>alert(1)</script>",
    "日本 🙂",
    "a/b\\c",
    "x" * 200,
]


@pytest.mark.parametrize("name", NAMES)
def test_the_export_command_names_the_study_whatever_its_name(name):
    location = StudyLocation(storage="-odd.db", data_dir=name)
    _, _, _, *words = shlex.split(export_command(name, "--trial", "3", location=location))
    options = export.parser().parse_args(words)
    assert (options.study, options.data_dir, options.storage, options.trial) == (name, name, "-odd.db", 3)


def test_what_is_usual_is_left_out():
    words = shlex.split(export_command("mine", "--trial", location=StudyLocation()))
    assert words[1:] == ["-m", "search.export", "--study", "mine", "--output", "exported", "--trial"]


def test_a_command_contains_no_password():
    arguments = ["--storage", "postgresql://me:geheim@host/db", "--study", "a b"]
    command = python_command("search.run", arguments)
    assert command.endswith("-m search.run --storage 'postgresql://me:***@host/db' --study 'a b'")
