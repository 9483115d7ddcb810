"""Parts of a run's description, in Markdown as MLflow's page shows it."""

from collections.abc import Sequence
from urllib.parse import quote

from mlflow_runs import names


def image(run: str, *, artifact: str, alt: str) -> str:
    """A run's artifact as a picture."""
    return f"![{alt}](get-artifact?path={quote(artifact, safe='')}&run_uuid={run})"


def table_head(titles: Sequence[str]) -> str:
    """The two lines that a table begins with."""
    return f"{table_row(titles)}\n|{'---|' * len(titles)}"


def table_row(cells: Sequence[str]) -> str:
    """A row of a table. MLflow's page leaves no room between columns, so each cell ends with a blank that stays."""
    return "| " + "&ensp; | ".join(cells) + " |"


def with_rows(text: str, rows: Sequence[str], *, file: str) -> str:
    """`text` and as many rows as fit into MLflow's limit for a tag.

    Args:
        text: Markdown that ends in a table's head.
        rows: The table's rows.
        file: The artifact that holds all rows; it is named if some do not fit.
    """
    room = names.TAG_LENGTH - len(text) - 100  # the last line needs less
    for place, row in enumerate(rows):
        room -= len(row) + 1
        if room < 0:
            return f"{text}\n\n{len(rows) - place} more are in `{file}`."
        text += "\n" + row
    return text
