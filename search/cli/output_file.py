"""Files that a person asked for: whole under their name or not there at all, and nowhere but in their place."""

import contextlib
import os
import secrets
from pathlib import Path

from mlflow_runs.safe_text import sentence
from search.errors import SearchError


def write(path: str | Path, content: bytes | str) -> None:
    """Write a file in one step, over what was there; a link is replaced, what it points to stays as it is.

    Args:
        path: In a folder that exists.
        content: Text is written as UTF-8; what is no text in a name of the file system becomes its bytes again.
    Raises:
        OSError: If it can't be written; nothing is left behind.
    """
    path = Path(path)
    data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    if path.exists() and not path.is_file():  # /dev/stdout; a folder refuses
        path.write_bytes(data)
        return
    partial = path.with_name(f".partial-{secrets.token_hex(8)}")
    try:
        partial.write_bytes(data)
        os.replace(partial, path)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()


def check_place(path: str | Path, *, flag: str) -> None:
    """Make sure that a file can be written in the end, before any work is done for it; nothing is made.

    Raises:
        SearchError: If it is a folder, or there is none for it.
    """
    path = Path(path)
    if path.is_dir():
        raise SearchError(f"{sentence(str(path))} is a folder. Name a file: {flag}.")
    if path.exists() and not path.is_file():  # /dev/stdout
        return
    if not path.absolute().parent.is_dir():
        raise SearchError(f"there is no folder {sentence(str(path.parent))}. Make it, or give another {flag}.")
    if not os.access(path.absolute().parent, os.W_OK):
        raise SearchError(f"the folder {sentence(str(path.parent))} can't be written to. Give another {flag}.")
