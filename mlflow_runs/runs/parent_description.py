"""The parent run's description in Markdown: the result in a line, the picture, the front as a table."""

from collections import Counter
from collections.abc import Mapping, Sequence

from mlflow_runs import names
from mlflow_runs.quantities import amount, percent
from mlflow_runs.records import StudyRecord, TrialRecord
from mlflow_runs.runs.importance import ChoiceImportance
from mlflow_runs.runs.markdown import image, table_head, table_row, with_rows
from mlflow_runs.safe_text import markdown, shortened

_COLUMNS = "Trial", "Accuracy", "FLOPs", "Parameters", "Architecture"
_STATES = {"COMPLETE": "complete", "PRUNED": "stopped at a rung", "FAIL": "failed", "RUNNING": "running"}
_NAME_LENGTH = 60
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
        return f"No network on the front yet. {_counts(study)}"
    parts = [headline(study)]
    if picture:
        parts.append(image(parent, artifact=names.FRONT_PNG, alt="The front: validation accuracy over FLOPs"))
    parts += [_counts(study), *_importances(importances), table_head(_COLUMNS)]
    rows = [_row(trial, experiment=experiment, run=runs.get(trial.number)) for trial in reversed(members)]
    return with_rows("\n\n".join(parts), rows, file=names.FRONT_CSV)


def headline(study: StudyRecord) -> str:
    """The result in a line: the front's most accurate network, its knee and its cheapest; empty without a front."""
    members = study.front_trials()
    if not members:
        return ""
    knee = next((trial for trial in members if trial.number == study.knee), None)
    picks = {"Best": members[-1], "knee": knee, "cheapest": members[0]}
    parts = [
        f"{name} **{percent(trial.accuracy)}** at {amount(trial.flops, unit='FLOPs')}"
        for name, trial in picks.items()
        if trial
    ]
    return "; ".join(parts) + "."


def _counts(study: StudyRecord) -> str:
    counts = Counter(trial.state for trial in study.trials)
    parts = [f"{counts[state]} {words}" for state, words in _STATES.items() if counts[state]]
    return f"{len(study.trials)} trials: {', '.join(parts)}." if parts else "No trials yet."


def _importances(importances: Sequence[ChoiceImportance]) -> list[str]:
    """Names in full, because MLflow's parallel coordinates shorten them."""
    if not importances:
        return []
    choices = [
        f"{markdown(shortened(choice.name, length=_NAME_LENGTH))} ({choice.accuracy:.0%}, {choice.cost:.0%})"
        for choice in importances
    ]
    explained = "how much each explains of the differences in accuracy, and in cost"
    return [f"Choices that matter most ({explained}): {', '.join(choices)}."]


def _row(trial: TrialRecord, *, experiment: str, run: str | None) -> str:
    page = f"#/experiments/{experiment}/runs/{run}?workflowType=machine_learning"
    link = f"[{trial.number}]({page})" if run else str(trial.number)
    words = markdown(shortened(trial.words, length=_WORDS_LENGTH))
    return table_row([link, percent(trial.accuracy), amount(trial.flops), amount(trial.params_count), words])
