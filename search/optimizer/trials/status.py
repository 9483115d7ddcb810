"""The status of a trial, which changes of it there are, and how it follows from what is stored.

Optuna's own states are fewer: a trial that is paused at a rung is RUNNING there, and PRUNED are those that were stopped
at a rung as well as those that were never trained.
"""

import enum

from optuna.trial import FrozenTrial, TrialState

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.process_id import NOBODY, is_dead


class TrialStatus(enum.StrEnum):
    """What has become of a trial. The values are what a person reads."""

    QUEUED = "queued"  # its network is known, nobody trains it yet
    TRAINING = "training"  # a worker trains it up to its next rung
    PAUSED = "waiting at a rung"  # open, but nobody trains it
    COMPLETE = "complete"  # has reached the top rung
    STOPPED = "stopped at a rung"  # its search has ended below the top rung; a later one can resume it as a new trial
    FAILED = "failed"  # has no result and is not tried again
    INTERRUPTED = "interrupted"  # was cut short before its first rung; does not count, its network is queued again
    OVER_CAP = "outside the caps"  # never trained
    REPEATED = "repeated"  # its network was trained before; never trained


TRANSITIONS: dict[TrialStatus, frozenset[TrialStatus]] = {
    TrialStatus.QUEUED: frozenset({TrialStatus.TRAINING, TrialStatus.FAILED, TrialStatus.INTERRUPTED}),
    TrialStatus.TRAINING: frozenset(
        {
            TrialStatus.PAUSED,
            TrialStatus.COMPLETE,
            TrialStatus.STOPPED,
            TrialStatus.FAILED,
            TrialStatus.INTERRUPTED,
            TrialStatus.OVER_CAP,
            TrialStatus.REPEATED,
        }
    ),
    TrialStatus.PAUSED: frozenset({TrialStatus.TRAINING, TrialStatus.STOPPED}),
    **{
        end: frozenset()
        for end in TrialStatus
        if end not in (TrialStatus.QUEUED, TrialStatus.TRAINING, TrialStatus.PAUSED)
    },
}
"""The statuses that may follow each; none follows an end. `transitions` has a function for each change."""

_MARKED = {
    attr.OVER_CAP: TrialStatus.OVER_CAP,
    attr.REPEATS: TrialStatus.REPEATED,
    attr.INTERRUPTED: TrialStatus.INTERRUPTED,
}
_FINISHED = {
    TrialState.COMPLETE: TrialStatus.COMPLETE,
    TrialState.PRUNED: TrialStatus.STOPPED,
    TrialState.FAIL: TrialStatus.FAILED,
    TrialState.WAITING: TrialStatus.QUEUED,
}


def status_of(trial: FrozenTrial) -> TrialStatus:
    """The status of a trial. What a process that is gone has left open counts as ended."""
    for mark, status in _MARKED.items():
        if mark in trial.user_attrs:
            return status
    if trial.state != TrialState.RUNNING:
        return _FINISHED[trial.state]
    if is_dead(trial.user_attrs.get(attr.PROCESS_ID, NOBODY)):
        return TrialStatus.STOPPED if trial.user_attrs.get(attr.RUNGS) else TrialStatus.INTERRUPTED
    return TrialStatus.PAUSED if is_paused(trial) else TrialStatus.TRAINING


def is_paused(trial: FrozenTrial) -> bool:
    """Whether a trial waits at a rung: it is open, but nobody trains it."""
    milestone = trial.user_attrs.get(attr.MILESTONE)
    return trial.state == TrialState.RUNNING and str(milestone) in trial.user_attrs.get(attr.RUNGS, {})


def is_training(trial: FrozenTrial) -> bool:
    """Whether somebody trains the trial now."""
    return trial.state == TrialState.RUNNING and attr.MACS in trial.user_attrs and not is_paused(trial)


def is_stopped(trial: FrozenTrial) -> bool:
    """Whether a trial has ended at a rung below the top."""
    return trial.state == TrialState.PRUNED and bool(trial.user_attrs.get(attr.RUNGS))


def is_interrupted(trial: FrozenTrial) -> bool:
    """Whether a trial was cut short through no fault of its own, before it had a result."""
    return attr.INTERRUPTED in trial.user_attrs


def counts(trial: FrozenTrial) -> bool:
    """Whether a trial is one of the `--trials`: its network was handed out for the first time and not cut short."""
    skipped = attr.OVER_CAP in trial.user_attrs or attr.REPEATS in trial.user_attrs or attr.RESUMES in trial.user_attrs
    undescribed = trial.state == TrialState.FAIL and attr.KEY not in trial.user_attrs
    return trial.state != TrialState.WAITING and not (skipped or undescribed or is_interrupted(trial))
