"""A comparison of studies in MLflow: a run of its own that says in a line a study what came of it, and shows it."""

from collections.abc import Sequence
from typing import Any

from mlflow_runs import names, safe_text
from mlflow_runs.records import TrialRecord
from mlflow_runs.runs import batch
from mlflow_runs.runs.description import amount, image, percent
from mlflow_runs.stored import run_index, store
from mlflow_runs.stored.read_back import MirroredStudy

HYPERVOLUME_SETTINGS = ("space", "dataset", "image_size", "max_flops", "min_flops", "objective")
"""What decides on the rectangle of which a hypervolume is a share."""

ACCURACY_SETTINGS = ("dataset", "recipe", "epochs", "train_limit")
"""What decides on what an accuracy is worth."""

_HYPERVOLUMES = "Hypervolumes compare where space, cap and data set agree"
_ACCURACIES = "Accuracies compare where data set and training agree"
_NAME_LENGTH = 80
_VALUE_LENGTH = 40
_RUN_NAME_LENGTH = 200


def run_name(studies: Sequence[MirroredStudy]) -> str:
    """`compare A, B`."""
    told = ", ".join(safe_text.one_line(study.name) for study in studies)
    return safe_text.shortened(f"compare {told}", length=_RUN_NAME_LENGTH)


def caption(studies: Sequence[MirroredStudy]) -> str:
    """What a reader has to know to compare."""
    found = warnings(studies)
    return " ".join(found if any(_HYPERVOLUMES in sentence for sentence in found) else [f"{_HYPERVOLUMES}.", *found])


def warnings(studies: Sequence[MirroredStudy]) -> list[str]:
    """A sentence for each thing that does not compare, with what differs; none where all does."""
    found = {
        _HYPERVOLUMES: _differences(studies, HYPERVOLUME_SETTINGS),
        _ACCURACIES: _differences(studies, ACCURACY_SETTINGS),
    }
    return [f"{sentence}; here {'; '.join(differences)}." for sentence, differences in found.items() if differences]


def _differences(studies: Sequence[MirroredStudy], settings: Sequence[str]) -> list[str]:
    """A setting that one of the studies does not tell, as an older one may not, is not known to differ."""
    found = []
    for setting in settings:
        values = [study.settings.get(setting) for study in studies]
        different = list(dict.fromkeys(_number_or_text(value) for value in values if value is not None))
        if None not in values and len(different) > 1:
            told = [_told(value) for value in different]
            found.append(f"{setting} is {', '.join(told[:-1])} or {told[-1]}")
    return found


def _number_or_text(value: str) -> float | str:
    """`25000000` and `25000000.0` are one value."""
    try:
        return float(value)
    except ValueError:
        return value


def _told(value: float | str) -> str:
    """A setting as a person reads it, and no shorter than tells it from another: `25,000,000`."""
    if isinstance(value, float):
        return f"{value:,.15g}"
    return safe_text.shortened(safe_text.one_line(value), length=_VALUE_LENGTH)


def network(trial: TrialRecord | None) -> str:
    """`81.25 % at 12.5 MFLOPs`, or at milliseconds where the study minimises them."""
    if trial is None:
        return "-"
    cost = amount(trial.flops, unit="FLOPs") if trial.latency_ms is None else f"{trial.latency_ms:.3f} ms"
    return f"{percent(trial.accuracy)} at {cost}"


def describe(studies: Sequence[MirroredStudy], *, run: str) -> str:
    """The run's description, in Markdown: a line a study, what does not compare, the picture.

    Args:
        studies: The studies.
        run: The run's id, which holds the picture.
    """
    lines = "\n".join(f"- {_line(study)}" for study in studies)
    alt = "Fronts, and hypervolumes over trials"
    warned = [safe_text.markdown(sentence) for sentence in warnings(studies)]
    return "\n\n".join([lines, *warned, image(run, artifact=names.COMPARISON_PNG, alt=alt)])


def _line(study: MirroredStudy) -> str:
    name = safe_text.markdown(safe_text.shortened(study.name, length=_NAME_LENGTH))
    if not study.front:
        return f"**{name}**: no network on the front yet."
    reached = "unknown" if study.hypervolume is None else f"{study.hypervolume:.4f}"
    best = network(study.front[-1])
    return f"**{name}**: best {best}; {len(study.front)} on the front; hypervolume {reached} ({study.trials} trials)."


def log(client: Any, studies: Sequence[MirroredStudy], *, png: bytes, html: str) -> str:
    """Writes the comparison, then deletes earlier ones of the same studies.

    Args:
        client: An `MlflowClient`.
        studies: Studies of one experiment, which is where the run is made.
        png, html: The pictures.
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
    for earlier in list(run_index.runs(client, experiment, f"tags.`{names.COMPARISON_KEY}` = '{key}'")):
        if earlier.info.run_id != run:
            client.delete_run(earlier.info.run_id)
    return run
