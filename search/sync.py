"""`python -m search.sync`: MLflow brought up to date with the studies' storage, or compared with it."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mlflow_runs.errors import MirrorError
from mlflow_runs.mirror import Mirror, Written
from mlflow_runs.page.address import sync_command
from mlflow_runs.records import StudyRecord
from mlflow_runs.source import StudySource, open_source
from mlflow_runs.stored import diff, read_back, snapshot, store
from mlflow_runs.stored.diff import Difference, Ours
from search.cli.exit_handling import run_command
from search.cli.messages import console, say
from search.cli.parser import Parser, add_mlflow_options, add_storage_option, add_study_argument
from search.errors import SearchError

_SHOWN = 20  # differences
_MS_TO_BE_MIRRORED = 60_000  # a search writes what has happened, and tries again after half a minute


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
    source = open_source(options.storage, options.study)
    return check(source, options) if options.check else bring(source, options)


def check(source: StudySource, options) -> int:
    """Compare a study with what MLflow holds of it; nothing is written.

    Args:
        source: The study.
        options: What `parser` parsed.
    """
    uri = store.absolute(options.tracking_uri)
    store.require(uri)
    seen = _look(source, uri, experiment=options.experiment)
    _tell_check(seen, options)
    return 1 if seen.differences else 0


def bring(source: StudySource, options) -> int:
    """Bring MLflow up to date with a study.

    Args:
        source: The study.
        options: What `parser` parsed.
    Raises:
        SearchError: If a search that is running does so itself.
    """
    if not source.take_turn():
        raise SearchError(
            f"a search of study {source.name!r} is running and writes MLflow itself, so nothing was written. "
            "Run this when it has ended, or compare the two with --check."
        )
    try:
        seen, written = _bring(source, store.absolute(options.tracking_uri), experiment=options.experiment)
    finally:
        source.leave_turn()
    _tell(seen, written)
    return 1 if seen.differences else 0


@dataclass(frozen=True)
class _Seen:
    """A study and its runs, side by side."""

    study: StudyRecord
    found: Ours
    differences: Sequence[Difference]
    in_flight: frozenset[int]


def _look(source: StudySource, uri: str, *, experiment: str) -> _Seen:
    """MLflow is read first: what happens meanwhile is then known to be new."""
    before = time.time() * 1000
    with store.one_kind_of_error(uri, failed="could not be read"), store.patience(), store.discretion():
        client = store.client(uri)
        runs = snapshot.read(client, source.name, experiment=read_back.known_experiment_id(client, experiment))
    study = source.record()
    found, orphans = diff.ours(study, runs), source.orphans()
    in_flight = _in_flight(study, since_ms=before - _MS_TO_BE_MIRRORED) - set(orphans)
    differences = diff.differences(study, found, in_flight=in_flight, orphans=orphans)
    return _Seen(study, found, differences, in_flight)


def _in_flight(study: StudyRecord, *, since_ms: float) -> frozenset[int]:
    """Trials of a study that is being searched whose runs may lag: they run, or have just ended."""
    if study.state != "RUNNING":
        return frozenset()
    return frozenset(trial.number for trial in study.trials if trial.ended_ms is None or trial.ended_ms > since_ms)


def _bring(source: StudySource, uri: str, *, experiment: str) -> tuple[_Seen, Written]:
    mirror = Mirror(tracking_uri=uri, experiment=experiment)
    source.end_orphans()
    written = _update(mirror, source, uri, experiment=experiment)
    seen = _look(source, uri, experiment=experiment)
    if not seen.differences:
        return seen, written
    # What somebody has changed: a run's metrics and params only grow, so it is made anew.
    removed = _remove(seen, seen.differences, uri)
    again = Mirror(tracking_uri=uri, experiment=experiment).update(source.record())
    total = Written(written.runs + again.runs, written.removed + again.removed + removed)
    return _look(source, uri, experiment=experiment), total


def _update(mirror: Mirror, source: StudySource, uri: str, *, experiment: str) -> Written:
    """MLflow refuses to go on with a run to which somebody gave other params: it is taken away first."""
    try:
        return mirror.update(source.record())
    except MirrorError:
        seen = _look(source, uri, experiment=experiment)
        refused = [difference for difference in seen.differences if difference.field.startswith(diff.PARAM)]
        if not refused:
            raise
    removed = _remove(seen, refused, uri)
    written = mirror.update(source.record())
    return Written(written.runs, written.removed + removed)


def _remove(seen: _Seen, differences: Sequence[Difference], uri: str) -> int:
    """Takes away the runs that differ; below a new run of the study the mirror brings its trials together again."""
    wrong = {difference.trial for difference in differences}
    runs = [run for number, runs in seen.found.trials.items() if number in wrong for run in runs]
    runs += seen.found.studies if None in wrong else ()
    with store.one_kind_of_error(uri), store.patience():
        client: Any = store.client(uri)
        for run in runs:
            client.delete_run(run.run_id)
    return len(runs)


def _tell(seen: _Seen, written: Written) -> None:
    did = f"{_counted(written.runs, 'run')} written, {written.removed} removed"
    trials = _counted(len(seen.study.trials), "trial")
    if seen.differences:
        say(console(), f"Study {seen.study.name!r}: {trials}; {did}, and still MLflow differs:")
        _tell_differences(seen.differences)
    else:
        say(console(), f"Study {seen.study.name!r}: {trials}; {did}; MLflow agrees.{_lag(seen)}")


def _tell_check(seen: _Seen, options) -> None:
    if seen.differences:
        _tell_differences(seen.differences)
        places = {name: getattr(options, name) for name in ("storage", "tracking_uri", "experiment")}
        command = sync_command(seen.study.name, **places)
        say(console(), f"To bring MLflow up to date:\n  {command}")
        return
    trials, runs = _counted(len(seen.study.trials), "trial"), _counted(seen.found.count, "run")
    say(console(), f"Study {seen.study.name!r}: {trials} and {runs} agree.{_lag(seen)}")


def _lag(seen: _Seen) -> str:
    if seen.study.state != "RUNNING":
        return ""
    return f" A search is running: {_counted(len(seen.in_flight), 'trial')} in flight may lag."


def _tell_differences(differences: Sequence[Difference]) -> None:
    for difference in differences[:_SHOWN]:
        print(difference)
    if len(differences) > _SHOWN:
        print(f"and {_counted(len(differences) - _SHOWN, 'more difference')}")


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'s' * (number != 1)}"


if __name__ == "__main__":
    sys.exit(main())
