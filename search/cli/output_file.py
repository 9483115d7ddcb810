"""Writes the files that a person asked for: each is complete, or it is not there."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from mlflow_runs.safe_text import sentence
from search.errors import SearchError, UsageError


def write(path: str | Path, content: bytes | str) -> None:
    """Write a file in one step, replacing an existing one. A link is replaced, and its target stays unchanged.

    Args:
        path: In a folder that exists.
        content: Text is written as UTF-8. Surrogates, which stand for bytes in file names, become those bytes again.
    Raises:
        OSError: If it can't be written; no partial file is left.
    """
    path = Path(path)
    data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    if path.exists() and not path.is_file():  # Such as /dev/stdout; writing to a folder fails here.
        path.write_bytes(data)
        return
    partial = path.with_name(f".partial-{secrets.token_hex(8)}")
    try:
        partial.write_bytes(data)
        os.replace(partial, path)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()


def check_writable(path: str | Path, *, flag: str) -> None:
    """Check that a file can be written later, before any work is done for it. Nothing is created.

    Args:
        path: The file.
        flag: The option that names it, for the error message.
    Raises:
        SearchError: If it is a folder, or its folder does not exist or can't be written.
    """
    path = Path(path)
    if path.is_dir():
        raise SearchError(f"{sentence(str(path))} is a folder. Name a file: {flag}.")
    if path.exists() and not path.is_file():  # Such as /dev/stdout.
        return
    if not path.absolute().parent.is_dir():
        raise SearchError(f"there is no folder {sentence(str(path.parent))}. Create it, or give another {flag}.")
    if not os.access(path.absolute().parent, os.W_OK):
        raise SearchError(f"the folder {sentence(str(path.parent))} is not writable. Give another {flag}.")


def check_different(files: Mapping[str, str | Path | None]) -> None:
    """Check that no file is written over another that was named, too.

    Args:
        files: By the option that names it; None where it names none.
    Raises:
        UsageError: If two options name the same file.
    """
    flag_of: dict[Path, str] = {}
    for flag, file in files.items():
        # What is no file, such as /dev/stdout, takes one after the other.
        if file is None or (Path(file).exists() and not Path(file).is_file()):
            continue
        other = flag_of.setdefault(Path(os.path.realpath(file)), flag)
        if other != flag:
            raise UsageError(f"{other} and {flag} name the same file, {sentence(str(file))}. Give two names")
