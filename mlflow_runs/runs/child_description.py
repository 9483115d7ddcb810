"""A child run's description: the result in a line, its epochs beside the front's, its layers. In Markdown."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mlflow_runs import names
from mlflow_runs.records import Epoch, TrialRecord
from mlflow_runs.runs.description import amount, percent, table_head, table_row, with_rows
from mlflow_runs.safe_text import markdown, redacted, shortened

_TEXT_LENGTH = 200  # characters of words or of a reason; escaped, they may become seven times as many
_CELL_LENGTH = 60
_MOST_EPOCHS = 40  # rows of a table; of more an even choice is shown, the last among them
_LAYER_COLUMNS = {
    "name": "Layer",
    "kind": "Kind",
    "output_shape": "Output",
    "multiply_adds": "Multiply-adds",
    "parameters": "Parameters",
}
_EPOCH_COLUMNS = "Epoch", "This network", "The front's", "Difference"
_EPOCHS_NOTE = (
    "Validation accuracy. The front's: the best at that epoch among the networks of the front "
    "that cost no more than this one, as the study stood when this trial ended."
)


def describe(trial: TrialRecord, *, front: Mapping[int, float]) -> str:
    """The description, cut between two rows where MLflow's limit for a tag would be passed.

    Args:
        trial: The trial.
        front: The front's accuracy by epoch, as `rivals.front_accuracies` gives it.
    """
    parts = [_result(trial)]
    if trial.words:
        parts.append(markdown(shortened(redacted(trial.words), length=_TEXT_LENGTH)))
    if trial.epochs and trial.state != "RUNNING":
        parts += ["\n".join([table_head(_EPOCH_COLUMNS), *_epoch_rows(trial.epochs, front)]), _EPOCHS_NOTE]
    text = "\n\n".join(parts)
    if not trial.layers:
        return text
    return with_rows(f"{text}\n\n{_layers_table(trial.layers)}", _layer_rows(trial.layers), file=names.LAYERS_CSV)


def _result(trial: TrialRecord) -> str:
    latency = "" if trial.latency_ms is None else f"{trial.latency_ms:.3g} ms (predicted), "
    costs = f"{latency}{amount(trial.flops, unit='FLOPs')}, {amount(trial.params_count)} parameters"
    reason = markdown(shortened(redacted(trial.reason), length=_TEXT_LENGTH))
    if trial.state == "COMPLETE":
        seconds = "" if trial.seconds is None else f", trained in {trial.seconds:.0f} s"
        return f"**{percent(trial.accuracy)}** validation accuracy at {costs}{seconds}."
    if trial.state == "PRUNED":
        return f"Stopped{_reached(trial.epochs)}: {reason or 'no reason is stored'}. {costs}."
    if trial.state == "FAIL":
        return f"Failed: {reason or 'no reason is stored'}. {costs}."
    return f"Running. {costs}."


def _reached(epochs: Sequence[Epoch]) -> str:
    if not epochs:
        return ""
    return f" after {len(epochs)} epoch{'s' * (len(epochs) > 1)} at **{percent(epochs[-1].accuracy)}**"


def _epoch_rows(epochs: Sequence[Epoch], front: Mapping[int, float]) -> Iterable[str]:
    every = -(-len(epochs) // _MOST_EPOCHS)
    for epoch in epochs[(len(epochs) - 1) % every :: every]:
        rival = front.get(epoch.number)
        difference = "-" if rival is None else f"{100 * (epoch.accuracy - rival):+.2f}"
        yield table_row([str(epoch.number), percent(epoch.accuracy), percent(rival), difference])


def _layers_table(layers: Sequence[Mapping[str, Any]]) -> str:
    titles = [title for column, title in _LAYER_COLUMNS.items() if column in layers[0]]
    note = f"Layers that multiply; all of them, with their activations, are in `{names.LAYERS_CSV}`."
    return f"{note}\n\n{table_head(titles)}"


def _layer_rows(layers: Sequence[Mapping[str, Any]]) -> list[str]:
    columns = [column for column in _LAYER_COLUMNS if column in layers[0]]
    multiplying = [layer for layer in layers if layer.get("multiply_adds") != 0]
    return [table_row([_cell(layer.get(column)) for column in columns]) for layer in multiplying]


def _cell(value: Any) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return markdown(shortened(redacted(str(value)), length=_CELL_LENGTH))
