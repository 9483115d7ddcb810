"""`python -m search.sync`: bring MLflow up to date with the storage, or compare the two."""

import sys
from collections.abc import Sequence

from mlflow_runs import sync
from mlflow_runs.stored import store
from mlflow_runs.study_writer import Written
from mlflow_runs.sync import Comparison
from search.cli.exit_handling import run_command
from search.cli.messages import console, say
from search.cli.parser import Parser, add_mlflow_options, add_storage_option, add_study_argument
from search.cli.shell_command import sync_command
from search.errors import SearchError
from search.quantities import counted

_MOST_SHOWN = 20  # differences


def parser() -> Parser:
    """The command's flags."""
    result = Parser(
        prog="search.sync",
        description="Bring MLflow up to date with what the storage holds of a study, or compare the two.",
    )
    add_study_argument(result)
    result.add_argument("--check", action="store_true", help="compare, trial by trial, and write nothing")
    add_storage_option(result)
    add_mlflow_options(result)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return run_command(lambda: _sync(parser().parse_args(arguments)))


def _sync(options) -> int:
    from search.running.stored_source import StoredSource

    source = StoredSource(options.storage, options.study)
    return check(source, options) if options.check else bring(source, options)


def check(source, options) -> int:
    """Compare a study with what MLflow holds of it. Nothing is written.

    Args:
        source: A `StoredSource`.
        options: What `parser` parsed.
    """
    store.require(store.absolute(options.tracking_uri))
    stored = sync.read(source.name, tracking_uri=options.tracking_uri, experiment=options.experiment)
    comparison = sync.compare(source.record(), stored, abandoned=source.orphans())
    _print_check(comparison, options)
    return 1 if comparison.differences else 0


def bring(source, options) -> int:
    """Bring MLflow up to date with a study.

    Args:
        source: A `StoredSource`.
        options: What `parser` parsed.
    Raises:
        SearchError: If a search is running, which does so itself.
    """
    if not source.take_turn():
        raise SearchError(
            f"a search of study {source.name!r} is running and writes MLflow itself, so nothing was written. "
            "Run this when it has ended, or compare the two with --check."
        )
    try:
        source.end_orphans()
        comparison, written = sync.bring_up_to_date(
            source.record(), tracking_uri=options.tracking_uri, experiment=options.experiment
        )
    finally:
        source.leave_turn()
    _print_written(comparison, written)
    return 1 if comparison.differences else 0


def _print_written(comparison: Comparison, written: Written) -> None:
    trials = counted(len(comparison.study.trials), "trial")
    beginning = f"Study {comparison.study.name!r}: {trials}; {counted(written.runs, 'run')} written, "
    beginning += f"{written.removed:,} removed"
    if comparison.differences:
        say(console(), f"{beginning}, and MLflow still differs:")
        _print_differences(comparison)
    else:
        say(console(), f"{beginning}; MLflow agrees.{_lag(comparison)}")


def _print_check(comparison: Comparison, options) -> None:
    study = comparison.study
    if comparison.differences:
        _print_differences(comparison)
        places = {name: getattr(options, name) for name in ("storage", "tracking_uri", "experiment")}
        say(console(), f"To bring MLflow up to date:\n  {sync_command(study.name, **places)}")
        return
    trials, runs = counted(len(study.trials), "trial"), counted(comparison.run_count, "run")
    say(console(), f"Study {study.name!r}: {trials} and {runs} agree.{_lag(comparison)}")


def _lag(comparison: Comparison) -> str:
    if comparison.study.state != "RUNNING":
        return ""
    return f" A search is running: {counted(len(comparison.in_flight), 'trial')} in flight may lag."


def _print_differences(comparison: Comparison) -> None:
    for difference in comparison.differences[:_MOST_SHOWN]:
        say(console(), str(difference))
    if len(comparison.differences) > _MOST_SHOWN:
        say(console(), f"and {counted(len(comparison.differences) - _MOST_SHOWN, 'more difference')}")


if __name__ == "__main__":
    sys.exit(main())
