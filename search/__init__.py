"""Searches a space of convolutional networks for those that are accurate and cheap.

From Python: `from search import run_search`.
"""

from typing import Any

__all__ = ["run_search"]


def __getattr__(name: str) -> Any:
    # Imported on demand: every import from this package runs this file, and most of them do not need it.
    if name == "run_search":
        from search.from_python import run_search

        return run_search
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
