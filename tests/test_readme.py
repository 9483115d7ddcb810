"""The READMEs say what the code does: options, map, commands, paths, links and pictures."""

import importlib
import re

import pytest

from tests.readme import COMMANDS, PACKAGES, README, ROOT, generated, written

MOST_WORDS = 1_500
CONTRIBUTING = ROOT / ".github" / "CONTRIBUTING.md"
FOLDERS = (*PACKAGES, "tests")
PAGES = [README, *sorted(page for folder in FOLDERS for page in (ROOT / folder).rglob("README.md")), CONTRIBUTING]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


@pytest.mark.parametrize("page", generated(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_generated_parts_are_those_of_the_code(page):
    assert written(page) == page.read_text(encoding="utf-8"), "write them anew with python -m tests.readme"


def test_a_newcomer_reads_the_readme_to_its_end():
    assert len(README.read_text(encoding="utf-8").split()) <= MOST_WORDS


def test_the_first_two_fenced_blocks_install_and_search_then_test():
    """`.ci/run` runs the second one."""
    (first, search), (second, test), *_ = FENCED.findall(README.read_text(encoding="utf-8"))
    assert first == second == "bash"
    assert "pip install" in search and "-m search.run" in search
    assert "pip install" in test and "-m pytest" in test


def test_the_readme_leads_to_every_other():
    assert {page for page in PAGES if page.parent.name != "benchmarks"} - {README} <= set(linked(README))
    assert {page for page in PAGES if page.parent.name == "benchmarks"} <= set(linked(README))


@every_page
def test_every_module_named_exists(page):
    for module in re.findall(r"python -m ((?:search|mlflow_runs|spaces|tests)[\w.]*)", page.read_text()):
        path = ROOT.joinpath(*module.split("."))
        assert module in COMMANDS or module.startswith("tests."), f"{module} is no command"
        assert path.with_suffix(".py").exists(), module


def test_every_command_is_named_in_the_page_of_the_commands():
    text = (ROOT / "search" / "README.md").read_text(encoding="utf-8")
    assert all(f"python -m {command}" in text for command in COMMANDS)


@every_page
def test_every_flag_shown_is_an_option(page):
    commands = re.findall(r"python -m ([\w.]+)((?: [^\s`&]+)*)", page.read_text(encoding="utf-8"))
    for module, rest in commands:
        shown = set(re.findall(r" (--[\w-]+)", rest.partition(" -- ")[0]))
        if module in COMMANDS:
            assert shown <= set(importlib.import_module(module).parser()._option_string_actions), module + rest
        elif module.startswith("tests.benchmarks."):
            source = ROOT.joinpath(*module.split(".")).with_suffix(".py").read_text(encoding="utf-8")
            assert all(f'"{flag}"' in source for flag in shown), module + rest


@every_page
def test_every_path_named_exists(page):
    """Those in backticks, from the top of the repository."""
    named = re.findall(rf"`((?:{'|'.join(FOLDERS)}|\.ci|\.github)/[\w./-]*)`", page.read_text(encoding="utf-8"))
    made_by_ci = {".ci/screenshots"}
    for path in set(named) - made_by_ci:
        assert (ROOT / path).exists(), path


@every_page
def test_every_link_and_picture_leads_somewhere(page):
    for target in linked(page):
        assert target.exists(), target


@every_page
def test_every_link_to_a_heading_finds_it(page):
    for target, heading in re.findall(r"\]\(([^)\s:]*)#([^)\s]+)\)", page.read_text(encoding="utf-8")):
        text = (page.parent / target if target else page).read_text(encoding="utf-8")
        assert heading in {anchor(title) for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}, heading


def linked(page):
    """The files of this repository that a page links to or shows."""
    targets = re.findall(r"\]\(([^)\s:#]+)(?:#[^)\s]*)?\)", page.read_text(encoding="utf-8"))
    return [(page.parent / target).resolve() for target in targets]


def anchor(title):
    """A heading's name in a link, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def test_a_heading_is_linked_as_github_does():
    assert anchor("What a network costs") == "what-a-network-costs"
    assert anchor("The space `hybrid`") == "the-space-hybrid"
