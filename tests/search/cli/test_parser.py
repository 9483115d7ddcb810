"""The parser of the commands: errors in one sentence, and defaults from the configuration."""

from dataclasses import dataclass, field

import pytest

from search.cli.argument_types import whole
from search.cli.exit_handling import run_command
from search.cli.parser import Parser, add_mlflow_options


@dataclass(frozen=True)
class Config:
    trials: int = 7
    workers: int | None = field(default=None, metadata={"typed": "auto"})
    names: tuple[str, ...] = ("a", "b")


def parser():
    result = Parser(Config, prog="test")
    result.add_argument("--trials", type=whole(1), help="how many")
    result.add_argument("--workers", type=str, help="at a time")
    result.add_argument("--names", nargs="+", help="of what")
    result.add_argument("--quick", action="store_true", help="whether it is quick")
    result.add_argument("--sampler", choices=["tpe", "random"])
    add_mlflow_options(result)
    return result


@pytest.mark.parametrize(
    ("arguments", "beginning", "end"),
    [
        (["--trials", "x" * 10_000], "argument --trials: must be a whole number", "-m test --help."),
        (["--sampler", "x" * 10_000], "argument --sampler: invalid choice: 'xxx", "-m test --help."),
        (["a\nb\x1b"], "unrecognized arguments: a\\nb\\x1b", "-m test --help."),
        (
            ["--trials", "http://me:geheim@host"],
            "argument --trials",
            "-m test --help.",
        ),
        (["--tracking-uri", "http://[::1"], "argument --tracking-uri: must be a URI such as sqlite:///mlflow.db", ""),
        (["--tracking-uri", "http://host:port"], "argument --tracking-uri: must be a URI", ""),
        (["--trial", "3"], "unrecognized arguments: --trial", ""),
    ],
)
def test_a_wrong_argument_is_one_sentence_however_odd_or_long(capsys, arguments, beginning, end):
    assert run_command(lambda: parser().parse_args(arguments)) == 2
    message = capsys.readouterr().err
    assert message.startswith(f"error: {beginning}") and message.endswith(f"{end}\n")
    assert message.count("\n") == 1 and len(message) < 600 and "geheim" not in message


def test_defaults_are_those_of_the_configuration_as_a_person_types_them():
    options = parser().parse_args([])
    assert (options.trials, options.workers, options.names, options.sampler) == (7, "auto", ["a", "b"], None)
    text = " ".join(parser().format_help().split())
    assert "how many (default: 7)" in text and "at a time (default: auto)" in text
    assert "of what (default: a b)" in text
    assert "whether it is quick --" in text


def test_options_of_the_configuration_are_told_from_those_of_the_command():
    assert list(parser().config_options()) == ["trials", "workers", "names"]
    assert Parser(prog="test").config_options() == {}
