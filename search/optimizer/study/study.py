"""A study: an Optuna study of two objectives, accuracy up and a known cost down, and a trial's life in it.

Optuna's storage is the truth. A search asks its `SearchStudy` for trainings, records in it what was measured, and reads
the front.

A trial's life: RUNNING while it is trained up to a rung; still RUNNING, but paused, until it is asked for again to be
trained up to the next; COMPLETE at the top rung. What is still paused when the search ends is PRUNED, keeps its
results, and can be resumed by a later search of the study as a trial of its own.
"""

import math
from collections.abc import Sequence
from functools import partial
from random import Random

import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState

from search.optimizer.networks.candidates import RandomCandidates
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.base import NewTrial, Promotion, Sampler, StudyState
from search.optimizer.sampler.known_cost import FixedParamsSampler
from search.optimizer.sampler.posterior import Posterior
from search.optimizer.sampler.registry import make_sampler, trial_seed
from search.optimizer.sampler.training_subset import nearest, training_subset
from search.optimizer.sampler.warm_start import SourceTaskMean, WarmStart
from search.optimizer.study.open_trials import OpenTrials
from search.optimizer.study.proposal import Proposal
from search.optimizer.study.starter import SpaceExhausted, TrialStarter
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.history import History
from search.optimizer.trials.optuna_storage import allow_stop, is_stopped
from search.optimizer.trials.records import function_key_of

KEPT_PAUSED, MORE_PAUSED = 200, 50
"""Trials of this process that stay paused, and how many more there may be before the surplus is stopped.

A database takes a millisecond for each trial that is open, whenever it is read, and a disk has weights of each.
"""

SKIPS_BEFORE_RANDOM = 20
"""Refused proposals in a row after which one is drawn at random instead."""


class SearchStudy(StoredStudy):
    """A study that a search works on; see the module. `opening.open_study` makes one.

    Args:
        study: Optuna's.
        problem: What is searched; with bounds.
        sampler: A name of `SAMPLERS`, or module:name as `make_sampler` takes it.
        seed: Of the decisions and the trainings.
    """

    def __init__(self, study: optuna.Study, problem: Problem, *, sampler: str, seed: int) -> None:
        super().__init__(study)
        allow_stop(study)
        self.problem = problem
        self._sampler_name, self._seed = sampler, seed
        self._history = History(caps=problem.caps)
        self._draws = RandomCandidates(problem, seed=seed)
        warm_start = study.user_attrs.get(attr.WARM_START)
        self._source_task_mean = (
            None if warm_start is None else SourceTaskMean(WarmStart.from_dict(warm_start), problem)
        )
        self._posterior: Posterior | None = None  # the last
        self._batch: Sampler | None = None  # decides for new networks and promotions
        self._finishing: Sampler | None = None  # decides for promotions alone
        self._open = OpenTrials(study, self._cache, problem)
        self._starter = TrialStarter(
            study, problem, seed=seed, cache=self._cache, history=self._history, open_trials=self._open
        )
        self._most_paused = KEPT_PAUSED + MORE_PAUSED

    @property
    def ladder(self) -> Ladder:
        """The rungs at which trainings are judged."""
        return self.problem.ladder

    def refresh_if_due(self) -> None:
        """Read what other processes have done to the study, unless that was read a moment ago."""
        self._cache.refresh_if_due()

    def ask(self, total: float = math.inf) -> Proposal | None:
        """The next training: of a new network up to the lowest rung, or of a waiting one up to its next.

        Proposals over a cap become pruned trials with a violated constraint; proposals of a known network become pruned
        trials that name it. Neither is handed out.

        Args:
            total: How many trials of the study may count, those of other searches included.
        Returns:
            None where the study has its total.
        Raises:
            SpaceExhausted: If there is nothing new under the caps, or the sampler has stopped the study.
            SearchError: If the sampler can't suggest a network.
        """
        if self.has(total):
            return None
        self._stop_surplus()
        for _ in range(SKIPS_BEFORE_RANDOM):
            proposal = self._next(total)
            if proposal is not None or self.has(total):
                return proposal
        while True:
            self._starter.enqueue_random()
            decision = NewTrial({}, FixedParamsSampler({}, Random(trial_seed(self._seed, len(self.trials())))))
            proposal = self._starter.begin(decision, total=total)
            if proposal is not None or self.has(total):
                return proposal

    def _next(self, total: float) -> Proposal | None:
        if is_stopped(self.optuna_study):
            raise SpaceExhausted(
                f"the sampler {self._sampler_name} has stopped the search after {self.trained_so_far()} networks, as "
                "samplers do that have no others to propose. To go on, name another with --sampler."
            )
        decision = self._decide()
        self._posterior = decision.posterior or self._posterior
        if isinstance(decision, Promotion):
            return self._starter.promote(decision.trial)
        return self._starter.begin(decision, total=total)

    def _decide(self) -> NewTrial | Promotion:
        """The next of a batch of decisions, or the first of a new one."""
        history, self._finishing = self._read(), None
        if self._batch is not None:
            waiting = set(history.waiting(self._open))
            if (decision := self._batch.decide_again(known=history.keys, waiting=waiting)) is not None:
                return decision
        self._batch = self._sampler()
        return self._batch.decide(self._state())

    def _decide_promotion(self) -> Promotion | None:
        """As `_decide`, where no new network is begun any more."""
        self._batch = None
        if self._finishing is not None:
            waiting = set(self._read().waiting(self._open))
            if (decision := self._finishing.decide_promotion_again(waiting=waiting)) is not None:
                return decision
        self._finishing = self._sampler()
        return self._finishing.decide_promotion(self._state())

    def ask_to_finish(self) -> Proposal | None:
        """The next training of a waiting trial that may not be stopped; None if there is none.

        It is asked when no new network is begun any more.
        """
        decision = self._decide_promotion()
        if decision is None:
            return None
        self._posterior = decision.posterior or self._posterior
        return self._starter.promote(decision.trial)

    def has(self, total: float) -> bool:
        """Whether so many trials count."""
        return self.trained_so_far() >= total

    def must_promote(self) -> list[FrozenTrial]:
        """Trials that wait at a rung and may not be stopped there: non-dominated within noise.

        If very many wait, only those nearest to the front are among them.
        """
        state = self._state()
        if not state.waiting:
            return []
        random = Random(trial_seed(self._seed, len(self.trials())))
        self._posterior = Posterior(
            state.trials, [], problem=self.problem, random=random, source_task_mean=self._source_task_mean
        )
        return self._posterior.must_promote(state.trials, state.waiting)

    def waiting(self) -> list[FrozenTrial]:
        """Trials that may be trained further: paused at a rung by this process, or stopped in an earlier search."""
        trials = self.trials()
        return [trials[number] for number in self._read().waiting(self._open)]

    def trained_so_far(self) -> int:
        """How many trials count: the length of `trained`."""
        return self._read().trained

    def noise(self, rung: int) -> float:
        """Standard deviation of a log loss measured at a rung, by the last posterior; 0 before the first."""
        return self._posterior.noise(rung) if self._posterior else 0.0

    def record_epoch(self, number: int, epoch: Sequence[float]) -> None:
        """Store what was measured after an epoch: the columns of `attributes.EPOCHS` but for the last."""
        self._open.record_epoch(number, epoch)

    def record_rung(self, number: int, *, accuracy: float, seconds: float) -> None:
        """The trial has reached the rung it was trained up to: it is complete there, or waits.

        Args:
            number: Of the trial.
            accuracy: On the validation images, 0 to 1.
            seconds: Of this training.
        """
        self._open.record_rung(number, accuracy=accuracy, seconds=seconds)

    def fail(self, number: int, reason: str) -> None:
        """The trial has no result and is not tried again."""
        self._open.fail(number, reason)

    def failed_in_a_row(self) -> list[FrozenTrial]:
        """Trials that have failed, in this search, since one had a result."""
        return self._open.failed_in_a_row()

    def interrupt(self, number: int, reason: str, *, died: bool = False) -> None:
        """The training was cut short. A trial that had reached a rung waits there; another does not count, and its
        network is queued again.

        Args:
            number: Of the trial.
            reason: Why, for a person.
            died: Whether its worker died, for which its network may be the cause.
        """
        self._open.interrupt(number, reason, died=died)

    def close(self, reason: str) -> None:
        """End all that this process has open: what has reached a rung is PRUNED there, the rest `interrupt`ed."""
        self._open.close(reason)

    def running(self) -> list[int]:
        """Numbers of the trials that this process has handed out and that have not ended yet."""
        paused = self._read().paused
        return [number for number in self._open if number not in paused]

    def is_shared(self) -> bool:
        """Whether another process works on the study, too."""
        self.refresh()
        return any(trial.state == TrialState.RUNNING and trial.number not in self._open for trial in self.trials())

    def deaths(self, number: int) -> int:
        """How many workers have died with the network of this trial."""
        key = function_key_of(self.trials()[number])
        return sum(t.user_attrs.get(attr.DEATHS, 0) for t in self.trials() if function_key_of(t) == key)

    def _read(self) -> History:
        return self._history.read(self.trials())

    def _state(self) -> StudyState:
        """What the next decision is made from."""
        history = self._read()
        trials, waiting = training_subset(self.trials(), history, history.waiting(self._open))
        return StudyState(trials, waiting, history.keys)

    def _stop_surplus(self) -> None:
        """If too many trials are paused, stop those furthest from the front, but none that must be promoted."""
        history = self._read()
        paused = np.array(sorted(number for number in history.paused if number in self._open), dtype=int)
        if len(paused) <= self._most_paused:
            return
        promoted = {trial.number for trial in self.must_promote()}
        for number in nearest(history.losses(), np.array(history.costs), waiting=paused)[KEPT_PAUSED:].tolist():
            if number not in promoted:
                self._open.stop(number)
        self._most_paused = max(KEPT_PAUSED, len(self._open)) + MORE_PAUSED
        self._cache.invalidate()

    def _sampler(self) -> Sampler:
        number = len(self.trials())
        return make_sampler(
            self._sampler_name,
            self.problem,
            seed=self._seed,
            trial_number=number,
            source_task_mean=self._source_task_mean,
            draws=partial(self._draws.at, number),
        )
