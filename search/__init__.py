"""Searches a space of convolutional networks for those that are accurate and cheap.

From Python: `from search import run_search, compare_networks`.
"""

from search.shadowing import check_imports

check_imports()  # Before anything else is imported: a file of the person's folder may be imported in its place.

from typing import Any  # noqa: E402

__all__ = ["compare_networks", "run_search"]


def __getattr__(name: str) -> Any:
    # Imported on demand: every import from this package runs this file, and most of them do not need it.
    if name in __all__:
        from search import from_python

        return getattr(from_python, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
