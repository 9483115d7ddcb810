"""A study: an Optuna study of two objectives, accuracy up and a known cost down, and a trial's life in it.

The Optuna storage is the truth. Whoever holds a `SearchStudy` asks for trainings, tells what was measured, and reads
the front. Costs are known before training, so what is over a cap, or was trained before, is never handed out.

A trial's life: RUNNING while it is trained up to a rung; still RUNNING, but paused, until it is asked for again to be
trained up to the next; COMPLETE at the top rung. What is still paused when the search ends is PRUNED, keeps what it
learnt, and can be taken up by a later search of the study as a trial of its own.
"""

import math
from collections.abc import Sequence
from functools import partial
from random import Random
from typing import Any

import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState

from search.errors import SearchError
from search.optimizer.networks.candidates import Draws
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.describe import CannotDescribe, describe, draw_budget, random_networks
from search.optimizer.networks.hyperparameters import StoredHyperParameters, TrialHyperParameters
from search.optimizer.networks.objective import FLOPS, Objective
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.known_cost import KnownCostSampler
from search.optimizer.sampler.posterior import Posterior
from search.optimizer.sampler.registry import make_sampler, trial_seed
from search.optimizer.sampler.training_subset import nearest, training_subset
from search.optimizer.sampler.warm_start import SourceTaskMean, WarmStart
from search.optimizer.study.proposal import Proposal
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.claims import is_one_too_many, was_taken_up_before
from search.optimizer.trials.history import History
from search.optimizer.trials.process_id import this_process
from search.optimizer.trials.records import costs_of, last_rung
from search.optimizer.trials.resumption import take_up
from search.optimizer.trials.transitions import abandon, complete, stop_at_rung

KEPT_PAUSED, MORE_PAUSED = 200, 50
"""Of trials that this process has paused, how many stay when there are too many, and how many more are too many.

A database takes a millisecond for each trial that is open, whenever it is read, and a disk has weights of each.
"""

SKIPS_BEFORE_RANDOM = 20
"""Refused proposals in a row after which one is drawn at random instead."""

RANDOM_DRAWS = 5_000
"""Draws without a new network under the caps after which the space counts as searched."""

RANDOM_BUILT = 200
"""The same, of a space whose networks are built to be priced."""


class SpaceExhausted(SearchError):
    """No network under the caps is left that was not trained."""


class SearchStudy(StoredStudy):
    """See the module. Make one with `opening.open_study`.

    Args:
        study: Optuna's.
        space: What can be built.
        sampler: A name of `SAMPLERS`.
        seed: Of the proposals and the trainings.
        caps: What a network may cost.
        ladder: Epochs at which trainings are judged.
        objective: What is minimised beside the loss.
    """

    def __init__(
        self,
        study: optuna.Study,
        space,
        *,
        sampler: str,
        seed: int,
        caps: Caps,
        ladder: Ladder,
        objective: Objective = FLOPS,
    ) -> None:
        super().__init__(study)
        self.space = space
        self.ladder = ladder
        self.objective = objective
        self._sampler, self._seed, self._caps = sampler, seed, caps
        self._history = History(caps=caps)
        self._draws = Draws(space, caps=caps, objective=objective, seed=seed)
        earlier = study.user_attrs.get(attr.WARM_START)
        self._source_task_mean = None if earlier is None else self._source_task_mean_of(WarmStart.from_dict(earlier))
        self._posterior: Posterior | None = None  # the last
        self._open: dict[int, tuple[optuna.Trial, Any]] = {}  # number to trial and architecture, paused ones too
        self._most_paused = KEPT_PAUSED + MORE_PAUSED
        self._failed: list[int] = []  # numbers of those that failed here since one had a result

    def look(self) -> None:
        """See what other processes have done to the study, unless that was seen a moment ago."""
        self._view.look()

    def ask(self, total: float = math.inf) -> Proposal | None:
        """The next training: of a new network up to the lowest rung, or of a waiting one up to its next.

        Proposals over a cap become pruned trials with a violated constraint; proposals of a known network become pruned
        trials that name it. Neither is handed out.

        Args:
            total: How many trials of the study may count, those of other searches included.
        Returns:
            None where the study has its total.
        Raises:
            SpaceExhausted: If there is nothing new under the caps.
        """
        if self.has(total):
            return None
        self._stop_the_last()
        for _ in range(SKIPS_BEFORE_RANDOM):
            sampler = self._make_sampler()
            if isinstance(sampler, KnownCostSampler):
                trials, waiting = self._training_subset()
                chosen = sampler.decide(trials, waiting, known=self._read().keys)
                self._posterior = sampler.posterior or self._posterior
            else:
                chosen = next(iter(self.must_promote()), None)
            promotes = isinstance(chosen, FrozenTrial)
            proposal = self._promote(chosen) if promotes else self._propose(sampler, total)
            if proposal is not None or self.has(total):
                return proposal
        self._enqueue_random()
        while (proposal := self._propose(self._make_sampler(), total)) is None and not self.has(total):
            self._enqueue_random()
        return proposal

    def has(self, total: float) -> bool:
        """Whether so many trials count."""
        return self.trained_so_far() >= total

    def ask_to_finish(self) -> Proposal | None:
        """The next training of those that may not be stopped; None when what waits may be.

        For when no new network is to be begun.
        """
        trials, waiting = self._training_subset()
        posterior = self._learn(trials) if waiting else None
        if posterior is None or not (must_promote := posterior.must_promote(trials, waiting)):
            return None
        sampler = self._make_sampler()
        first = (
            sampler.first_of(trials, must_promote, posterior)
            if isinstance(sampler, KnownCostSampler)
            else must_promote[0]
        )
        return self._promote(first)

    def must_promote(self) -> list[FrozenTrial]:
        """Trials that wait at a rung and may not be stopped there: non-dominated, seen optimistically, or start points.

        Of very many not all: those that are nearest to the front.
        """
        trials, waiting = self._training_subset()
        return self._learn(trials).must_promote(trials, waiting) if waiting else []

    def waiting(self) -> list[FrozenTrial]:
        """Trials that may be trained further: paused at a rung by this process, or stopped in an earlier search."""
        trials = self.trials()
        return [trials[number] for number in self._read().waiting(self._open)]

    def trained_so_far(self) -> int:
        """How many trials count: as many as `trained` has."""
        return self._read().trained

    def noise(self, rung: int) -> float:
        """Standard deviation of a log loss measured at a rung, as it was last learnt; 0 before anything was."""
        return self._posterior.noise(rung) if self._posterior else 0.0

    def record_epoch(self, number: int, epoch: Sequence[float]) -> None:
        """Store what was measured after an epoch: the columns of `attributes.EPOCHS`."""
        trial, _ = self._open[number]
        epochs = [*trial.user_attrs.get(attr.EPOCHS, []), list(epoch)]
        trial.set_user_attr(attr.EPOCHS, epochs)
        self._view.see(trial)

    def record_rung(self, number: int, *, accuracy: float, seconds: float) -> None:
        """The trial has reached the rung it was trained up to: it is complete there, or waits.

        Args:
            number: Of the trial.
            accuracy: On the validation images, 0 to 1.
            seconds: Of this training.
        """
        trial, _ = self._open[number]
        self._failed.clear()
        milestone = trial.user_attrs[attr.MILESTONE]
        passed = {e[0]: e[1] for e in trial.user_attrs.get(attr.EPOCHS, []) if e[0] in self.ladder.rungs}
        rungs = {str(rung): value for rung, value in (passed | {milestone: accuracy}).items()}
        trial.set_user_attr(attr.SECONDS, trial.user_attrs.get(attr.SECONDS, 0.0) + seconds)
        top = milestone == self.ladder.top
        if top:  # Told first: whatever of the rest is missing when a process is killed follows from it.
            cost = float(costs_of([self._stored(number)])[0])
            trial.set_user_attr(attr.RESULT, (accuracy, self.objective.value_per_cost * cost))
        trial.set_user_attr(attr.RUNGS, rungs | trial.user_attrs.get(attr.RUNGS, {}))
        self._view.see(trial)
        if top:
            del self._open[number]
            complete(self.optuna_study, self._stored(number))
            self._view.see(trial)

    def fail(self, number: int, reason: str) -> None:
        """The trial has no result and is not tried again."""
        trial, _ = self._open.pop(number)
        self._failed.append(number)
        trial.set_user_attr(attr.REASON, reason)
        self._constrain(trial, "failed", 1.0)  # It keeps samplers away from what fails.
        self.optuna_study.tell(trial, state=TrialState.FAIL)
        self._view.see(trial)

    def failed_in_a_row(self) -> list[FrozenTrial]:
        """Trials that have failed, in this search, since one had a result."""
        return [self._stored(number) for number in self._failed]

    def interrupt(self, number: int, reason: str, *, died: bool = False) -> None:
        """The training was cut short. A trial that had reached a rung waits there; another does not count, and its
        network is next in line.

        Args:
            number: Of the trial.
            reason: Why, for a person.
            died: Whether its worker died, for which its network may be the cause.
        """
        trial, _ = self._open[number]
        if died:
            trial.set_user_attr(attr.DEATHS, trial.user_attrs.get(attr.DEATHS, 0) + 1)
        if attr.RUNGS in trial.user_attrs:
            trial.set_user_attr(attr.MILESTONE, last_rung(self._stored(number)))
            self._view.see(trial)
        else:
            del self._open[number]
            abandon(self.optuna_study, self._stored(number), reason)
            self._view.forget()

    def close(self, reason: str) -> None:
        """End all that this process has open: what has reached a rung is PRUNED there, the rest `interrupt`ed."""
        for number in list(self._open):
            self.interrupt(number, reason)
        for number in self._open:
            stop_at_rung(self.optuna_study, self._stored(number))
        self._open.clear()
        self._view.forget()

    def running(self) -> list[int]:
        """Numbers of the trials that this process has handed out and not yet heard the end of."""
        paused = self._read().paused
        return [number for number in self._open if number not in paused]

    def is_shared(self) -> bool:
        """Whether another process works on the study, too."""
        self.refresh()
        return any(trial.state == TrialState.RUNNING and trial.number not in self._open for trial in self.trials())

    def deaths(self, number: int) -> int:
        """How many workers have died with the network of this trial."""
        key = self._open[number][0].user_attrs[attr.KEY]
        return sum(t.user_attrs.get(attr.DEATHS, 0) for t in self.trials() if t.user_attrs.get(attr.KEY) == key)

    def _stored(self, number: int) -> FrozenTrial:
        return self.trials()[number]

    def _read(self) -> History:
        return self._history.read(self.trials())

    def _training_subset(self) -> tuple[Sequence[FrozenTrial], list[FrozenTrial]]:
        """What to learn from, and what of it may be trained further."""
        history = self._read()
        return training_subset(self.trials(), history, history.waiting(self._open))

    def _stop_the_last(self) -> None:
        """Of more trials than may be paused, stop those furthest from the front, but none that may not be stopped."""
        history = self._read()
        paused = np.array(sorted(history.paused & self._open.keys()), dtype=int)
        if len(paused) <= self._most_paused:
            return
        must_promote = {trial.number for trial in self.must_promote()}
        for number in nearest(history.losses(), np.array(history.costs), waiting=paused)[KEPT_PAUSED:].tolist():
            if number not in must_promote:
                del self._open[number]
                stop_at_rung(self.optuna_study, self._stored(number))
        self._most_paused = max(KEPT_PAUSED, len(self._open)) + MORE_PAUSED
        self._view.forget()

    def _learn(self, trials: Sequence[FrozenTrial]) -> Posterior:
        random = Random(trial_seed(self._seed, len(self.trials())))
        self._posterior = Posterior(
            trials, [], ladder=self.ladder, bounds=self.bounds, random=random, source_task_mean=self._source_task_mean
        )
        return self._posterior

    def _source_task_mean_of(self, earlier: WarmStart) -> SourceTaskMean:
        return SourceTaskMean(earlier, space=self.space, objective=self.objective, bounds=self.bounds)

    def _make_sampler(self) -> optuna.samplers.BaseSampler:
        return make_sampler(
            self._sampler,
            seed=self._seed,
            trial_number=len(self.trials()),
            space=self.space,
            bounds=self.bounds,
            caps=self._caps,
            ladder=self.ladder,
            objective=self.objective,
            source_task_mean=self._source_task_mean,
            draws=partial(self._draws.at, len(self.trials())),
        )

    def _propose(self, sampler: optuna.samplers.BaseSampler, total: float) -> Proposal | None:
        self.optuna_study.sampler = sampler
        trial = self.optuna_study.ask()
        self._open[trial.number] = (trial, None)
        trial.set_user_attr(attr.PROCESS_ID, this_process())
        try:
            architecture, cost = describe(self.space, TrialHyperParameters(trial))
        except CannotDescribe as error:
            self.fail(trial.number, str(error))
            return None
        return self._screen(trial, architecture, cost, total)

    def _screen(self, trial: optuna.Trial, architecture, cost, total: float) -> Proposal | None:
        trial.set_user_attr(attr.KEY, architecture.key)
        trial.set_user_attr(attr.MACS, cost.multiply_adds)
        trial.set_user_attr(attr.PARAMETERS, cost.parameters)
        if self.objective is not FLOPS:
            trial.set_user_attr(attr.COST, self.objective.price(cost))
        for name, excess in self._caps.excess(cost).items():
            self._constrain(trial, name, excess)
        if not self._caps.allow(cost):
            trial.set_user_attr(attr.OVER_CAP, True)
            return self._skip(trial, f"outside the caps: {cost.flops:,} FLOPs, {cost.parameters:,} parameters")
        self._view.see_begun(trial, mine=self._open)
        if is_one_too_many(self.trials(), trial.number, total=total):
            self.interrupt(trial.number, "another search was the first to begin the last of the study")
            return None
        twin = self._read().twin(trial.number, architecture.key)
        if twin is not None:
            trial.set_user_attr(attr.REPEATS, twin)
            return self._skip(trial, f"the same network as trial {twin}")
        trial.set_user_attr(attr.PEAK_ACTIVATION_BYTES, cost.peak_activation_bytes)
        trial.set_user_attr(attr.WORDS, architecture.words())
        trial.set_user_attr(attr.ARCHITECTURE, architecture.to_dict())
        self._open[trial.number] = (trial, architecture)
        return self._train(trial, milestone=self.ladder.rungs[0], resume_from=0)

    def _promote(self, waiting: FrozenTrial) -> Proposal | None:
        """A waiting trial's next training; None where another search has just taken it up."""
        milestone = self.ladder.after(last_rung(waiting))
        if waiting.number not in self._open:
            again = take_up(self.optuna_study, waiting)
            self._open[again.number] = (again, self.space.architecture(StoredHyperParameters(waiting.params)))
            self._view.see_begun(again, mine=self._open)
            if was_taken_up_before(self.trials(), again.number):
                self.interrupt(again.number, "another search was the first to go on with this network")
                return None
            return self._train(again, milestone=milestone, resume_from=0)
        trial, _ = self._open[waiting.number]
        resume_from = last_rung(waiting)
        epochs = [epoch for epoch in waiting.user_attrs.get(attr.EPOCHS, []) if epoch[0] <= resume_from]
        trial.set_user_attr(attr.EPOCHS, epochs)
        return self._train(trial, milestone=milestone, resume_from=resume_from)

    def _train(self, trial: optuna.Trial, *, milestone: int, resume_from: int) -> Proposal:
        trial.set_user_attr(attr.MILESTONE, milestone)
        self._view.see(trial)
        seed = trial_seed(self._seed, trial.user_attrs.get(attr.RESUMES, trial.number))
        architecture = self._open[trial.number][1]
        return Proposal(trial.number, architecture, seed, self.ladder.between(resume_from, milestone), resume_from)

    def _skip(self, trial: optuna.Trial, reason: str) -> None:
        trial.set_user_attr(attr.REASON, reason)
        self.optuna_study.tell(trial, state=TrialState.PRUNED)
        self._view.see_begun(trial, mine=self._open)
        del self._open[trial.number]

    def _constrain(self, trial: optuna.Trial, name: str, excess: float) -> None:
        trial.set_constraint(name, excess)
        if excess > 0:  # optuna-dashboard knows the older, nameless form alone.
            self.optuna_study._storage.set_trial_system_attr(trial._trial_id, "constraints", [excess])

    def _enqueue_random(self) -> None:
        random = Random(trial_seed(self._seed, len(self.trials())))
        known = {trial.user_attrs.get(attr.KEY) for trial in self.trained()}
        draws = draw_budget(self.space, RANDOM_DRAWS, built=RANDOM_BUILT)
        for hp, architecture, cost in random_networks(self.space, random, draws=draws):
            if architecture.key not in known and self._caps.allow(cost):
                self.optuna_study.enqueue_trial(hp.values)
                self._view.forget()
                return
        raise SpaceExhausted(
            f"no new network under the caps was found in {draws:,} random draws; {len(known)} are trained. "
            "Widen --min-flops, --max-flops or --max-params, or search a larger space."
        )
