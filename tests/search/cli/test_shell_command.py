"""Commands that are shown are commands that can be typed."""

import shlex

import pytest

from search import export
from search.cli.shell_command import export_of

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
def test_the_export_of_a_study_is_one_of_that_study(name):
    _, _, _, *words = shlex.split(export_of(name, {"storage": "-odd.db", "data_dir": name}, "--trial", "3"))
    options = export.parser().parse_args(words)
    assert (options.study, options.data_dir, options.storage, options.trial) == (name, name, "-odd.db", 3)
