"""The search as a function, for notebooks and scripts."""

import inspect
import warnings
from typing import Any

from search.cli.config_file import as_arguments
from search.cli.messages import console
from search.cli.shell_command import python_command
from search.run import parser, search_config


def run_search(**options: Any):
    """Search for networks that are accurate and cheap, as `python -m search.run` does.

    An interrupt ends the search cleanly. The same call continues it.

    Args:
        options: The command's options by name, with the same defaults: `trials=50`, `dataset="digits"`,
            `max_flops="8M"` or `8e6`, `no_rungs=True`.
    Returns:
        A `SearchResult`: front, table, figure, and the networks to build.
    Raises:
        SearchError, ValueError: If an option is wrong, or the search can't start. The message is one sentence.
    """
    # In a notebook without widgets a library that the search uses warns of it; the search needs none.
    warnings.filterwarnings("ignore", message="IProgress not found")
    from search.running.session import SearchSession

    arguments = as_arguments(parser(), options)
    session = SearchSession(search_config(arguments), console(), command=python_command("search.run", arguments))
    session.run()
    return session.result()


def _signature() -> inspect.Signature:
    return inspect.Signature(
        [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=option.default)
            for name, option in parser().config_options().items()
        ]
    )


def _option_help() -> str:
    return "\n".join(f"    {name}: {option.help}" for name, option in parser().config_options().items())


# What an editor or a notebook completes and shows.
run_search.__signature__ = _signature()
run_search.__doc__ = f"{inspect.cleandoc(run_search.__doc__)}\n\nOptions:\n{_option_help()}\n"
