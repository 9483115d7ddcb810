"""Keeps from the terminal what native code prints."""

import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def output_caught() -> Iterator[Callable[[], str]]:
    """Catch all that is printed inside, also from C++; gives a function that returns the text so far.

    A notebook shows what Python prints by streams of its own, so those are silent as well.
    """
    sys.stdout.flush()
    originals = os.dup(1), os.dup(2)
    try:
        with (
            tempfile.TemporaryFile() as file,
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
            yield lambda: os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode(errors="replace")
    finally:
        for number, original in zip((1, 2), originals, strict=True):
            os.dup2(original, number)
            os.close(original)
