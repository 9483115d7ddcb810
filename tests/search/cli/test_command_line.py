"""How a command ends: whatever went wrong on a user's side is one sentence and a status."""

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

from mlflow_runs.errors import MirrorError
from search.cli.command_line import Parser, add_store_flags, alias, answer, console, whole
from search.errors import SearchError, UsageError

ROOT = Path(__file__).parents[2]


def raising(error):
    def command():
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (SearchError("it is wrong. Mend it."), 1, "error: it is wrong. Mend it.\n"),
        (UsageError("it is wrong"), 2, "error: it is wrong.\n"),
        (MirrorError("MLflow is away."), 1, "error: MLflow is away.\n"),
        (ValueError("two\nlines"), 1, "error: two\nlines\n"),
        (ValueError("red \x1b[31m, half \udcff"), 1, "error: red \\x1b[31m, half \\udcff\n"),
        (SearchError("no http://me:geheim@host"), 1, "error: no http://me:***@host\n"),
        (
            FileNotFoundError(2, "No such file or directory", "a\nb"),
            1,
            "error: 'a\\nb' can't be used (No such file or directory). Check the path and what you may do there.\n",
        ),
        (OSError("the disk is on fire"), 1, "error: the disk is on fire\n"),
        (
            ConnectionRefusedError(111, "Connection refused"),
            1,
            "error: the operating system says: Connection refused.\n",
        ),
        (KeyboardInterrupt(), 130, "Stopped.\n"),
    ],
)
def test_an_error_is_a_sentence(capsys, error, status, said):
    assert answer(raising(error)) == status
    assert capsys.readouterr().err == said


def test_who_reads_no_further_ends_it_quietly():
    command = "from search.cli.command_line import answer; raise SystemExit(answer(lambda: print('x' * 100_000)))"
    process = subprocess.Popen(
        [sys.executable, "-c", command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process.stdout.close()
    assert (process.stderr.read(), process.wait()) == ("", 141)


def test_a_mistake_of_the_program_is_told_as_one(capsys, monkeypatch):
    error = KeyError("http://me:geheim@host")
    assert answer(raising(error)) == 1
    told = capsys.readouterr().err
    assert told.startswith("error: this is a mistake of the program, not yours (KeyError: 'http://me:***@host'; ")
    assert "test_command_line.py, line" in told and told.count("\n") == 1
    monkeypatch.setenv("SHOW_TRACEBACK", "1")
    with pytest.raises(KeyError):
        answer(raising(error))


def parser():
    result = Parser(prog="test")
    result.add_argument("--trials", type=whole(1))
    result.add_argument("--sampler", choices=["tpe", "random"])
    add_store_flags(result)
    return result


@pytest.mark.parametrize(
    ("flags", "beginning", "end"),
    [
        (["--trials", "x" * 10_000], "argument --trials: must be a whole number", "See python -m test --help."),
        (["--sampler", "x" * 10_000], "argument --sampler: invalid choice: 'xxx", "See python -m test --help."),
        (["a\nb\x1b"], "unrecognized arguments: a\\nb\\x1b", "See python -m test --help."),
        (
            ["--trials", "http://me:geheim@host"],
            "argument --trials",
            "'http://me:***@host'. See python -m test --help.",
        ),
        (["--tracking-uri", "http://[::1"], "argument --tracking-uri: must be a URI such as sqlite:///mlflow.db", ""),
        (["--tracking-uri", "http://host:port"], "argument --tracking-uri: must be a URI", ""),
    ],
)
def test_a_wrong_flag_is_a_sentence_however_odd_or_long(capsys, flags, beginning, end):
    assert answer(lambda: parser().parse_args(flags)) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"error: {beginning}") and told.endswith(f"{end}\n")
    assert told.count("\n") == 1 and len(told) < 600


ALIASES = [
    "best",
    "a-b_c",
    "größte",
    "latest",
    "LATEST",
    "v3",
    "V12",
    "v3a",
    "",
    "a b",
    "a/b",
    "x" * 255,
    "x" * 256,
]


@pytest.mark.parametrize("text", ALIASES)
def test_an_alias_is_one_where_mlflow_says_so(text):
    """Not after hours of training."""
    from mlflow.exceptions import MlflowException
    from mlflow.utils.validation import _validate_model_alias_name, _validate_model_alias_name_reserved

    try:
        _validate_model_alias_name(text)
        _validate_model_alias_name_reserved(text)
    except MlflowException:
        with pytest.raises(argparse.ArgumentTypeError, match="must be letters"):
            alias(text)
    else:
        assert alias(text) == text


@pytest.mark.parametrize("text", ["study :dog:", ":smile:"])
def test_text_is_printed_as_it_is(capsys, text):
    console().print(text)
    assert capsys.readouterr().out == f"{text}\n"
