"""The parent run's description: the result in a line, the picture, the front as a table. In Markdown."""

from collections import Counter
from collections.abc import Mapping
from urllib.parse import quote

from mlflow_runs import names
from mlflow_runs.records import StudyRecord, TrialRecord
from mlflow_runs.safe_text import markdown, shortened

_HEADER = "| Trial | Accuracy | FLOPs | Parameters | Architecture |\n|--:|--:|--:|--:|---|"
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


def describe(study: StudyRecord, *, parent: str, experiment: str, runs: Mapping[int, str], picture: bool) -> str:
    """The description, cut between two rows where MLflow's limit for a tag would be passed.

    Args:
        study: The study.
        parent: The parent run's id, which holds the picture.
        experiment: The experiment's id.
        runs: Run ids by trial number.
        picture: Whether the picture has been logged.
    """
    members = _members(study)
    if not members:
        return f"No network on the front yet. {_counts(study)}"
    parts = [_headline(study, members)]
    if picture:
        parts.append(image(parent, artifact=names.FRONT_PNG, alt="The front: validation accuracy over FLOPs"))
    parts += [_counts(study), _HEADER]
    text = "\n\n".join(parts)
    rows = [_row(trial, experiment=experiment, run=runs.get(trial.number)) for trial in reversed(members)]
    return _with_rows(text, rows)


def _members(study: StudyRecord) -> list[TrialRecord]:
    trials = {trial.number: trial for trial in study.trials}
    return [trials[number] for number in study.front if number in trials]


def _headline(study: StudyRecord, members: list[TrialRecord]) -> str:
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


def image(run: str, *, artifact: str, alt: str) -> str:
    """A run's artifact as a picture in a description."""
    return f"![{alt}](get-artifact?path={quote(artifact, safe='')}&run_uuid={run})"


def _row(trial: TrialRecord, *, experiment: str, run: str | None) -> str:
    page = f"#/experiments/{experiment}/runs/{run}?workflowType=machine_learning"
    link = f"[{trial.number}]({page})" if run else str(trial.number)
    words = markdown(shortened(trial.words, length=_WORDS_LENGTH))
    cells = link, percent(trial.accuracy), amount(trial.flops), amount(trial.params_count), words
    return "| " + " | ".join(cells) + " |"


def _with_rows(text: str, rows: list[str]) -> str:
    room = names.TAG_LENGTH - len(text) - 100  # the last line needs less
    for place, row in enumerate(rows):
        room -= len(row) + 1
        if room < 0:
            return f"{text}\n\n{len(rows) - place} more are in `{names.FRONT_CSV}`."
        text += "\n" + row
    return text
