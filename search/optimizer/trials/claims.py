"""Claims on a trial, where several searches work on one study.

A storage has no lock that a search could hold from reading the study to writing into it. So each search first writes
its claim, then reads what all have written, and gives way to a trial with a smaller number. The storage hands out
numbers one by one: a claim that was written before is seen, and of two that see each other one stays.
"""

from collections.abc import Sequence

from optuna.trial import FrozenTrial, TrialState

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.status import counts, is_interrupted


def is_one_too_many(trials: Sequence[FrozenTrial], number: int, *, total: float) -> bool:
    """Whether the trials before this one make up the total.

    Those in the queue are among them: they may have been begun since they were read.

    Args:
        trials: Of the study, by number, read after this one was begun.
        number: Of the trial.
        total: How many trials are to count.
    """
    before = trials[:number]
    return len(before) >= total and sum(trial.state == TrialState.WAITING or counts(trial) for trial in before) >= total


def was_resumed_before(trials: Sequence[FrozenTrial], number: int) -> bool:
    """Whether a trial before this one resumes the same stopped trial.

    Args:
        trials: Of the study, by number, read after this one was begun.
        number: Of a trial that was made by `transitions.resume`.
    """
    resumed = trials[number].user_attrs[attr.RESUMES]
    return any(trial.user_attrs.get(attr.RESUMES) == resumed and not is_interrupted(trial) for trial in trials[:number])
