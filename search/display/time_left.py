"""How long a search will take yet, told from what its trainings have taken so far.

A search ends when all its networks are begun and none waits at a rung that may not be stopped there. So what is left
is: the jobs that run; the networks to be begun, each of which goes on from its rungs as often as those before it did;
and those that wait at a rung and are non-dominated there, which will have to be finished.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from optuna.trial import FrozenTrial, TrialState

from search.display.work import SECONDS_COLUMN, Running, Work
from search.optimizer.rungs import Ladder, non_dominated_within_noise
from search.optimizer.study.study import SearchStudy
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import MIN_LOSS, costs_of, is_start_point, last_rung, reached

JOBS_TO_TELL = 3
"""Jobs with a result, of this search, before which nothing is told."""

RECENT = 20
"""Networks whose trainings tell what those to come will take. A search goes from looking around to what is good, where
most networks go on, and from there to where few are better than what it has."""

PRIOR_SHARE, PRIOR_WEIGHT = 1 / 3, 2.0
"""Of the networks of a rung, how many go on; before there are more than a few, and how many results that counts for."""


@dataclass(frozen=True)
class Pace:
    """What a training takes, and how often one goes on.

    Attributes:
        ladder: Of the study.
        preparing: Seconds of a job that are not training.
        epoch: Seconds of an epoch, on average.
        going_on: By rung below the top, the share of the networks there that are trained further.
    """

    ladder: Ladder
    preparing: float
    epoch: float
    going_on: Mapping[int, float]

    def of_new(self) -> float:
        """Worker seconds that a network to be begun is expected to take, all its rungs included."""
        lowest = self.ladder.rungs[0]
        return self.preparing + lowest * self.epoch + self.beyond(lowest, self.epoch)

    def of_next(self, rung: int, epoch: float, *, resume_from: int | None = None) -> float:
        """Worker seconds of a network that will go on from a rung, to the next and perhaps beyond.

        Args:
            rung: Where it waits.
            epoch: Seconds that an epoch of it takes.
            begun: Epochs whose weights are kept; by default all.
        """
        milestone = self.ladder.after(rung)
        epochs = self.ladder.epochs_to_train(rung if resume_from is None else resume_from, milestone)
        return self.preparing + epochs * epoch + self.beyond(milestone, epoch)

    def beyond(self, rung: int, epoch: float) -> float:
        """Worker seconds that may follow once a network has reached a rung."""
        return 0.0 if rung == self.ladder.top else self.going_on[rung] * self.of_next(rung, epoch)


def seconds_left(study: SearchStudy, work: Work, *, total: int) -> float | None:
    """Until the search will end, roughly; None where too little is known.

    Args:
        study: What is searched.
        work: What its workers have done and do.
        total: Networks when the search is complete.
    """
    if work.done < JOBS_TO_TELL or not work.workers_busy:
        return None
    trials = study.trials()
    kept = _must_promote(study)
    pace = _pace(study.ladder, trials, kept, work)
    waiting = {trial.number: trial for trial in study.waiting() if trial.number in kept}
    parts = [_of_running(pace, job, work.now) for job in work.running.values()]
    parts += [_of_waiting(pace, trial) for trial in waiting.values()]
    to_begin = max(0, total - study.trained_so_far())
    # However many workers there are, one network is trained by one.
    return max([(sum(parts) + to_begin * pace.of_new()) / work.workers_busy, *parts])


def _of_running(pace: Pace, job: Running, now: float) -> float:
    epoch = job.seconds_per_epoch or pace.epoch
    preparing = 0.0 if job.seconds_per_epoch else pace.preparing
    left = preparing + (job.milestone - job.epoch) * epoch - (now - job.heard)
    return max(0.0, left) + pace.beyond(job.milestone, epoch)


def _of_waiting(pace: Pace, trial: FrozenTrial) -> float:
    # Of a network that an earlier search has stopped no weights are left.
    resume_from = 0 if trial.state == TrialState.PRUNED else None
    return pace.of_next(last_rung(trial), _seconds_per_epoch(trial) or pace.epoch, resume_from=resume_from)


def _pace(ladder: Ladder, trials: Sequence[FrozenTrial], kept: set[int], work: Work) -> Pace:
    # Start points are trained to the end whatever they are worth: they tell nothing of those that will be proposed.
    searched = [trial for trial in trials if not is_start_point(trial) and reached(trial)]
    timed = [seconds for trial in (searched or trials)[-RECENT:] if (seconds := _seconds_per_epoch(trial))]
    going_on = {rung: _share_going_on(rung, searched, kept) for rung in ladder.rungs[:-1]}
    return Pace(ladder, work.preparing, float(np.mean(timed)) if timed else 0.0, going_on)


def _share_going_on(rung: int, trials: Sequence[FrozenTrial], kept: set[int]) -> float:
    """Of the trials that have reached a rung, those that went on from it or will have to."""
    there = [trial for trial in trials if rung in reached(trial)][-RECENT:]
    on = sum(trial.user_attrs[attr.MILESTONE] > rung or trial.number in kept for trial in there)
    return (on + PRIOR_SHARE * PRIOR_WEIGHT) / (len(there) + PRIOR_WEIGHT)


def _must_promote(study: SearchStudy) -> set[int]:
    """Numbers of the trials that may not be stopped at the rung they have reached, below the top.

    As `study.promised`, but with the noise that the study last learnt: to learn takes too long for a screen.
    """
    found: set[int] = set()
    results = [(trial, accuracies) for trial in study.trials() if (accuracies := reached(trial))]
    for rung in study.ladder.rungs[:-1]:
        peers = [(trial, accuracies) for trial, accuracies in results if rung in accuracies]
        losses = np.log([max(1 - accuracies[rung], MIN_LOSS) for _, accuracies in peers])
        kept = non_dominated_within_noise(losses, costs_of([trial for trial, _ in peers]), noise=study.noise(rung))
        found |= {
            trial.number
            for (trial, accuracies), keep in zip(peers, kept, strict=True)
            if (keep or is_start_point(trial)) and max(accuracies) == rung
        }
    return found


def _seconds_per_epoch(trial: FrozenTrial) -> float | None:
    """Mean of a trial's epochs; None where none was measured."""
    seconds = [epoch[SECONDS_COLUMN] for epoch in trial.user_attrs.get(attr.EPOCHS, [])]
    return float(np.mean(seconds)) if seconds else None
