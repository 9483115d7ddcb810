"""Writes an overlay of studies: a run of its own with the result of each study in a line, and the figure."""

from collections.abc import Sequence
from typing import Any

from mlflow_runs import names, safe_text
from mlflow_runs.objectives import Objective
from mlflow_runs.quantities import percent
from mlflow_runs.records import TrialRecord
from mlflow_runs.runs import batch
from mlflow_runs.runs.markdown import image
from mlflow_runs.stored import store
from mlflow_runs.stored.earlier_runs import delete_earlier
from mlflow_runs.stored.read_back import MirroredStudy

HYPERVOLUME_SETTINGS = (
    *("space", "dataset", "image_size", "color_mode", "objective"),
    *("max_flops", "min_flops", "max_params", "max_ram", "max_flash"),
)
"""Settings that decide the rectangle of which a hypervolume is a share."""

ACCURACY_SETTINGS = ("dataset", "color_mode", "recipe", "mirror", "epochs", "train_limit")
"""Settings that decide what an accuracy means."""

_HYPERVOLUMES = "Hypervolumes compare where space, cap and data set agree"
_ACCURACIES = "Accuracies compare where data set and training agree"
_NAME_LENGTH = 80
_VALUE_LENGTH = 40
_RUN_NAME_LENGTH = 200


def run_name(studies: Sequence[MirroredStudy]) -> str:
    """`compare A, B`."""
    listed = ", ".join(safe_text.one_line(study.name) for study in studies)
    return safe_text.shortened(f"compare {listed}", length=_RUN_NAME_LENGTH)


def caption(studies: Sequence[MirroredStudy]) -> str:
    """What a reader has to know to compare the studies."""
    sentences = warnings(studies)
    if not any(_HYPERVOLUMES in sentence for sentence in sentences):
        sentences = [f"{_HYPERVOLUMES}.", *sentences]
    return " ".join(sentences)


def warnings(studies: Sequence[MirroredStudy]) -> list[str]:
    """A sentence for each result that can't be compared, with the settings that differ."""
    differences = {
        _HYPERVOLUMES: _differences(studies, HYPERVOLUME_SETTINGS),
        _ACCURACIES: _differences(studies, ACCURACY_SETTINGS),
    }
    return [f"{sentence}; here {'; '.join(parts)}." for sentence, parts in differences.items() if parts]


def _differences(studies: Sequence[MirroredStudy], settings: Sequence[str]) -> list[str]:
    """A setting counts only if all studies have it. Older studies may lack one."""
    parts = []
    for setting in settings:
        values = [study.settings.get(setting) for study in studies]
        different = list(dict.fromkeys(_number_or_text(value) for value in values if value is not None))
        if None not in values and len(different) > 1:
            texts = [_text(value) for value in different]
            parts.append(f"{setting} is {', '.join(texts[:-1])} or {texts[-1]}")
    return parts


def _number_or_text(value: str) -> float | str:
    """`25000000` and `25000000.0` are one value."""
    try:
        return float(value)
    except ValueError:
        return value


def _text(value: float | str) -> str:
    """A setting for a person, with all digits of a number: `25,000,000`."""
    if isinstance(value, float):
        return f"{value:,.15g}"
    return safe_text.shortened(safe_text.one_line(value), length=_VALUE_LENGTH)


def network(trial: TrialRecord, objective: Objective) -> str:
    """`81.25 % at 12.5 MFLOPs`, or at the cost of another objective."""
    return f"{percent(trial.accuracy)} at {objective.text(trial.cost)}"


def describe(studies: Sequence[MirroredStudy], *, run: str) -> str:
    """The run's description in Markdown: a line a study, the warnings, the picture.

    Args:
        studies: The studies.
        run: The run's id, which holds the picture.
    """
    lines = "\n".join(f"- {_line(study)}" for study in studies)
    alt = "Fronts, and hypervolumes over trials"
    escaped = [safe_text.markdown(sentence) for sentence in warnings(studies)]
    return "\n\n".join([lines, *escaped, image(run, artifact=names.COMPARISON_PNG, alt=alt)])


def _line(study: MirroredStudy) -> str:
    name = safe_text.markdown(safe_text.shortened(study.name, length=_NAME_LENGTH))
    if not study.front:
        return f"**{name}**: no network on the front yet."
    hypervolume = "unknown" if study.hypervolume is None else f"{study.hypervolume:.4f}"
    best = network(study.front[-1], study.objective)
    return (
        f"**{name}**: best {best}; {len(study.front)} on the front; hypervolume {hypervolume} ({study.trials} trials)."
    )


def log_overlay(client: Any, studies: Sequence[MirroredStudy], *, png: bytes, html: str) -> str:
    """Writes the overlay, then deletes earlier ones of the same studies.

    Args:
        client: An `MlflowClient`.
        studies: Studies of one experiment, in which the run is made.
        png, html: The figure.
    Returns:
        The run's id.
    """
    experiment, key = studies[0].experiment_id, ",".join(sorted(study.key for study in studies))
    tags = {names.RUN_NAME: run_name(studies), names.COMPARISON_KEY: key}
    run = client.create_run(experiment, tags={**store.context_tags(), **tags}).info.run_id
    batch.log_bytes(client, run, png, artifact=names.COMPARISON_PNG)
    client.log_text(run, html, names.COMPARISON_HTML)
    batch.log(client, run, tags={names.NOTE: describe(studies, run=run)})
    client.set_terminated(run)
    delete_earlier(client, key, experiment=experiment, run=run)
    return run
