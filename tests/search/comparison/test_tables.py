"""A comparison as a table for the terminal."""

import pytest
from search.cli.command_line import console
from search.comparison.outputs import terminal_table


@pytest.mark.parametrize("name", ["[/b]", "[red]x", ":dog:", "<script>"])
def test_a_network_is_called_what_it_is_called(capsys, name):
    console().print(terminal_table(("Network", "Recipe"), [(name, "one")]))
    assert name in capsys.readouterr().out
