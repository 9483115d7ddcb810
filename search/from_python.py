"""The search as a function, for notebooks and scripts."""

import inspect
import warnings
from typing import Any

from search.cli.command_line import console
from search.cli.config_file import options_of, spelled
from search.cli.shell_command import typed
from search.run import parsed, parser


def run_search(**options: Any):
    """Search for networks that are accurate and cheap; what `python -m search.run` does.

    An interrupt ends the search cleanly; calling it again with the same options continues it.

    Args:
        options: The command's flags by name, with the same defaults: `trials=50`, `dataset="digits"`,
            `max_flops="8M"` or `8e6`, `no_rungs=True`.
    Returns:
        A `SearchResult`: front, table, figure, and the networks to build.
    Raises:
        SearchError, ValueError: If an option is wrong, or the search can't start; one sentence says why.
    """
    # A notebook without its widgets is told so by a library that a search uses; there is nothing to be done.
    warnings.filterwarnings("ignore", message="IProgress not found")
    from search.running.session import Session

    arguments = spelled(parser(), options)
    session = Session(parsed(arguments), console(), command=typed("search.run", arguments))
    session.search()
    return session.result()


def _signature() -> inspect.Signature:
    return inspect.Signature(
        [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=action.default)
            for name, action in options_of(parser()).items()
        ]
    )


def _meanings() -> str:
    return "\n".join(f"    {name}: {action.help}" for name, action in options_of(parser()).items())


# What an editor or a notebook completes and shows.
run_search.__signature__ = _signature()
run_search.__doc__ = f"{inspect.cleandoc(run_search.__doc__)}\n\nOptions:\n{_meanings()}\n"
