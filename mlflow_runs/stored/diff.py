"""How a study and its runs in MLflow differ, trial by trial and field by field. MLflow is not asked."""

import csv
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlflow_runs import names
from mlflow_runs.records import StudyRecord, TrialRecord
from mlflow_runs.runs import child, parent
from mlflow_runs.safe_text import one_line, redacted, shortened
from mlflow_runs.stored.snapshot import RunDetails
from mlflow_runs.stored.study_runs import StoredRun, StudyRuns, began_together

_TEXT_LENGTH = 80
_METRICS = (
    *(names.ACCURACY, names.FLOPS, names.LOG10_FLOPS, names.MACS, names.PARAMS),
    *(names.RAM_BYTES, names.FLASH_BYTES, names.LOG10_RAM_BYTES, names.LOG10_FLASH_BYTES),
    *(names.LATENCY_MS, names.SECONDS, names.RUNG_ACCURACY, names.RUNG_EPOCHS),
)
_TAGS = (
    *(names.TRIAL_STATE, names.TRIAL_REASON),
    *(names.ARCHITECTURE_KEY, names.ARCHITECTURE_WORDS, names.KNOWN_NETWORK),
)
_NOTHING = object()


@dataclass(frozen=True)
class Difference:
    """One field that is not the same in both.

    Attributes:
        trial: The trial's number; None for the study itself.
        field: What it is of the trial or the study.
        in_study: Its value in the study, as text.
        in_mlflow: Its value in MLflow, as text.
    """

    trial: int | None
    field: str
    in_study: str
    in_mlflow: str

    def __str__(self) -> str:
        subject = "the study" if self.trial is None else f"trial {self.trial}"
        return f"{subject}: {self.field}: {self.in_study} in the storage, {self.in_mlflow} in MLflow"


def differences(
    study: StudyRecord,
    runs: StudyRuns,
    details: Mapping[str, RunDetails],
    *,
    in_flight: Collection[int] = (),
    abandoned: Collection[int] = (),
) -> list[Difference]:
    """All differences: first those of trials, by number, then those of the study itself.

    Args:
        study: The study, read after MLflow was.
        runs: Its runs.
        details: By run id.
        in_flight: Trials that a search is working on, or that have just ended. Their runs may not be up to date yet.
        abandoned: Trials that were left open by a process that is gone.
    """
    trials = {trial.number: trial for trial in study.trials}
    is_front_settled = all(trials[number].state == "RUNNING" for number in in_flight if number in trials)
    result: list[Difference] = []
    for number in sorted({*trials, *runs.trials, *abandoned}):
        trial, same = trials.get(number), runs.trials.get(number, ())
        if number in abandoned:
            statuses = " and ".join(run.status for run in same) or "no run"
            result.append(Difference(number, "state", "left RUNNING by a process that is gone", statuses))
        elif number not in in_flight and not (trial is None and _is_being_removed(study, same)):
            result += _of_count(number, same, expected=trial is not None)
            if trial is not None and same:
                result += _of_trial(trial, same[0], details[same[0].run_id], study=study)
                result += _of_parent(number, same[0], runs.parents)
                result += _of_front(trial, same[0], study=study) if is_front_settled else ()
    result += _of_count(None, runs.parents, expected=True)
    if runs.parents:
        run = runs.parents[0]
        result += _of_study(study, run, details[run.run_id], in_flight=in_flight, is_front_settled=is_front_settled)
    return result


def _is_being_removed(study: StudyRecord, runs: Sequence[StoredRun]) -> bool:
    """Whether runs are of a trial that has just been cut short. The search is about to remove them."""
    return study.state == "RUNNING" and all(run.status == "RUNNING" for run in runs)


def _of_count(trial: int | None, runs: Sequence[StoredRun], *, expected: bool) -> Iterator[Difference]:
    yield from _compared(trial, "runs", int(expected), len(runs))


def _of_trial(trial: TrialRecord, run: StoredRun, details: RunDetails, *, study: StudyRecord) -> Iterator[Difference]:
    yield from _compared(trial.number, "status", child.status(trial), run.status)
    if not began_together(trial, run):
        yield from _compared(trial.number, "start", trial.started_ms, run.started_ms)
    yield from _each_compared(trial.number, "param ", child.params(trial), run.params)
    yield from _of_metrics(trial, run, details, study=study)
    tags = {name: run.tags[name] for name in _TAGS if name in run.tags}
    yield from _each_compared(trial.number, "tag ", child.description_tags(trial), tags)
    if trial.layers and trial.state != "RUNNING" and names.LAYERS_CSV not in details.files:
        yield Difference(trial.number, names.LAYERS_CSV, f"{len(trial.layers)} layers", "nothing")


def _of_metrics(trial: TrialRecord, run: StoredRun, details: RunDetails, *, study: StudyRecord) -> Iterator[Difference]:
    points = child.metrics(trial, objective=study.objective, front={})
    expected = {point.key: point.value for point in points if point.key in _METRICS}
    stored = {name: run.metrics[name] for name in _METRICS if name in run.metrics}
    yield from _each_compared(trial.number, "", expected, stored)
    for name in (names.EPOCH_ACCURACY, names.EPOCH_LOSS):
        expected_series = {f"at epoch {point.step}": (point.value,) for point in points if point.key == name}
        stored_series = {f"at epoch {step}": values for step, values in details.series[name].items()}
        yield from _each_compared(trial.number, f"{name} ", expected_series, stored_series)


def _of_parent(trial: int, run: StoredRun, parents: Sequence[StoredRun]) -> Iterator[Difference]:
    if parents and run.parent not in {parent.run_id for parent in parents}:
        yield from _compared(trial, names.PARENT_RUN_ID, parents[0].run_id, run.parent or _NOTHING)


def _of_front(trial: TrialRecord, run: StoredRun, *, study: StudyRecord) -> Iterator[Difference]:
    tag = child.front_tags(trial, on_front=trial.number in study.front)[names.PARETO_FRONT]
    yield from _compared(trial.number, f"tag {names.PARETO_FRONT}", tag, run.tags.get(names.PARETO_FRONT, _NOTHING))


def _of_study(
    study: StudyRecord, run: StoredRun, details: RunDetails, *, in_flight: Collection[int], is_front_settled: bool
) -> Iterator[Difference]:
    yield from _compared(None, "status", parent.status(study), run.status)
    yield from _compared(None, f"tag {names.STUDY_STATE}", study.state, run.tags.get(names.STUDY_STATE, _NOTHING))
    yield from _of_hypervolumes(study, details, in_flight=in_flight)
    if is_front_settled:
        yield from _compared(None, names.FRONT_CSV, list(study.front), _trials_in(details.front_csv))


def _of_hypervolumes(study: StudyRecord, details: RunDetails, *, in_flight: Collection[int]) -> Iterator[Difference]:
    """One value for each finished trial. Two values compare only if the same trials had ended by then.

    Clocks differ between machines, so a search may have logged two trials in another order than that of their times.
    """
    hypervolumes, trials = details.series[names.HYPERVOLUME], details.series[names.ENDED_TRIAL]
    stored = {int(number): hypervolumes[step] for step in sorted(hypervolumes) for number in trials.get(step, ())}
    expected = {progress.trial: progress.hypervolume for progress in study.progress}
    for number in sorted((expected.keys() ^ stored.keys()) - set(in_flight)):
        yield from _compared(None, _after(number), expected.get(number, _NOTHING), stored.get(number, _NOTHING))
    in_one_only: set[int] = set()
    for progress, number in zip(study.progress, [number for number in stored if number in expected], strict=False):
        in_one_only ^= {progress.trial} ^ {number}
        if not in_one_only:
            yield from _compared(None, _after(number), (progress.hypervolume,), stored[number])


def _after(trial: int) -> str:
    return f"{names.HYPERVOLUME} after trial {trial}"


def _trials_in(front_csv: str) -> list[int] | object:
    """The trials in the front's table."""
    if not front_csv:
        return _NOTHING
    rows = csv.DictReader(front_csv.splitlines())
    return [int(row["trial"]) for row in rows if (row.get("trial") or "").isdecimal()]


def _each_compared(
    trial: int, prefix: str, in_study: Mapping[str, Any], in_mlflow: Mapping[str, Any]
) -> Iterator[Difference]:
    for name in dict.fromkeys([*in_study, *in_mlflow]):
        yield from _compared(trial, f"{prefix}{name}", in_study.get(name, _NOTHING), in_mlflow.get(name, _NOTHING))


def _compared(trial: int | None, field: str, in_study: Any, in_mlflow: Any) -> Iterator[Difference]:
    if not _same(in_study, in_mlflow):
        yield Difference(trial, field, _text(in_study), _text(in_mlflow))


def _same(in_study: Any, in_mlflow: Any) -> bool:
    if isinstance(in_study, tuple) and isinstance(in_mlflow, tuple):
        return len(in_study) == len(in_mlflow) and all(map(_same, in_study, in_mlflow))
    if isinstance(in_study, int | float) and isinstance(in_mlflow, int | float):
        return math.isclose(in_study, in_mlflow, rel_tol=1e-9, abs_tol=1e-12)  # a database may round
    return in_study == in_mlflow


def _text(value: Any) -> str:
    if value is _NOTHING:
        return "nothing"
    if isinstance(value, tuple):
        return " and ".join(map(_text, value))
    if isinstance(value, int | float):
        return f"{value:.15g}"
    return shortened(redacted(one_line(str(value))), length=_TEXT_LENGTH) or "nothing"
