"""All trials of a study as a table: a row for each, whatever has become of it."""

from collections.abc import Collection, Sequence
from typing import Any

from optuna.trial import FrozenTrial, TrialState

from mlflow_runs.runs.child import csv_table
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import (
    flops_of,
    has_cost,
    latency_ms_of,
    multiply_adds_of,
    network_params,
    reached,
)
from search.optimizer.trials.status import status_of
from search.optimizer.trials.stored_cost import StoredCost

WHOLE_NUMBERS = ("multiply_adds", "flops", "parameters", "ram_bytes", "flash_bytes")


class TrialsTable:
    """Trials as rows.

    Args:
        trials: All of a study's, by number.
        on_front: Numbers of those on the front.
    Attributes:
        rows: A dictionary for each trial, by number; all have the same columns. None stands for what is not known.
    """

    def __init__(self, trials: Sequence[FrozenTrial], *, on_front: Collection[int]) -> None:
        accuracies, params = list(map(reached, trials)), list(map(network_params, trials))
        rungs = sorted({rung for at_rungs in accuracies for rung in at_rungs})
        names = list(dict.fromkeys(name for chosen in params for name in chosen))
        self.rows = [
            _row(trial, on_front=trial.number in on_front)
            | {f"accuracy@{rung}": at_rungs.get(rung) for rung in rungs}
            | {f"params_{name}": chosen.get(name) for name in names}
            for trial, at_rungs, chosen in zip(trials, accuracies, params, strict=True)
        ]

    def to_frame(self):
        """As a `pandas.DataFrame`, indexed by the trial's number. Choices have the names that Optuna gives them."""
        import pandas

        if not self.rows:
            return pandas.DataFrame()
        return pandas.DataFrame(self.rows).astype(dict.fromkeys(WHOLE_NUMBERS, "Int64")).set_index("trial")

    def to_csv(self) -> str:
        """As CSV with a header."""
        return csv_table(self.rows) if self.rows else "trial,state\n"


def _row(trial: FrozenTrial, *, on_front: bool) -> dict[str, Any]:
    stored, known_cost = trial.user_attrs, has_cost(trial)
    return {
        "trial": trial.number,
        "state": str(status_of(trial)),
        "on_front": on_front,
        "accuracy": trial.values[0] if trial.state == TrialState.COMPLETE else None,
        "flops": flops_of(trial) if known_cost else None,
        "multiply_adds": multiply_adds_of(trial) if known_cost else None,
        "parameters": stored.get(attr.PARAMETERS),
        "ram_bytes": StoredCost(trial).ram_bytes,
        "flash_bytes": StoredCost(trial).flash_bytes,
        "latency_ms": latency_ms_of(trial),
        "seconds": stored.get(attr.SECONDS),
        "known": stored.get(attr.START_POINT, ""),
        "key": stored.get(attr.KEY, ""),
        "network": stored.get(attr.WORDS, ""),
        "reason": stored.get(attr.REASON, ""),
    }
