"""The transitions of a trial's status: what each writes, in an order that survives a kill between any two writes.

Each can be run again on what it left half done.
"""

import contextlib
import time
from collections.abc import Mapping, Sequence
from typing import Any

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import FrozenTrial, TrialState

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.optuna_storage import copy_params, create_trial, set_constraints, set_trial_attr
from search.optimizer.trials.process_id import NOBODY, is_dead, this_process
from search.optimizer.trials.records import last_rung, network_params, reached
from search.optimizer.trials.write_batch import written_together

PROCESS_GONE = "the process that ran it is gone"

SECONDS_TO_STORE_PROCESS_ID = 2.0
"""How long it may take, after a trial was begun, until its process is stored with it."""

DESCRIBES_NETWORK = (
    attr.KEY,
    attr.FUNCTION_KEY,
    attr.ARCHITECTURE,
    attr.WORDS,
    attr.MACS,
    attr.COST,
    attr.COST_UNIT,
    attr.PARAMETERS,
    attr.RAM_BYTES,
    attr.FLASH_BYTES,
    attr.START_POINT,
)
"""Attributes that are the network's, not the training's."""


def skip(study: optuna.Study, trial: optuna.Trial, mark: str, value: Any, *, reason: str) -> FrozenTrial:
    """TRAINING to OVER_CAP or REPEATED: a trial that is never trained; the mark is `OVER_CAP` or `REPEATS`."""
    with written_together(trial):
        trial.set_user_attr(mark, value)
        trial.set_user_attr(attr.REASON, reason)
    return study.tell(trial, state=TrialState.PRUNED)


def train(trial: optuna.Trial, *, milestone: int) -> None:
    """QUEUED or PAUSED to TRAINING: up to this number of epochs."""
    trial.set_user_attr(attr.MILESTONE, milestone)


def pause(trial: optuna.Trial, rungs: Mapping[str, float]) -> None:
    """TRAINING to PAUSED: store validation accuracies, 0 to 1, of all rungs so far. At the top, `complete` follows."""
    trial.set_user_attr(attr.RUNGS, dict(rungs))


def return_to_rung(trial: optuna.Trial, rung: int) -> None:
    """TRAINING to PAUSED, at the rung that was reached before: the epochs since then are lost."""
    trial.set_user_attr(attr.MILESTONE, rung)


def complete(study: optuna.Study, trial: FrozenTrial) -> FrozenTrial:
    """TRAINING to COMPLETE: the result is stored with the trial already."""
    rungs, result = trial.user_attrs.get(attr.RUNGS, {}), trial.user_attrs[attr.RESULT]
    top = str(trial.user_attrs[attr.MILESTONE])
    if top not in rungs:
        set_trial_attr(study, trial, attr.RUNGS, rungs | {top: result[0]})
    return study.tell(trial.number, result, skip_if_finished=True)


def fail(study: optuna.Study, trial: optuna.Trial, reason: str) -> FrozenTrial:
    """TRAINING to FAILED: there is no result, and the trial is not tried again."""
    with written_together(trial):
        trial.set_user_attr(attr.REASON, reason)
        set_constraints(trial, {"failed": 1.0})  # So samplers avoid networks like it.
    return study.tell(trial, state=TrialState.FAIL)


def abandon(study: optuna.Study, trial: FrozenTrial, reason: str) -> None:
    """TRAINING to INTERRUPTED, before the first rung: the trial does not count, and its network is queued again."""
    params = network_params(trial)
    set_trial_attr(study, trial, attr.INTERRUPTED, True)
    set_trial_attr(study, trial, attr.REASON, reason)
    if params and attr.RESUMES not in trial.user_attrs:
        marks = {name: trial.user_attrs[name] for name in (attr.START_POINT,) if name in trial.user_attrs}
        study.enqueue_trial(dict(params), user_attrs=marks)
    study.tell(trial.number, state=TrialState.FAIL, skip_if_finished=True)


def stop_at_rung(study: optuna.Study, trial: FrozenTrial) -> None:
    """PAUSED to STOPPED: what the trial has reached is kept."""
    set_trial_attr(study, trial, attr.REASON, f"stopped at rung {last_rung(trial)}")
    study.tell(trial.number, state=TrialState.PRUNED, skip_if_finished=True)


def resume(study: optuna.Study, stopped: FrozenTrial) -> optuna.Trial:
    """A new trial, in TRAINING, for the network of a STOPPED one; weights that are still kept are used."""
    study.sampler = optuna.samplers.RandomSampler()  # A trial asks the sampler as it is made; this one needs no answer.
    trial = create_trial(study, {attr.RESUMES: stopped.number, attr.PROCESS_ID: this_process()})
    copy_params(
        trial, stopped, {name: stopped.user_attrs[name] for name in DESCRIBES_NETWORK if name in stopped.user_attrs}
    )
    return trial


def orphans(study: optuna.Study) -> list[FrozenTrial]:
    """Open trials whose process is gone. Only processes of this machine can be checked."""
    running = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
    return [trial for trial in running if is_dead(trial.user_attrs.get(attr.PROCESS_ID, NOBODY))]


def end_orphans(study: optuna.Study) -> None:
    """End them: results are kept, the other networks are queued again."""
    left_open: Sequence[FrozenTrial] = orphans(study)
    if any(attr.PROCESS_ID not in trial.user_attrs for trial in left_open):
        time.sleep(SECONDS_TO_STORE_PROCESS_ID)
        left_open = orphans(study)
    for trial in left_open:
        with contextlib.suppress(UpdateFinishedTrialError):  # Another search that begins now has ended it.
            _end_orphan(study, trial)


def _end_orphan(study: optuna.Study, trial: FrozenTrial) -> None:
    if attr.RESULT in trial.user_attrs:
        complete(study, trial)
    elif reached(trial):
        stop_at_rung(study, trial)
    else:
        abandon(study, trial, PROCESS_GONE)
