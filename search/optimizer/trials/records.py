"""Reads what is stored with a trial: pure functions of Optuna's trials and the attributes stored with them."""

import functools
import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from optuna.trial import FrozenTrial, TrialState

from search.optimizer.arrays import FloatArray
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.status import is_interrupted

MIN_LOSS = 1e-4
"""A smaller loss counts as much as this one, so that its logarithm is finite."""

FLOPS_PER_MULTIPLY_ADD = 2

MILLISECONDS = "ms"
"""Unit of the costs that studies of earlier versions store."""


def reached(trial: FrozenTrial) -> dict[int, float]:
    """Validation accuracy, 0 to 1, at each rung that the trial has reached: number of epochs to accuracy, in order."""
    return {int(epochs): accuracy for epochs, accuracy in trial.user_attrs.get(attr.RUNGS, {}).items()}


def last_rung(trial: FrozenTrial) -> int:
    """Epochs of the highest rung that the trial has reached, 0 before the first."""
    return max(reached(trial), default=0)


def log_losses(trial: FrozenTrial) -> dict[int, float]:
    """Logarithm of the loss by number of epochs, at each rung; a failed trial has loss 1 at the one it was to reach."""
    if not has_cost(trial) or is_interrupted(trial):
        return {}
    if trial.state == TrialState.FAIL:
        return {trial.user_attrs[attr.MILESTONE]: 0.0} if attr.MILESTONE in trial.user_attrs else {}
    return {rung: _log_loss(accuracy) for rung, accuracy in reached(trial).items() if not math.isnan(accuracy)}


def n_with_result(trials: Iterable[FrozenTrial]) -> int:
    """How many trials have a result at a rung; a failed one has."""
    return sum(bool(log_losses(trial)) for trial in trials)


@functools.lru_cache(maxsize=100_000)
def _log_loss(accuracy: float) -> float:
    # Remembered, because a decision reads the losses of a thousand trials several times.
    return float(np.log(max(1 - accuracy, MIN_LOSS)))


def has_cost(trial: FrozenTrial) -> bool:
    """Whether the network of a trial, and so its cost, is known."""
    return attr.MACS in trial.user_attrs


def cost_of(trial: FrozenTrial) -> float:
    """The cost of a trial in the unit in which the study's objective counts: multiply-adds if it has no other."""
    other = other_cost_of(trial)
    return float(multiply_adds_of(trial)) if other is None else float(other)


def function_key_of(trial: FrozenTrial) -> str | None:
    """The function key of a trial's network; None while its network is not known."""
    return trial.user_attrs.get(attr.FUNCTION_KEY, trial.user_attrs.get(attr.KEY))


def costs_of(trials: Sequence[FrozenTrial]) -> FloatArray:
    """`cost_of` each: array of shape (n,)."""
    return np.array([cost_of(trial) for trial in trials], dtype=float)


def flops_of(trial: FrozenTrial) -> int:
    """Floating-point operations for one image."""
    return FLOPS_PER_MULTIPLY_ADD * multiply_adds_of(trial)


def multiply_adds_of(trial: FrozenTrial) -> int:
    """Multiply-adds for one image."""
    return int(trial.user_attrs[attr.MACS])


def parameters_of(trial: FrozenTrial) -> float:
    """Number of parameters; 0 where it is unknown."""
    return float(trial.user_attrs.get(attr.PARAMETERS, 0))


def other_cost_of(trial: FrozenTrial) -> float | None:
    """What the study minimises, in the unit of its objective; None where that is FLOPs."""
    return trial.user_attrs.get(attr.COST)


def latency_ms_of(trial: FrozenTrial) -> float | None:
    """Milliseconds for one image, as the study predicts them; None where it minimises another cost."""
    return other_cost_of(trial) if trial.user_attrs.get(attr.COST_UNIT, MILLISECONDS) == MILLISECONDS else None


def objective_value_of(trial: FrozenTrial) -> float:
    """What the study minimises, in the unit of its objective: FLOPs if it has no other."""
    other = other_cost_of(trial)
    return float(flops_of(trial)) if other is None else other


def losses_and_costs(trials: Sequence[FrozenTrial]) -> tuple[FloatArray, FloatArray]:
    """Losses (1 - accuracy) and costs of complete trials, each of shape (n,)."""
    losses = np.array([1 - trial.values[0] for trial in trials])
    return losses, costs_of(trials)


def network_params(trial: FrozenTrial) -> Mapping[str, object]:
    """The params that describe a trial's network. A trial that is still queued has them as `fixed_params`."""
    queued: Mapping[str, object] = trial.system_attrs.get("fixed_params", {})
    return {**queued, **trial.params}
