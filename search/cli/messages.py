"""Where and how a command prints its messages, and one that several commands have.

Nothing that a person named is read as markup, nor moves the cursor.
"""

from typing import Any

from mlflow_runs.safe_text import printable

COLUMNS_IN_A_FILE = 150
"""Width of the output where it is no terminal."""


def console(*, stderr: bool = False):
    """The console of a command. A file or a notebook gets plain, long lines instead of a terminal's.

    Names come from people: a study may be called :dog:, a choice may be [bold] or clear the screen. This is the only
    place that makes a console. It reads neither emoji codes nor markup, and escapes what can't be printed.

    Args:
        stderr: Print to the standard error instead of the standard output.
    """
    from rich.console import Console

    class PlainConsole(Console):
        def render_str(self, text: str, **options):
            return super().render_str("\n".join(map(printable, text.split("\n"))), **options)

    options: dict[str, Any] = {"highlight": False, "emoji": False, "markup": False, "stderr": stderr}
    terminal = PlainConsole(**options)
    # FORCE_COLOR makes a terminal of a file, too, into which the live display would then be drawn again and again.
    if terminal.is_terminal and terminal.file.isatty() and not terminal.is_jupyter:
        return terminal
    return PlainConsole(**options, width=COLUMNS_IN_A_FILE, force_jupyter=False, force_terminal=False)


def say(console, text: str) -> None:
    """Print sentences as they are. Indented lines, which are commands and addresses, are not wrapped."""
    for line in text.splitlines():
        console.print(line, soft_wrap=line.startswith("  "))


def page_to_open(address: str, command: str | None) -> str:
    """Where to look at a run in MLflow.

    Args:
        address: Of the run.
        command: Starts MLflow's page; None if a server shows it already.
    """
    start = f"start\n  {command}\nand open" if command else "open"
    return f"To look at it in MLflow, {start}\n  {address}"
