"""How a command ends: every error is one sentence and an exit status."""

import subprocess
import sys
from pathlib import Path

import pytest

from mlflow_runs.errors import MirrorError
from search.cli.exit_handling import run_command
from search.errors import SearchError, UsageError

ROOT = Path(__file__).parents[3]


def raising(error):
    def command():
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (SearchError("it is wrong. Mend it."), 1, "error: it is wrong. Mend it.\n"),
        (MirrorError("MLflow does not answer."), 1, "error: MLflow does not answer.\n"),
        (UsageError("it is wrong"), 2, "error: it is wrong.\n"),
        (ValueError("two\nlines"), 1, "error: two\nlines\n"),
        (ValueError("red \x1b[31m, half \udcff"), 1, "error: red \\x1b[31m, half \\udcff\n"),
        (SearchError("no http://me:geheim@host"), 1, "error: no http://me:***@host\n"),
        (
            FileNotFoundError(2, "No such file or directory", "a\nb"),
            1,
            "error: 'a\\nb' can't be used (No such file or directory). Check the path and its permissions.\n",
        ),
        (OSError("the disk is on fire"), 1, "error: the disk is on fire\n"),
        (
            ConnectionRefusedError(111, "Connection refused"),
            1,
            "error: the operating system reports: Connection refused.\n",
        ),
        (KeyboardInterrupt(), 130, "Stopped.\n"),
    ],
)
def test_an_error_is_a_sentence(capsys, error, status, message):
    assert run_command(raising(error)) == status
    assert capsys.readouterr().err == message


def test_the_status_is_the_command_s_own():
    assert run_command(lambda: 3) == 3


def test_a_reader_that_closes_the_output_ends_the_command_quietly():
    code = (
        "from search.cli.exit_handling import run_command; raise SystemExit(run_command(lambda: print('x' * 100_000)))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process.stdout.close()
    assert (process.stderr.read(), process.wait()) == ("", 141)


def test_an_error_in_the_program_is_called_one(capsys, monkeypatch):
    error = KeyError("http://me:geheim@host")
    assert run_command(raising(error)) == 1
    message = capsys.readouterr().err
    assert message.startswith("error: this is an error in the program, not in your input (KeyError: 'http://me:***@ho")
    assert "test_exit_handling.py, line" in message and message.count("\n") == 1
    monkeypatch.setenv("SHOW_TRACEBACK", "1")
    with pytest.raises(KeyError):
        run_command(raising(error))
