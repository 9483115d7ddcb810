"""Messages of the commands: what is printed is what was given."""

import pytest

from search.cli.messages import COLUMNS_IN_A_FILE, console, say


@pytest.mark.parametrize("text", ["study :dog:", ":smile:"])
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
