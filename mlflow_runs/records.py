"""What the mirror is told: plain data about one study and its trials, free of Optuna and of Keras."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


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
        state: Optuna's state name: RUNNING, COMPLETE, PRUNED or FAIL.
        params: Choices by name.
        key: The architecture's key; empty while unknown.
        words: The architecture in a few words, for tables and hovering.
        macs, flops, params_count, peak_activation_bytes: The network's cost; None while unknown.
        latency_ms: Predicted milliseconds for one image, where the study minimises them; else None.
        accuracy: Validation accuracy at the top rung, 0 to 1; None unless COMPLETE.
        seconds: Seconds of training; None while unknown.
        epochs: What was measured after each epoch, oldest first.
        layers: The cost table, a mapping a row with the same columns in each (name, kind, output_shape, multiply_adds,
            parameters, ...).
        reason: Why it was pruned or failed; empty otherwise.
        started_ms, ended_ms: Unix time in milliseconds; `ended_ms` is None while RUNNING, and not before `started_ms`.
    """

    number: int
    state: str
    params: Mapping[str, Any]
    key: str = ""
    words: str = ""
    macs: int | None = None
    flops: int | None = None
    params_count: int | None = None
    peak_activation_bytes: int | None = None
    latency_ms: float | None = None
    accuracy: float | None = None
    seconds: float | None = None
    epochs: Sequence[Epoch] = ()
    layers: Sequence[Mapping[str, Any]] = ()
    reason: str = ""
    started_ms: int = 0
    ended_ms: int | None = None

    @property
    def cost(self) -> float | None:
        """What the study minimises: milliseconds where it predicts them, else FLOPs; None while unknown."""
        return self.flops if self.latency_ms is None else self.latency_ms


def is_timed(trials: Sequence[TrialRecord]) -> bool:
    """Whether the study of these trials minimises milliseconds, not FLOPs."""
    return any(trial.latency_ms is not None for trial in trials)


@dataclass(frozen=True)
class Progress:
    """How far the front had come when a trial ended.

    Attributes:
        trial: Number of the trial that had just ended.
        hypervolume: Share of the study's rectangle, 0 to 1.
        front_size: Networks on the front.
    """

    trial: int
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
        export: The command that takes a trial's network home, up to the trial's number; empty if there is none.
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
