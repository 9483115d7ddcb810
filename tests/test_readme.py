"""The README says what the code does: options, map, commands and pictures."""

import importlib
import re

from tests.readme import COMMANDS, README, ROOT, written

TEXT = README.read_text(encoding="utf-8")


def test_options_and_map_are_those_of_the_code():
    assert written(TEXT) == TEXT, "write them anew with python -m tests.readme"


def test_every_module_named_exists():
    named = set(re.findall(r"python -m ((?:search|mlflow_runs|tests)[\w.]*)", TEXT))
    assert {"search.run", "search.front", "search.ui"} <= named
    for module in named:
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module


def test_every_flag_shown_is_an_option():
    for line in TEXT.splitlines():
        if found := re.match(r"    python -m ([\w.]+) (.*)", line):
            module, rest = found.groups()
            if module in COMMANDS:
                known = importlib.import_module(module).parser()._option_string_actions
                assert set(re.findall(r"--[\w-]+", rest)) <= set(known), line


def test_every_picture_is_there():
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT)
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)
