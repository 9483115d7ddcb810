"""Begins trials: new ones, and those that resume what an earlier search has stopped.

Costs are known before training, so what is over a cap, or was trained before, is never handed out.
"""

from collections.abc import Collection, Mapping
from random import Random
from typing import Any

import optuna
from optuna.distributions import BaseDistribution

from search.errors import SearchError
from search.optimizer.networks.bounds import cheapest
from search.optimizer.networks.candidates import Candidate, variations
from search.optimizer.networks.describe import CannotDescribe, describe, draw_budget, random_networks
from search.optimizer.networks.hyperparameters import StoredHyperParameters, TrialHyperParameters
from search.optimizer.networks.objective import FLOPS
from search.optimizer.networks.problem import Problem
from search.optimizer.sampler.base import NewTrial
from search.optimizer.sampler.registry import trial_seed
from search.optimizer.study.open_trials import OpenTrials
from search.optimizer.study.proposal import Proposal
from search.optimizer.trials import attributes as attr
from search.optimizer.trials import transitions
from search.optimizer.trials.cache import TrialCache
from search.optimizer.trials.claims import is_one_too_many, was_resumed_before
from search.optimizer.trials.history import History
from search.optimizer.trials.optuna_storage import create_trial, current, set_constraints
from search.optimizer.trials.process_id import this_process
from search.optimizer.trials.records import function_key_of, last_rung, network_params
from search.optimizer.trials.status import counts
from search.optimizer.trials.write_batch import written_together
from spaces.cost import Cost
from spaces.network import Network

RANDOM_DRAWS = 5_000
"""Draws without a new network under the caps after which the space counts as searched."""

RANDOM_BUILT = 200
"""The same, of a space that must build its networks to know their cost."""


NEAR_THE_EDGE = 500
"""Variations of known networks under the caps that are tried when random draws have found none."""


class SpaceExhausted(SearchError):
    """No network under the caps is left that was not trained, or the sampler has none left to propose."""


class TrialStarter:
    """Begins trials and screens them by cost; see the module.

    Args:
        study: Optuna's.
        problem: What is searched.
        seed: Of the trainings.
        cache, history: Of the study's trials.
        open_trials: Of this process; begun trials are added.
    """

    def __init__(
        self,
        study: optuna.Study,
        problem: Problem,
        *,
        seed: int,
        cache: TrialCache,
        history: History,
        open_trials: OpenTrials,
    ) -> None:
        self._study, self._problem, self._seed = study, problem, seed
        self._cache, self._history, self._open = cache, history, open_trials
        self._distributions: dict[str, BaseDistribution] = {}  # of params that this process has stored

    def begin(self, decision: NewTrial, *, total: float) -> Proposal | None:
        """Begin a new trial. One over a cap, or of a known network, becomes a pruned trial.

        Args:
            decision: Of a sampler.
            total: How many trials of the study may count.
        Returns:
            None if nothing is to be trained.
        Raises:
            SearchError: If the sampler can't suggest a network.
        """
        self._study.sampler = decision.sampler
        trial = self._ask()
        self._open.add(trial)
        try:
            with written_together(trial, known=self._distributions):
                architecture, cost = describe(self._problem.space, TrialHyperParameters(trial))
                self._describe(trial, architecture, cost)
        except CannotDescribe as error:
            self._open.fail(trial.number, str(error))
            return None
        except SearchError as error:
            self._open.fail(trial.number, str(error))
            raise
        return self._screen(trial, architecture, cost, total)

    def _ask(self) -> optuna.Trial:
        """The first trial of the queue, or a new one. To look for a queue, Optuna reads all open trials anew."""
        if self._history.read(self._cache.trials()).queued:
            trial = self._study.ask()
            trial.set_user_attr(attr.PROCESS_ID, this_process())
            return trial
        return create_trial(self._study, {attr.PROCESS_ID: this_process()})

    def _describe(self, trial: optuna.Trial, architecture: Network, cost: Cost) -> None:
        """Store what tells whether a network is to be trained."""
        objective = self._problem.objective
        trial.set_user_attr(attr.KEY, architecture.key)
        if architecture.function_key != architecture.key:
            trial.set_user_attr(attr.FUNCTION_KEY, architecture.function_key)
        trial.set_user_attr(attr.MACS, cost.multiply_adds)
        trial.set_user_attr(attr.PARAMETERS, cost.parameters)
        for name, known_bytes in ((attr.RAM_BYTES, cost.ram_bytes), (attr.FLASH_BYTES, cost.flash_bytes)):
            if known_bytes is not None:
                trial.set_user_attr(name, known_bytes)
        if objective is not FLOPS:
            trial.set_user_attr(attr.COST, objective.cost(cost))
            trial.set_user_attr(attr.COST_UNIT, objective.unit)
        set_constraints(trial, self._problem.caps.excess(cost))  # 0 or less is feasible.

    def _screen(self, trial: optuna.Trial, architecture: Network, cost: Cost, total: float) -> Proposal | None:
        caps = self._problem.caps
        if not caps.allow(cost):
            self._skip(trial, attr.OVER_CAP, True, f"outside the caps: {caps.broken(cost)}")
            return None
        self._cache.put_begun(current(trial), open_here=self._open)
        if is_one_too_many(self._cache.trials(), trial.number, total=total):
            self._open.interrupt(trial.number, "another search has begun the last trial of the study first")
            return None
        twin = self._history.read(self._cache.trials()).twin(trial.number, architecture.function_key)
        if twin is not None:
            self._skip(trial, attr.REPEATS, twin, f"it can learn the same functions as trial {twin}")
            return None
        self._open.add(trial, architecture)
        network = {attr.WORDS: architecture.words(), attr.ARCHITECTURE: architecture.to_dict()}
        return self._train(trial, network, milestone=self._problem.ladder.rungs[0], resume_from=0)

    def _skip(self, trial: optuna.Trial, mark: str, value: object, reason: str) -> None:
        skipped = transitions.skip(self._study, trial, mark, value, reason=reason)
        self._cache.put_begun(skipped, open_here=self._open)
        self._open.remove(trial.number)

    def promote(self, waiting: optuna.trial.FrozenTrial) -> Proposal | None:
        """A waiting trial's next training; None where another search has just resumed it."""
        milestone = self._problem.ladder.after(last_rung(waiting))
        if waiting.number not in self._open:
            return self._resume(waiting, milestone)
        trial = self._open.trial(waiting.number)
        resume_from = last_rung(waiting)
        epochs = [epoch for epoch in waiting.user_attrs.get(attr.EPOCHS, []) if epoch[0] <= resume_from]
        return self._train(trial, {attr.EPOCHS: epochs}, milestone=milestone, resume_from=resume_from)

    def _resume(self, stopped: optuna.trial.FrozenTrial, milestone: int) -> Proposal | None:
        trial = transitions.resume(self._study, stopped)
        self._open.add(trial, self._problem.space.architecture(StoredHyperParameters(stopped.params)))
        self._cache.put_begun(current(trial), open_here=self._open)
        if was_resumed_before(self._cache.trials(), trial.number):
            self._open.interrupt(trial.number, "another search has resumed this network first")
            return None
        return self._train(trial, {}, milestone=milestone, resume_from=0)

    def _train(
        self, trial: optuna.Trial, attributes: Mapping[str, Any], *, milestone: int, resume_from: int
    ) -> Proposal:
        with written_together(trial):
            for name, value in attributes.items():
                trial.set_user_attr(name, value)
            transitions.train(trial, milestone=milestone)
        stored = current(trial)
        self._cache.put(stored)
        seed = trial_seed(self._seed, stored.user_attrs.get(attr.RESUMES, trial.number))
        milestones = self._problem.ladder.between(resume_from, milestone)
        return Proposal(trial.number, self._open.architecture(trial.number), seed, milestones, resume_from)

    def enqueue_random(self) -> None:
        """Queue a random new network.

        Raises:
            SpaceExhausted: If none was found.
        """
        space, caps = self._problem.space, self._problem.caps
        trials = self._cache.trials()
        random = Random(trial_seed(self._seed, len(trials)))
        known = {key for trial in trials if counts(trial) and (key := function_key_of(trial)) is not None}
        draws = draw_budget(space, RANDOM_DRAWS, built=RANDOM_BUILT)
        for hp, architecture, cost in random_networks(space, random, draws=draws):
            if architecture.function_key not in known and caps.allow(cost):
                self._enqueue(hp.values)
                return
        if near_the_edge := self._near_the_edge(known, random):
            self._enqueue(near_the_edge[0].params)
            return
        raise SpaceExhausted(
            f"no new network under the caps was found in {draws:,} random draws; {len(known)} are trained. "
            f"Widen {caps.options}, or search a larger space."
        )

    def _near_the_edge(self, known: Collection[str], random: Random) -> list[Candidate]:
        """New networks like the cheapest one under the caps, and like those that are trained.

        Where hardly any network is within the caps, random draws miss them all.
        """
        edge = cheapest(self._problem)
        if edge is None:
            return []
        trained = [network_params(trial) for trial in self._cache.trials() if counts(trial)]
        count = draw_budget(self._problem.space, NEAR_THE_EDGE, built=RANDOM_BUILT)
        return variations(self._problem, [edge.values, *trained], known=known, random=random, count=count)

    def _enqueue(self, params: Mapping[str, Any]) -> None:
        self._study.enqueue_trial(dict(params))
        self._cache.invalidate()
