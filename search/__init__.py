"""Searches a space of convolutional networks for those that are accurate and cheap.

From Python: `from search import run_search`.
"""

from typing import Any

__all__ = ["run_search"]


def __getattr__(name: str) -> Any:
    # On demand: whatever is imported from this package passes here, and most of it needs none of this.
    if name == "run_search":
        from search.from_python import run_search

        return run_search
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
