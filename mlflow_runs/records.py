"""What is written into MLflow, as plain data about one study and its trials. Knows neither Optuna nor Keras."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mlflow_runs.objectives import FLOPS, Objective


@dataclass(frozen=True)
class Epoch:
    """One epoch of training.

    Attributes:
        number: From 1.
        accuracy: Validation accuracy, 0 to 1.
        loss: Training loss.
        learning_rate: At the end of the epoch.
    """

    number: int
    accuracy: float
    loss: float
    learning_rate: float


@dataclass(frozen=True)
class TrialRecord:
    """One trial as a person should see it.

    Attributes:
        number: Optuna's trial number, from 0.
        state: Optuna's state name: RUNNING, COMPLETE, PRUNED or FAIL; or INTERRUPTED, for a trial that was cut short
            through no fault of its own.
        params: Choices by name.
        key: The architecture's key; empty while unknown.
        words: The architecture in a few words, for tables and hovering.
        known: The network's name if it is one of those that every study tries first; otherwise empty.
        cost: What the study minimises, in the unit of its objective; None while unknown.
        macs, flops, params_count, ram_bytes, flash_bytes: What the network needs; None while unknown.
        accuracy: Validation accuracy at the top rung, 0 to 1; None unless COMPLETE.
        rungs: Validation accuracy, 0 to 1, at each rung that was reached, by the rung's number of epochs, lowest first.
        seconds: Seconds of training; None while unknown.
        epochs: What was measured after each epoch, oldest first.
        layers: The cost table. Each row is a mapping with the same columns (name, kind, output_shape, multiply_adds,
            parameters, ...).
        reason: Why it was pruned or failed; empty otherwise.
        started_ms, ended_ms: Unix time in milliseconds; `ended_ms` is None while RUNNING, and not before `started_ms`.
    """

    number: int
    state: str
    params: Mapping[str, Any]
    key: str = ""
    words: str = ""
    known: str = ""
    cost: float | None = None
    macs: int | None = None
    flops: int | None = None
    params_count: int | None = None
    ram_bytes: int | None = None
    flash_bytes: int | None = None
    accuracy: float | None = None
    rungs: Mapping[int, float] = field(default_factory=dict)
    seconds: float | None = None
    epochs: Sequence[Epoch] = ()
    layers: Sequence[Mapping[str, Any]] = ()
    reason: str = ""
    started_ms: int = 0
    ended_ms: int | None = None

    @property
    def rung(self) -> int:
        """Epochs of the highest rung that was reached; 0 before the first."""
        return max(self.rungs, default=0)

    @property
    def accuracy_at_rung(self) -> float | None:
        """Validation accuracy at the highest rung that was reached, 0 to 1; None before the first."""
        return self.rungs.get(self.rung) if self.accuracy is None else self.accuracy

    @property
    def is_stopped(self) -> bool:
        """Whether the trial has ended at a rung below the top."""
        return self.state == "PRUNED" and bool(self.rungs)


@dataclass(frozen=True)
class Progress:
    """The front after a trial has reached the top rung.

    Attributes:
        trial: Number of the trial.
        ended: How many trials had ended by then, whatever came of them; greater than that of the one before.
        hypervolume: Share of the study's rectangle, 0 to 1.
        front_size: Networks on the front.
    """

    trial: int
    ended: int
    hypervolume: float
    front_size: int


@dataclass(frozen=True)
class StudyRecord:
    """A study as it stands.

    Attributes:
        name: The study's name.
        state: RUNNING, FINISHED or INTERRUPTED.
        settings: What a person chose, and what is stored with the study: space, dataset, recipe, sampler, seed, ...
        versions: Version by package, and `git_commit` where there is one.
        trials: Every trial, by number.
        front: Numbers of the trials on the front, cheapest first.
        knee: Number of the front's knee; None for an empty front.
        progress: One entry a finished trial, in the order of their ends.
        export: The command that exports a trial's network, up to the trial's number; empty if there is none.
        objective: What the study minimises beside the loss.
    """

    name: str
    state: str
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    trials: Sequence[TrialRecord]
    front: Sequence[int]
    knee: int | None = None
    progress: Sequence[Progress] = field(default=())
    export: str = ""
    objective: Objective = FLOPS

    def front_trials(self) -> list[TrialRecord]:
        """The trials on the front, cheapest first."""
        trials = {trial.number: trial for trial in self.trials}
        return [trials[number] for number in self.front if number in trials]
