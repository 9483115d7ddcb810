"""What a stored trial tells: pure functions of Optuna's trials and the attributes stored with them."""

from collections.abc import Sequence

import numpy as np
from optuna.trial import FrozenTrial, TrialState

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.process_id import NOBODY, is_dead

COMPLETE, TRAINING, PAUSED, STOPPED, FAILED = "complete", "training", "waiting at a rung", "stopped at a rung", "failed"
OVER_CAP, REPEATED, INTERRUPTED, QUEUED = "outside the caps", "repeated", "interrupted", "queued"

LEAST_LOSS = 1e-4
"""A loss below it counts as much, lest its logarithm be endless."""


def end_of(trial: FrozenTrial) -> str:
    """What has become of a trial, in words."""
    for mark, name in ((attr.OVER_CAP, OVER_CAP), (attr.REPEATS, REPEATED), (attr.INTERRUPTED, INTERRUPTED)):
        if mark in trial.user_attrs:
            return name
    if trial.state == TrialState.RUNNING:
        if is_dead(trial.user_attrs.get(attr.PROCESS_ID, NOBODY)):
            return STOPPED if reached(trial) else INTERRUPTED
        return PAUSED if is_paused(trial) else TRAINING
    ends = {TrialState.COMPLETE: COMPLETE, TrialState.PRUNED: STOPPED, TrialState.FAIL: FAILED}
    return ends.get(trial.state, QUEUED)


def counts(trial: FrozenTrial) -> bool:
    """Whether a trial is one of the `--trials`: a network that was handed out for the first time, and not cut short."""
    elsewhere = (
        attr.OVER_CAP in trial.user_attrs or attr.REPEATS in trial.user_attrs or attr.RESUMES in trial.user_attrs
    )
    undescribed = trial.state == TrialState.FAIL and attr.KEY not in trial.user_attrs
    return trial.state != TrialState.WAITING and not (elsewhere or undescribed or is_interrupted(trial))


def is_interrupted(trial: FrozenTrial) -> bool:
    """Whether a trial was cut short through no fault of its own, before it had a result."""
    return attr.INTERRUPTED in trial.user_attrs


def reached(trial: FrozenTrial) -> dict[int, float]:
    """Validation accuracy, 0 to 1, at each rung that the trial has reached: number of epochs to accuracy, in order."""
    return {int(epochs): accuracy for epochs, accuracy in trial.user_attrs.get(attr.RUNGS, {}).items()}


def last_rung(trial: FrozenTrial) -> int:
    """Epochs of the highest rung that the trial has reached, 0 before the first."""
    return max(reached(trial), default=0)


def is_paused(trial: FrozenTrial) -> bool:
    """Whether a trial waits at a rung: it is open, but nobody trains it."""
    return trial.state == TrialState.RUNNING and trial.user_attrs.get(attr.MILESTONE) in reached(trial)


def is_training(trial: FrozenTrial) -> bool:
    """Whether somebody trains the trial now."""
    return trial.state == TrialState.RUNNING and attr.MACS in trial.user_attrs and not is_paused(trial)


def is_stopped(trial: FrozenTrial) -> bool:
    """Whether a trial has ended at a rung below the top."""
    return trial.state == TrialState.PRUNED and bool(reached(trial))


def is_start_point(trial: FrozenTrial) -> bool:
    """Whether a trial is of one of the known networks that every study tries first."""
    return attr.START_POINT in trial.user_attrs


def log_losses(trial: FrozenTrial) -> dict[int, float]:
    """Logarithm of the loss at each rung that taught something; a failed trial lost all at the one it was to reach."""
    if attr.MACS not in trial.user_attrs or is_interrupted(trial):
        return {}
    found = {rung: 1 - accuracy for rung, accuracy in reached(trial).items() if not np.isnan(accuracy)}
    if trial.state == TrialState.FAIL:
        found = {trial.user_attrs[attr.MILESTONE]: 1.0} if attr.MILESTONE in trial.user_attrs else {}
    return {rung: float(np.log(max(loss, LEAST_LOSS))) for rung, loss in found.items()}


def losses_and_costs(trials: Sequence[FrozenTrial]) -> tuple[np.ndarray, np.ndarray]:
    """Losses (1 - accuracy) and costs of complete trials, each of shape (n,)."""
    losses = np.array([1 - trial.values[0] for trial in trials])
    return losses, costs_of(trials)


def costs_of(trials: Sequence[FrozenTrial]) -> np.ndarray:
    """Costs in the unit of the study's objective, multiply-adds if it has none of its own: array of shape (n,)."""
    return np.array([trial.user_attrs.get(attr.COST, trial.user_attrs[attr.MACS]) for trial in trials], dtype=float)
