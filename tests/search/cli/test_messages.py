"""Messages of the commands: what is printed is what was given."""

import ast
from pathlib import Path

import pytest

from search.cli.messages import COLUMNS_IN_A_FILE, console, say

ROOT = Path(__file__).parents[3]
HOSTILE = [
    "study :dog:",
    ":smile:",
    "act [gelu, swish]",
    "[/]",
    "[red]as it is[/red]",
    "a\\[b",
    "[link=http://a]b[/link]",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_printed_as_it_is(capsys, text):
    console().print(text)
    assert capsys.readouterr().out == f"{text}\n"


def test_sentences_wrap_and_commands_do_not(capsys):
    say(console(), f"{'word ' * 60}\n  {'command ' * 40}\n[red]as it is[/red]")
    *sentence, command, last = capsys.readouterr().out.splitlines()
    assert len(sentence) > 1 and max(map(len, sentence)) <= COLUMNS_IN_A_FILE
    assert command.split() == ["command"] * 40
    assert last == "[red]as it is[/red]"


def test_messages_may_go_to_the_standard_error(capsys):
    say(console(stderr=True), "a message")
    assert capsys.readouterr() == ("", "a message\n")


@pytest.mark.parametrize("text", HOSTILE)
def test_every_part_of_a_table_is_printed_as_it_is(capsys, text):
    from rich.table import Table

    table = Table(f"column {text}", title=f"title {text}", caption=f"caption {text}")
    table.add_row(f"cell {text}")
    console().print(table)
    lines = capsys.readouterr().out.splitlines()
    for part in ("column", "title", "caption", "cell"):
        assert any(f"{part} {text}" in line for line in lines), part


def test_no_text_moves_the_cursor_or_begins_a_line(capsys):
    from rich.table import Table

    table = Table("a name")
    table.add_row("red \x1b[31m, clear \x1b[2J, bell \a, return \r, half \udcff")
    console().print(table)
    say(console(), "\x1b]0;title\a")
    printed = capsys.readouterr().out
    assert "red \\x1b[31m, clear \\x1b[2J, bell \\x07, return \\r, half \\udcff" in printed
    assert printed.splitlines()[-1] == "\\x1b]0;title\\x07"
    assert not {"\x1b", "\a", "\r"} & set(printed)


def test_a_file_gets_plain_lines_whatever_the_environment_says(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "3")
    output = console()
    output.print("a sentence of some words", style="bold red")
    assert not output.is_terminal
    assert capsys.readouterr().out == "a sentence of some words\n"


def test_no_other_module_makes_a_console_or_reads_markup():
    """A console of rich's own, or a part of it that reads markup by itself, would read what people have named."""
    offending = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "search").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for name in [ast.unparse(node.func)]
        if (name.endswith("Console") and path.name != "messages.py")
        or name.endswith(("from_markup", "rich.print"))
        or (name == "TextColumn" and "markup=False" not in ast.unparse(node))
    ]
    assert not offending
