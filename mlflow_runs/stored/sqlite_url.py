"""The URL of a SQLite file, and the file of such a URL. Nothing else makes the one from the other."""

from pathlib import Path
from urllib.parse import quote, unquote

PREFIX = "sqlite:///"
_ENDS_OR_ESCAPES = "?%"  # what means something else in the text of a URL


def sqlite_url(path: Path | str) -> str:
    """The URL of a file, whatever its name and its folder's. SQLAlchemy reads it as `sqlite_path` does.

    A name that needs quoting is quoted whole, with its slashes: MLflow takes the text for a path and makes its folder,
    which would be another one.
    """
    text = str(path)
    return PREFIX + (quote(text, safe="") if any(sign in text for sign in _ENDS_OR_ESCAPES) else text)


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite URL, as it is named there; None for any other URL, and for a database in memory."""
    name = unquote(url.removeprefix(PREFIX).partition("?")[0])
    return Path(name) if url.startswith(PREFIX) and name not in ("", ":memory:") else None
