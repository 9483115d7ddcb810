"""A child run's description in Markdown: the result in a line, its epochs beside the front's, its layers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mlflow_runs import names
from mlflow_runs.network_costs import network_costs
from mlflow_runs.objectives import LATENCY, Objective
from mlflow_runs.quantities import counted, percent
from mlflow_runs.records import Epoch, TrialRecord
from mlflow_runs.runs.markdown import table_head, table_row, with_rows
from mlflow_runs.safe_text import markdown, redacted, shortened

_TEXT_LENGTH = 200  # characters of words or of a reason; escaped, they may become seven times as many
_CELL_LENGTH = 60
_MOST_EPOCHS = 40  # rows of a table; of more epochs every second, third ... is shown, and the last
_ENDS = {"PRUNED": "Stopped", "FAIL": "Failed", "INTERRUPTED": "Interrupted"}
_LAYER_COLUMNS = {
    "name": "Layer",
    "kind": "Kind",
    "output_shape": "Output",
    "multiply_adds": "Multiply-adds",
    "parameters": "Parameters",
}
_EPOCH_COLUMNS = "Epoch", "This network", "The front's", "Difference"
_EPOCHS_NOTE = (
    "Validation accuracy. The front's column shows the best at that epoch among the networks on the front that cost "
    "no more than this one. The front is the one that stood when this trial ended."
)


def describe(trial: TrialRecord, *, objective: Objective, front: Mapping[int, float]) -> str:
    """The description. It ends after the last row that fits into MLflow's limit for a tag.

    Args:
        trial: The trial.
        objective: What its study minimises.
        front: The front's accuracy by epoch, from `front_baseline.front_accuracies`.
    """
    parts = [_result(trial, objective)]
    if trial.words:
        parts.append(_network(trial))
    if trial.epochs and trial.state != "RUNNING":
        parts += ["\n".join([table_head(_EPOCH_COLUMNS), *_epoch_rows(trial.epochs, front)]), _EPOCHS_NOTE]
    text = "\n\n".join(parts)
    if not trial.layers:
        return text
    return with_rows(f"{text}\n\n{_layers_table(trial.layers)}", _layer_rows(trial.layers), file=names.LAYERS_CSV)


def _network(trial: TrialRecord) -> str:
    """The network in words, behind its name if it is a known one."""
    words = markdown(shortened(redacted(trial.words), length=_TEXT_LENGTH))
    known = markdown(shortened(redacted(trial.known), length=_CELL_LENGTH))
    return f"**{known}**: {words}" if known else words


def _result(trial: TrialRecord, objective: Objective) -> str:
    costs = f"{_predicted(trial, objective)}{network_costs(trial)}"
    seconds = "" if trial.seconds is None else f", trained in {trial.seconds:.0f} s"
    reason = markdown(shortened(redacted(trial.reason), length=_TEXT_LENGTH)) or "no reason is stored"
    if trial.state == "COMPLETE":
        return f"**{percent(trial.accuracy)}** validation accuracy at {costs}{seconds}."
    if trial.is_stopped:
        accuracy, rung = percent(trial.rungs[trial.rung]), counted(trial.rung, "epoch")
        return f"**{accuracy}** validation accuracy after {rung}, the rung at which it was stopped; {costs}{seconds}."
    if trial.state == "RUNNING":
        return f"Running. {costs}."
    return f"{_ENDS[trial.state]}: {reason}. {costs}."


def _predicted(trial: TrialRecord, objective: Objective) -> str:
    """The latency where a study minimises it. All other costs are known of any trial."""
    return f"{objective.text(trial.cost)} (predicted), " if objective == LATENCY and trial.cost is not None else ""


def _epoch_rows(epochs: Sequence[Epoch], front: Mapping[int, float]) -> Iterable[str]:
    every = -(-len(epochs) // _MOST_EPOCHS)
    for epoch in epochs[(len(epochs) - 1) % every :: every]:
        baseline = front.get(epoch.number)
        difference = "-" if baseline is None else f"{100 * (epoch.accuracy - baseline):+.2f}"
        yield table_row([str(epoch.number), percent(epoch.accuracy), percent(baseline), difference])


def _layers_table(layers: Sequence[Mapping[str, Any]]) -> str:
    titles = [title for column, title in _LAYER_COLUMNS.items() if column in layers[0]]
    note = f"The layers that multiply. `{names.LAYERS_CSV}` lists all layers, activations too."
    return f"{note}\n\n{table_head(titles)}"


def _layer_rows(layers: Sequence[Mapping[str, Any]]) -> list[str]:
    columns = [column for column in _LAYER_COLUMNS if column in layers[0]]
    multiplying = [layer for layer in layers if layer.get("multiply_adds") != 0]
    return [table_row([_cell(layer.get(column)) for column in columns]) for layer in multiplying]


def _cell(value: Any) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return markdown(shortened(redacted(str(value)), length=_CELL_LENGTH))
