"""Where a study and what MLflow holds of it differ, trial by trial and field by field. No MLflow here."""

import csv
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlflow_runs import names
from mlflow_runs.records import StudyRecord, TrialRecord
from mlflow_runs.runs import child, parent
from mlflow_runs.safe_text import one_line, redacted, shortened
from mlflow_runs.stored.snapshot import RunSnapshot

PARAM = "param "
"""What the fields of params begin with."""

_TEXT_LENGTH = 80
_MS_BETWEEN_TIME_ZONES = 15 * 60 * 1000  # Optuna stores times without one
_METRICS = (
    *(names.ACCURACY, names.FLOPS, names.LOG10_FLOPS, names.MACS, names.PARAMS, names.PEAK_ACTIVATION_BYTES),
    *(names.LATENCY_MS, names.SECONDS),
)
_TAGS = names.TRIAL_STATE, names.TRIAL_REASON, names.ARCHITECTURE_KEY, names.ARCHITECTURE_WORDS
_NOTHING = object()


@dataclass(frozen=True)
class Difference:
    """One field that is not the same in both.

    Attributes:
        trial: The trial's number; None for the study itself.
        field: What it is of the trial or the study.
        stored: Its value in the study, as text.
        held: Its value in MLflow, as text.
    """

    trial: int | None
    field: str
    stored: str
    held: str

    def __str__(self) -> str:
        where = "the study" if self.trial is None else f"trial {self.trial}"
        return f"{where}: {self.field}: {self.stored} in the storage, {self.held} in MLflow"


@dataclass(frozen=True)
class Ours:
    """Runs of one study, told from those of an older one of its name.

    Attributes:
        studies: The study's own, which should be one.
        trials: By trial's number, which should be one each.
    """

    studies: Sequence[RunSnapshot]
    trials: Mapping[int, Sequence[RunSnapshot]]

    @property
    def count(self) -> int:
        """How many runs of trials there are."""
        return sum(map(len, self.trials.values()))


def ours(study: StudyRecord, held: Sequence[RunSnapshot]) -> Ours:
    """Those runs that are of this study, or claim to be.

    What stands below the run of an older study of that name is left out: no trial of this one began when those did.
    """
    began = {trial.number: trial.started_ms for trial in study.trials}
    below: dict[str, list[RunSnapshot]] = {}
    for run in held:
        if run.trial is not None:
            below.setdefault(run.parent, []).append(run)
    older = {above for above, runs in below.items() if _are_anothers(runs, began)}
    trials: dict[int, list[RunSnapshot]] = {}
    for run in (run for above, runs in below.items() if above not in older for run in runs):
        trials.setdefault(run.trial, []).append(run)
    return Ours([run for run in held if run.trial is None and run.run_id not in older], trials)


def _are_anothers(runs: Sequence[RunSnapshot], began: Mapping[int | None, int]) -> bool:
    """Whether none is of a trial that began when it did; one that still runs may be of a trial that was cut short."""
    telling = [run for run in runs if run.trial in began or run.status != "RUNNING"]
    return bool(telling) and not any(_began_then(run, began) for run in telling)


def _began_then(run: RunSnapshot, began: Mapping[int | None, int]) -> bool:
    return run.trial in began and (began[run.trial] - run.started_ms) % _MS_BETWEEN_TIME_ZONES == 0


def differences(
    study: StudyRecord, found: Ours, *, in_flight: Collection[int] = (), orphans: Collection[int] = ()
) -> list[Difference]:
    """All of them, trials first, by number.

    Args:
        study: The study, read after MLflow was.
        found: Its runs.
        in_flight: Trials that a search is at work on, or that have just ended: their runs may lag, or lead.
        orphans: Trials that were left open by a process that is gone.
    """
    trials = {trial.number: trial for trial in study.trials}
    settled = not any(trial.state != "RUNNING" for trial in study.trials if trial.number in in_flight)
    result = []
    for number in sorted({*trials, *found.trials, *orphans}):
        runs = found.trials.get(number, ())
        if number in orphans:
            statuses = " and ".join(run.status for run in runs) or "no run"
            result.append(Difference(number, "state", "left RUNNING by a process that is gone", statuses))
        elif number not in in_flight and not _is_leaving(study, number, runs):
            result += _of_trial(study, trials.get(number), number, runs, found=found, settled=settled)
    return [*result, *_of_study(study, found, in_flight=in_flight, settled=settled)]


def _is_leaving(study: StudyRecord, number: int, runs: Sequence[RunSnapshot]) -> bool:
    """Whether a trial has just been cut short, and the search is about to take its run away."""
    known = any(trial.number == number for trial in study.trials)
    return study.state == "RUNNING" and not known and all(run.status == "RUNNING" for run in runs)


def _of_trial(
    study: StudyRecord,
    trial: TrialRecord | None,
    number: int,
    runs: Sequence[RunSnapshot],
    *,
    found: Ours,
    settled: bool,
) -> Iterable[Difference]:
    expected = 0 if trial is None else 1
    if len(runs) != expected:
        yield Difference(number, "runs", str(expected), str(len(runs)))
    if trial is None or not runs:
        return
    run = runs[0]
    yield from _compared(number, "status", child.status(trial), run.status)
    if not _began_then(run, {number: trial.started_ms}):
        yield from _compared(number, "start", trial.started_ms, run.started_ms)
    if found.studies and run.parent not in {above.run_id for above in found.studies}:
        yield from _compared(number, names.PARENT_RUN_ID, found.studies[0].run_id, run.parent or _NOTHING)
    yield from _mappings(number, PARAM, child.params(trial), run.params)
    yield from _metrics(trial, run)
    tags = {name: run.tags[name] for name in _TAGS if name in run.tags}
    yield from _mappings(number, "tag ", child.description_tags(trial), tags)
    if settled:
        front = child.front_tags(trial, on_front=number in study.front)[names.PARETO_FRONT]
        yield from _compared(number, f"tag {names.PARETO_FRONT}", front, run.tags.get(names.PARETO_FRONT, _NOTHING))
    if trial.layers and trial.state != "RUNNING" and names.LAYERS_CSV not in run.files:
        yield Difference(number, names.LAYERS_CSV, f"{len(trial.layers)} layers", "nothing")


def _metrics(trial: TrialRecord, run: RunSnapshot) -> Iterable[Difference]:
    points = child.metrics(trial, front={})
    single = {point.key: point.value for point in points if point.key in _METRICS}
    held = {name: run.metrics[name] for name in _METRICS if name in run.metrics}
    yield from _mappings(trial.number, "", single, held)
    for name in (names.EPOCH_ACCURACY, names.EPOCH_LOSS):
        expected = {point.step: (point.value,) for point in points if point.key == name}
        epochs = {f"at epoch {step}": values for step, values in expected.items()}
        found = {f"at epoch {step}": values for step, values in run.series[name].items()}
        yield from _mappings(trial.number, f"{name} ", epochs, found)


def _of_study(study: StudyRecord, found: Ours, *, in_flight: Collection[int], settled: bool) -> Iterable[Difference]:
    if len(found.studies) != 1:
        yield Difference(None, "runs", "1", str(len(found.studies)))
    if not found.studies:
        return
    run = found.studies[0]
    yield from _compared(None, "status", parent.status(study), run.status)
    yield from _compared(None, f"tag {names.STUDY_STATE}", study.state, run.tags.get(names.STUDY_STATE, _NOTHING))
    yield from _hypervolumes(study, run, in_flight=in_flight)
    if settled:
        yield from _compared(None, names.FRONT_CSV, list(study.front), _listed(run.front_csv))


def _hypervolumes(study: StudyRecord, run: RunSnapshot, *, in_flight: Collection[int]) -> Iterable[Difference]:
    """One for each finished trial; its value where both count the same trials as finished by then.

    Clocks differ between machines, so a search may have told two ends in another order than their times have.
    """
    held, places = run.series[names.HYPERVOLUME], run.series[names.FINISHED_BY_THEN]
    stored = {step.trial: step.hypervolume for step in study.progress}
    for number in sorted((stored.keys() ^ held.keys()) - set(in_flight)):
        yield from _compared(None, _after(number), stored.get(number, _NOTHING), held.get(number, _NOTHING))
    in_one_only: set[int] = set()
    told = sorted((step for step in held if step in stored), key=lambda step: (places.get(step, (math.inf,)), step))
    for step, number in zip(study.progress, told, strict=False):
        in_one_only ^= {step.trial} ^ {number}
        if not in_one_only:
            yield from _compared(None, _after(number), (step.hypervolume,), held[number])


def _after(number: int) -> str:
    return f"{names.HYPERVOLUME} after trial {number}"


def _listed(text: str) -> list[int] | object:
    """The trials that the front's table lists."""
    if not text:
        return _NOTHING
    rows = csv.DictReader(text.splitlines())
    return [int(row["trial"]) for row in rows if (row.get("trial") or "").isdecimal()]


def _mappings(trial: int, prefix: str, stored: Mapping[str, Any], held: Mapping[str, Any]) -> Iterable[Difference]:
    for name in dict.fromkeys([*stored, *held]):
        yield from _compared(trial, f"{prefix}{name}", stored.get(name, _NOTHING), held.get(name, _NOTHING))


def _compared(trial: int | None, field: str, stored: Any, held: Any) -> Iterable[Difference]:
    if not _same(stored, held):
        yield Difference(trial, field, _words(stored), _words(held))


def _same(stored: Any, held: Any) -> bool:
    if isinstance(stored, tuple) and isinstance(held, tuple):
        return len(stored) == len(held) and all(map(_same, stored, held))
    if isinstance(stored, int | float) and isinstance(held, int | float):
        return math.isclose(stored, held, rel_tol=1e-9, abs_tol=1e-12)  # a database may round
    return stored == held


def _words(value: Any) -> str:
    if value is _NOTHING:
        return "nothing"
    if isinstance(value, tuple):
        return " and ".join(map(_words, value))
    if isinstance(value, int | float):
        return f"{value:.15g}"
    return shortened(redacted(one_line(str(value))), length=_TEXT_LENGTH) or "nothing"
