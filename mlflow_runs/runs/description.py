"""The parent run's description: the result in a line, the picture, the front as a table. In Markdown."""

from collections import Counter
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from mlflow_runs import names
from mlflow_runs.records import StudyRecord, TrialRecord
from mlflow_runs.runs.importance import ChoiceImportance
from mlflow_runs.safe_text import markdown, shortened

_COLUMNS = "Trial", "Accuracy", "FLOPs", "Parameters", "Architecture"
_NAME_LENGTH = 60
_WORDS_LENGTH = 90  # characters of an architecture in the table


def amount(number: float | None, *, unit: str = "") -> str:
    """`12.5 M`, `1.53 G`, `870 k`: three digits and a suffix; a dash for what is unknown."""
    if number is None:
        return "-"
    for size, suffix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size * 0.9995:
            return f"{_three_digits(number / size)} {suffix}{unit}"
    return f"{_three_digits(number)} {unit}".rstrip()


def _three_digits(number: float) -> str:
    decimals = 0 if number >= 99.95 or number == int(number) else 1 if number >= 9.995 else 2
    return f"{number:.{decimals}f}"


def percent(accuracy: float | None) -> str:
    """`81.25 %` for 0.8125."""
    return "-" if accuracy is None else f"{100 * accuracy:.2f} %"


def describe(
    study: StudyRecord,
    *,
    parent: str,
    experiment: str,
    runs: Mapping[int, str],
    picture: bool,
    telling: Sequence[ChoiceImportance] = (),
) -> str:
    """The description, cut between two rows where MLflow's limit for a tag would be passed.

    Args:
        study: The study.
        parent: The parent run's id, which holds the picture.
        experiment: The experiment's id.
        runs: Run ids by trial number.
        picture: Whether the picture has been logged.
        telling: The choices that matter most.
    """
    members = _members(study)
    if not members:
        return f"No network on the front yet. {_counts(study)}"
    parts = [headline(study)]
    if picture:
        parts.append(image(parent, artifact=names.FRONT_PNG, alt="The front: validation accuracy over FLOPs"))
    parts += [_counts(study), *_what_matters(telling), table_head(_COLUMNS)]
    text = "\n\n".join(parts)
    rows = [_row(trial, experiment=experiment, run=runs.get(trial.number)) for trial in reversed(members)]
    return with_rows(text, rows, file=names.FRONT_CSV)


def _members(study: StudyRecord) -> list[TrialRecord]:
    trials = {trial.number: trial for trial in study.trials}
    return [trials[number] for number in study.front if number in trials]


def headline(study: StudyRecord) -> str:
    """The result in a line: the front's most accurate network, its knee and its cheapest; empty without a front."""
    members = _members(study)
    if not members:
        return ""
    knee = next((trial for trial in members if trial.number == study.knee), None)
    picks = {"Best": members[-1], "knee": knee, "cheapest": members[0]}
    said = [
        f"{name} **{percent(trial.accuracy)}** at {amount(trial.flops, unit='FLOPs')}"
        for name, trial in picks.items()
        if trial
    ]
    return "; ".join(said) + "."


def _counts(study: StudyRecord) -> str:
    counts = Counter(trial.state for trial in study.trials)
    words = {"COMPLETE": "complete", "PRUNED": "stopped at a rung", "FAIL": "failed", "RUNNING": "running"}
    parts = [f"{counts[state]} {word}" for state, word in words.items() if counts[state]]
    return f"{len(study.trials)} trials: {', '.join(parts)}." if parts else "No trials yet."


def _what_matters(telling: Sequence[ChoiceImportance]) -> list[str]:
    """The names in full, which MLflow's parallel coordinates shorten."""
    said = [
        f"{markdown(shortened(choice.name, length=_NAME_LENGTH))} ({choice.accuracy:.0%}, {choice.cost:.0%})"
        for choice in telling
    ]
    told = "Choices that matter most (share that each explains of the differences in accuracy, and in cost): "
    return [f"{told}{', '.join(said)}."] if said else []


def image(run: str, *, artifact: str, alt: str) -> str:
    """A run's artifact as a picture in a description."""
    return f"![{alt}](get-artifact?path={quote(artifact, safe='')}&run_uuid={run})"


def _row(trial: TrialRecord, *, experiment: str, run: str | None) -> str:
    page = f"#/experiments/{experiment}/runs/{run}?workflowType=machine_learning"
    link = f"[{trial.number}]({page})" if run else str(trial.number)
    words = markdown(shortened(trial.words, length=_WORDS_LENGTH))
    cells = link, percent(trial.accuracy), amount(trial.flops), amount(trial.params_count), words
    return table_row(cells)


def table_head(titles: Sequence[str]) -> str:
    """The two lines a table begins with."""
    return f"{table_row(titles)}\n|{'---|' * len(titles)}"


def table_row(cells: Sequence[str]) -> str:
    """A row of a table. MLflow's page leaves no room between columns, so a cell ends with a blank that stays."""
    return "| " + "&ensp; | ".join(cells) + " |"


def with_rows(text: str, rows: list[str], *, file: str) -> str:
    """`text`, which ends in a table's head, and as many of its rows as MLflow's limit for a tag has room for.

    Args:
        text: Markdown.
        rows: The table's rows.
        file: The artifact that holds all of them; named where some had to go.
    """
    room = names.TAG_LENGTH - len(text) - 100  # the last line needs less
    for place, row in enumerate(rows):
        room -= len(row) + 1
        if room < 0:
            return f"{text}\n\n{len(rows) - place} more are in `{file}`."
        text += "\n" + row
    return text
