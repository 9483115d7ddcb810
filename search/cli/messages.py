"""Where and how a command prints its messages, and one that several commands have."""

COLUMNS_IN_A_FILE = 150
"""Width of the output where it is no terminal."""


def console(*, stderr: bool = False):
    """The console of a command. A file or a notebook gets plain, long lines instead of a terminal's.

    Args:
        stderr: Print to the standard error instead of the standard output.
    """
    from rich.console import Console

    options = {"highlight": False, "emoji": False, "stderr": stderr}  # A study may be called :dog:.
    terminal = Console(**options)
    if terminal.is_terminal and not terminal.is_jupyter:
        return terminal
    return Console(**options, width=COLUMNS_IN_A_FILE, force_jupyter=False, force_terminal=False)


def say(console, text: str) -> None:
    """Print sentences as they are. Indented lines, which are commands and addresses, are not wrapped."""
    for line in text.splitlines():
        console.print(line, markup=False, soft_wrap=line.startswith("  "))


def page_to_open(address: str, command: str | None) -> str:
    """Where to look at a run in MLflow.

    Args:
        address: Of the run.
        command: Starts MLflow's page; None if a server shows it already.
    """
    start = f"start\n  {command}\nand open" if command else "open"
    return f"To look at it in MLflow, {start}\n  {address}"
