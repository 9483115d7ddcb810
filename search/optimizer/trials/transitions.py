"""How a trial ends that is not trained to its end here: cut short, stopped at a rung, or left by a process that died.

A process may be killed between any two writes. Each of these can be run again on what it left half done.
"""

import contextlib
import time

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import FrozenTrial, TrialState

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.process_id import NOBODY, is_dead
from search.optimizer.trials.records import last_rung, reached

OWNER_GONE = "the process that ran it is gone"

SECONDS_TO_SIGN = 2.0
"""How long after a trial was begun its owner may not be written yet."""


def abandon(study: optuna.Study, trial: FrozenTrial, reason: str) -> None:
    """End a trial that was cut short before its first rung: it does not count, and its network is next in line."""
    # Before all questions were answered, a queued trial knows its network from the queue alone.
    answers = trial.system_attrs.get("fixed_params", {}) | trial.params
    study._storage.set_trial_user_attr(trial._trial_id, attr.INTERRUPTED, True)
    study._storage.set_trial_user_attr(trial._trial_id, attr.REASON, reason)
    if answers and attr.RESUMES not in trial.user_attrs:
        kept = {name: trial.user_attrs[name] for name in (attr.START_POINT,) if name in trial.user_attrs}
        study.enqueue_trial(answers, user_attrs=kept)
    study.tell(trial.number, state=TrialState.FAIL, skip_if_finished=True)


def stop_at_rung(study: optuna.Study, trial: FrozenTrial) -> None:
    """End a trial at the rung it has reached; what it learnt is kept."""
    reason = f"stopped at rung {last_rung(trial)}"
    study._storage.set_trial_user_attr(trial._trial_id, attr.REASON, reason)
    study.tell(trial.number, state=TrialState.PRUNED, skip_if_finished=True)


def complete(study: optuna.Study, trial: FrozenTrial) -> None:
    """End a trial that has reached the top rung, whose result is stored with it."""
    rungs, result = trial.user_attrs.get(attr.RUNGS, {}), trial.user_attrs[attr.RESULT]
    top = str(trial.user_attrs[attr.MILESTONE])
    if top not in rungs:
        study._storage.set_trial_user_attr(trial._trial_id, attr.RUNGS, rungs | {top: result[0]})
    study.tell(trial.number, result, skip_if_finished=True)


def orphans(study: optuna.Study) -> list[FrozenTrial]:
    """Trials that a process of this machine has left open which is gone."""
    running = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
    return [trial for trial in running if is_dead(trial.user_attrs.get(attr.PROCESS_ID, NOBODY))]


def end_orphans(study: optuna.Study) -> None:
    """End them: what they reached is kept, the other networks are next in line."""
    found = orphans(study)
    if any(attr.PROCESS_ID not in trial.user_attrs for trial in found):
        time.sleep(SECONDS_TO_SIGN)
        found = orphans(study)
    for trial in found:
        with contextlib.suppress(UpdateFinishedTrialError):  # Another search that begins now has ended it.
            _end_orphan(study, trial)


def _end_orphan(study: optuna.Study, trial: FrozenTrial) -> None:
    if attr.RESULT in trial.user_attrs:
        complete(study, trial)
    elif reached(trial):
        stop_at_rung(study, trial)
    else:
        abandon(study, trial, OWNER_GONE)
