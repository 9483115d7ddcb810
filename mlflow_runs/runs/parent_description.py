"""The parent run's description in Markdown: the result in a line, the picture, the front as a table."""

from collections import Counter
from collections.abc import Mapping, Sequence

from mlflow_runs import names
from mlflow_runs.quantities import amount, counted, memory, percent
from mlflow_runs.records import StudyRecord, TrialRecord
from mlflow_runs.runs.importance import ChoiceImportance, finished_trials
from mlflow_runs.runs.markdown import image, table_head, table_row, with_rows
from mlflow_runs.safe_text import markdown, shortened

_COLUMNS = "Trial", "Accuracy", "FLOPs", "Parameters", "RAM", "Flash", "Architecture"
_STATES = {
    "COMPLETE": "complete",
    "PRUNED": "stopped at a rung",
    "FAIL": "failed",
    "INTERRUPTED": "interrupted",
    "RUNNING": "running",
}
NO_KNEE = "No network is clearly better than chance, so there is no knee."
_NAME_LENGTH = 60
_MOST_CONFOUNDED = 3
_WORDS_LENGTH = 90  # characters of an architecture in the table


def describe(
    study: StudyRecord,
    *,
    parent: str,
    experiment: str,
    runs: Mapping[int, str],
    picture: bool,
    importances: Sequence[ChoiceImportance] = (),
) -> str:
    """The description. It ends after the last row that fits into MLflow's limit for a tag.

    Args:
        study: The study.
        parent: The parent run's id, which holds the picture.
        experiment: The experiment's id.
        runs: Run ids by trial number.
        picture: Whether the picture has been logged.
        importances: The choices that matter most.
    """
    members = study.front_trials()
    if not members:
        return "\n\n".join([f"No network on the front yet. {_counts(study)}", *_known(study)])
    parts = [headline(study)]
    if picture:
        parts.append(image(parent, artifact=names.FRONT_PNG, alt="The front: validation accuracy over cost"))
    parts += [_counts(study), *_known(study), *_importances(study, importances), table_head(_COLUMNS)]
    rows = [_row(trial, experiment=experiment, run=runs.get(trial.number)) for trial in reversed(members)]
    return with_rows("\n\n".join(parts), rows, file=names.FRONT_CSV)


def headline(study: StudyRecord) -> str:
    """The result in a line: the front's most accurate network, its knee and its cheapest; empty without a front."""
    members = study.front_trials()
    if not members:
        return ""
    knee = next((trial for trial in members if trial.number == study.knee), None)
    picks = {"Best": members[-1], "knee": knee, "cheapest": members[0]}
    parts = [f"{name} {_result(trial)}" for name, trial in picks.items() if trial]
    return "; ".join(parts) + "." + ("" if knee else f" {NO_KNEE}")


def _result(trial: TrialRecord) -> str:
    """`**81.25 %** at 12.5 MFLOPs`; below the top rung `**40.00 %** after 3 epochs at 12.5 MFLOPs`."""
    rung = f" after {counted(trial.rung, 'epoch')}" if trial.accuracy is None else ""
    return f"**{percent(trial.accuracy_at_rung)}**{rung} at {amount(trial.flops, unit='FLOPs')}"


def _known(study: StudyRecord) -> list[str]:
    """What has become of the known networks."""
    trained = [trial for trial in study.trials if trial.known and (trial.accuracy is not None or trial.rungs)]
    known = {trial.known: trial for trial in sorted(trained, key=lambda trial: trial.rung)}  # a resumed one is another
    results = "; ".join(f"{_name(trial)} {_result(trial)}" for trial in sorted(known.values(), key=_number))
    return [f"Known networks: {results}."] if known else []


def _number(trial: TrialRecord) -> int:
    return trial.number


def _name(trial: TrialRecord) -> str:
    return markdown(shortened(trial.known, length=_NAME_LENGTH))


def _counts(study: StudyRecord) -> str:
    counts = Counter(trial.state for trial in study.trials)
    parts = [f"{counts[state]} {words}" for state, words in _STATES.items() if counts[state]]
    hypervolume = f" Hypervolume {study.progress[-1].hypervolume:.4f}." if study.progress else ""
    return f"{counted(len(study.trials), 'trial')}: {', '.join(parts)}.{hypervolume}" if parts else "No trials yet."


def _importances(study: StudyRecord, importances: Sequence[ChoiceImportance]) -> list[str]:
    """Names in full, because MLflow's parallel coordinates shorten them."""
    if not importances:
        trials = counted(len(finished_trials(study)), "finished trial")
        return [f"{trials} can't tell which choices matter: none explains more than chance does."]
    trials = counted(importances[0].trials, "finished trial")
    choices = ", ".join(map(_importance, importances))
    return [f"Choices that matter most, from {trials} (what each explains beyond chance): {choices}."]


def _importance(choice: ChoiceImportance) -> str:
    shares = {"accuracy": choice.accuracy, "cost": choice.cost}
    parts = [f"{share:.0%} of {name}" for name, share in shares.items() if share is not None]
    others = [markdown(shortened(name, length=_NAME_LENGTH)) for name in choice.confounded]
    if len(others) > _MOST_CONFOUNDED:
        others[_MOST_CONFOUNDED:] = [f"{len(others) - _MOST_CONFOUNDED} more"]
    together = f" with {' and '.join(others)}, which changed together" if others else ""
    return f"{markdown(shortened(choice.name, length=_NAME_LENGTH))}{together} ({' and '.join(parts)})"


def _row(trial: TrialRecord, *, experiment: str, run: str | None) -> str:
    page = f"#/experiments/{experiment}/runs/{run}?workflowType=machine_learning"
    link = f"[{trial.number}]({page})" if run else str(trial.number)
    words = markdown(shortened(trial.words, length=_WORDS_LENGTH))
    words = f"**{_name(trial)}**: {words}" if trial.known else words
    counts, sizes = (trial.flops, trial.params_count), (trial.ram_bytes, trial.flash_bytes)
    return table_row([link, percent(trial.accuracy), *map(amount, counts), *map(memory, sizes), words])
