"""An estimate of the time that a search still takes, from what its trainings have taken so far.

A search ends when all its networks have been started and no trial waits at a rung that must be promoted. So what is
left is: the jobs that run; the networks to be started, which are assumed to be promoted as often as those before them;
and the trials that wait at a rung and are non-dominated there, which must be promoted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from optuna.trial import FrozenTrial, TrialState

from search.display.work import Running, Work
from search.optimizer.rungs import Ladder
from search.optimizer.study.study import SearchStudy
from search.optimizer.trials import attributes as attr
from search.optimizer.trials import promotion
from search.optimizer.trials.records import last_rung, reached
from search.training.trainer import SECONDS_COLUMN

JOBS_NEEDED = 3
"""Jobs of this search that must have ended with a result before there is an estimate."""

RECENT_NETWORKS = 20
"""Networks whose trainings predict those of the networks to come. Older ones say little: a search first explores, then
most of its networks are promoted, and in the end few are better than those it has."""

PRIOR_SHARE, PRIOR_WEIGHT = 1 / 3, 2.0
"""Assumed share of the networks at a rung that are promoted, and the number of results that it counts for."""


@dataclass(frozen=True)
class Pace:
    """How long a training takes, and how often a network is promoted.

    Attributes:
        ladder: Of the study.
        preparing: Seconds of a job that are not training.
        epoch: Mean seconds of an epoch.
        promoted: By rung below the top, the share of the networks there that are promoted.
    """

    ladder: Ladder
    preparing: float
    epoch: float
    promoted: Mapping[int, float]

    def of_new(self) -> float:
        """Expected worker seconds of a network that is not started yet, including all its rungs."""
        lowest = self.ladder.rungs[0]
        return self.preparing + lowest * self.epoch + self.beyond(lowest, self.epoch)

    def of_promotion(self, rung: int, epoch: float, *, resume_from: int | None = None) -> float:
        """Expected worker seconds of a network that is promoted to the next rung, and perhaps beyond.

        Args:
            rung: Where it waits.
            epoch: Seconds that one of its epochs takes.
            resume_from: Epochs whose weights are stored; by default all.
        """
        milestone = self.ladder.after(rung)
        epochs = self.ladder.epochs_to_train(rung if resume_from is None else resume_from, milestone)
        return self.preparing + epochs * epoch + self.beyond(milestone, epoch)

    def beyond(self, rung: int, epoch: float) -> float:
        """Expected worker seconds after a network has reached a rung."""
        return 0.0 if rung == self.ladder.top else self.promoted[rung] * self.of_promotion(rung, epoch)


def seconds_left(study: SearchStudy, work: Work, *, total: int) -> float | None:
    """A rough estimate of the seconds until the search ends; None if too little is known.

    Args:
        study: What is searched.
        work: What its workers have done and do.
        total: Networks of the complete search.
    """
    if work.done < JOBS_NEEDED or not work.workers_busy:
        return None
    trials = study.trials()
    must_promote = _must_promote(study)
    pace = _pace(study.ladder, trials, must_promote, work)
    waiting = {trial.number: trial for trial in study.waiting() if trial.number in must_promote}
    parts = [_seconds_of_running(pace, job, work.now) for job in work.running.values()]
    parts += [_seconds_of_waiting(pace, trial) for trial in waiting.values()]
    not_started = max(0, total - study.trained_so_far())
    # However many workers there are, one network is trained by one.
    return max([(sum(parts) + not_started * pace.of_new()) / work.workers_busy, *parts])


def _seconds_of_running(pace: Pace, job: Running, now: float) -> float:
    epoch = job.seconds_per_epoch or pace.epoch
    preparing = 0.0 if job.seconds_per_epoch else pace.preparing
    left = preparing + (job.milestone - job.epoch) * epoch - (now - job.last_message)
    return max(0.0, left) + pace.beyond(job.milestone, epoch)


def _seconds_of_waiting(pace: Pace, trial: FrozenTrial) -> float:
    # Of a network that an earlier search has stopped no weights are left.
    resume_from = 0 if trial.state == TrialState.PRUNED else None
    return pace.of_promotion(last_rung(trial), _seconds_per_epoch(trial) or pace.epoch, resume_from=resume_from)


def _pace(ladder: Ladder, trials: Sequence[FrozenTrial], must_promote: set[int], work: Work) -> Pace:
    at_a_rung = [trial for trial in trials if reached(trial)]
    recent = (at_a_rung or trials)[-RECENT_NETWORKS:]
    epochs = [seconds for trial in recent if (seconds := _seconds_per_epoch(trial))]
    promoted = {rung: _promoted_share(rung, at_a_rung, must_promote) for rung in ladder.rungs[:-1]}
    return Pace(ladder, work.preparing, float(np.mean(epochs)) if epochs else 0.0, promoted)


def _promoted_share(rung: int, trials: Sequence[FrozenTrial], must_promote: set[int]) -> float:
    """Of the trials that have reached a rung, the share that was promoted or must be."""
    at_rung = [trial for trial in trials if rung in reached(trial)][-RECENT_NETWORKS:]
    promoted = sum(trial.user_attrs[attr.MILESTONE] > rung or trial.number in must_promote for trial in at_rung)
    return (promoted + PRIOR_SHARE * PRIOR_WEIGHT) / (len(at_rung) + PRIOR_WEIGHT)


def _must_promote(study: SearchStudy) -> set[int]:
    """Numbers of the trials that may not be stopped at the rung they have reached, below the top.

    With the noise of the last fit: a new fit would take too long for a display.
    """
    trials = study.trials()
    at_a_rung = [trial for trial in trials if 0 < last_rung(trial) < study.ladder.top]
    promoted = promotion.must_promote(trials, at_a_rung, noise=study.noise, chance=study.problem.chance)
    return {trial.number for trial in promoted}


def _seconds_per_epoch(trial: FrozenTrial) -> float | None:
    """Mean over a trial's epochs; None if none was measured."""
    seconds = [epoch[SECONDS_COLUMN] for epoch in trial.user_attrs.get(attr.EPOCHS, [])]
    return float(np.mean(seconds)) if seconds else None
