"""The search and the comparison as functions, for notebooks and scripts."""

import inspect
import warnings
from collections.abc import Callable
from typing import Any

from search import compare, run
from search.cli.compare_config import CompareConfig
from search.cli.config_file import as_arguments
from search.cli.messages import console
from search.cli.parser import Parser
from search.cli.shell_command import python_command
from search.errors import SearchError
from search.training.environment import prepare

# Before a notebook imports TensorFlow, which reads its settings once.
prepare()
# In a notebook without widgets a library that the search uses warns of it; the search needs none.
warnings.filterwarnings("ignore", message="IProgress not found")


def run_search(**options: Any):
    """Search for networks that are accurate and cheap, as `python -m search.run` does.

    An interrupt ends the search cleanly. The same call continues it.

    Args:
        options: The command's options by name, with the same defaults: `trials=50`, `dataset="digits"`,
            `max_flops="8M"` or `8e6`, `no_rungs=True`.
    Returns:
        A `SearchResult`: front, table, figure, and the networks to build. With `seeds`, or several names in `sampler`,
        a `Benchmark`: table, summary and figure.
    Raises:
        SearchError, ValueError: If an option is wrong, or the search can't start. The message is one sentence.
    """
    arguments = as_arguments(run.parser(), options)
    command = python_command("search.run", arguments)
    session = run.new_session(run.benchmark_config(arguments), console(), command=command)
    session.run()
    return session.result()


def compare_networks(**options: Any):
    """Train networks with the same recipe and compare them, as `python -m search.compare` does.

    Args:
        options: The command's options by name, with the same defaults: `networks=["StandardCNN", "SeparableCNN"]`,
            `dataset="digits"`, `seeds=3`. `output` names the folder for the files and must be given.
    Returns:
        A `ComparisonResult`: headline, table, pictures and the drawing of both convolutions.
    Raises:
        SearchError, ValueError: If an option is wrong, the comparison can't start, or it was interrupted. The message
            is one sentence.
    """
    from search.comparison.session import CompareSession

    parser = compare.parser()
    arguments = as_arguments(parser, options)
    config = CompareConfig.from_options(vars(parser.parse_args(arguments)))
    session = CompareSession(config, console(), command=python_command("search.compare", arguments))
    session.run()
    if session.result is None:
        raise SearchError("the comparison was interrupted. The same call continues it")
    return session.result


def _describe(function: Callable[..., Any], parser: Parser) -> None:
    """Give a function the names, defaults and explanations of a command's options, for editors and notebooks."""
    options = parser.config_options()
    function.__signature__ = inspect.Signature(
        [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=_default(option))
            for name, option in options.items()
        ]
    )
    explained = "\n".join(f"    {name}: {option.help}" for name, option in options.items())
    function.__doc__ = f"{inspect.cleandoc(function.__doc__ or '')}\n\nOptions:\n{explained}\n"


def _default(option: Any) -> Any:
    return inspect.Parameter.empty if option.required else option.default


_describe(run_search, run.parser())
_describe(compare_networks, compare.parser())
