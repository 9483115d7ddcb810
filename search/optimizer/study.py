"""A study: an Optuna study of two objectives, accuracy up and FLOPs down, and a trial's life in it.

The Optuna storage is the truth. Whoever holds a `SearchStudy` asks for networks to train, tells what was measured, and
reads the front. Costs are known before training, so what is over a cap, or was trained before, is never handed out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState

from search.errors import SearchError
from search.optimizer import attributes as attr
from search.optimizer.caps import Caps
from search.optimizer.hyperparameters import RandomHyperParameters, TrialHyperParameters
from search.optimizer.owner import this_process
from search.optimizer.pareto import Bounds, front, hypervolume, knee
from search.optimizer.samplers import make_sampler, trial_seed

SKIPS_BEFORE_RANDOM = 20
"""Refused proposals in a row after which one is drawn at random instead."""

RANDOM_DRAWS = 5_000
"""Draws without a new network under the caps after which the space counts as searched."""


class SpaceExhausted(SearchError):
    """No network under the caps is left that was not trained."""


@dataclass(frozen=True)
class Proposal:
    """A network to train.

    Attributes:
        number: Of its trial.
        architecture: What the space described.
        seed: Of its training.
    """

    number: int
    architecture: Any
    seed: int


class SearchStudy:
    """See the module. Make one with `opening.open_study`.

    Args:
        study: Optuna's.
        space: What can be built.
        sampler: A name of `SAMPLERS`.
        seed: Of the proposals and the trainings.
        caps: What a network may cost.
        epochs: Epochs of a full training, the top rung.
        bounds: Of the hypervolume.
    """

    def __init__(
        self, study: optuna.Study, space, *, sampler: str, seed: int, caps: Caps, epochs: int, bounds: Bounds
    ) -> None:
        self.optuna_study = study
        self.space = space
        self.bounds = bounds
        self.epochs = epochs
        self._sampler, self._seed, self._caps = sampler, seed, caps
        self._live: dict[int, optuna.Trial] = {}

    @property
    def name(self) -> str:
        """The study's name in its storage."""
        return self.optuna_study.study_name

    def trials(self) -> list[FrozenTrial]:
        """Every trial, skipped ones too, by number. Not copies: read only."""
        return self.optuna_study.get_trials(deepcopy=False)

    def trained(self) -> list[FrozenTrial]:
        """Trials that count: handed out for training and neither skipped nor interrupted."""
        return [trial for trial in self.trials() if counts(trial)]

    def ask(self) -> Proposal:
        """The next network to train, its trial RUNNING.

        Proposals over a cap become pruned trials with a violated constraint; proposals of a known network become pruned
        trials that name it. Neither is handed out.

        Raises:
            SpaceExhausted: If there is nothing new under the caps.
        """
        for _ in range(SKIPS_BEFORE_RANDOM):
            proposal = self._propose()
            if proposal is not None:
                return proposal
        self._enqueue_random()
        while (proposal := self._propose()) is None:
            self._enqueue_random()
        return proposal

    def record_epoch(self, number: int, epoch: Sequence[float]) -> None:
        """Store what was measured after an epoch: the columns of `attributes.EPOCHS`."""
        trial = self._live[number]
        epochs = [*trial.user_attrs.get(attr.EPOCHS, []), list(epoch)]
        trial.set_user_attr(attr.EPOCHS, epochs)

    def complete(self, number: int, *, accuracy: float, seconds: float) -> None:
        """The trial reached the top rung with this validation accuracy (0 to 1)."""
        trial = self._live.pop(number)
        trial.set_user_attr(attr.RUNGS, {str(self.epochs): accuracy})
        trial.set_user_attr(attr.SECONDS, seconds)
        self.optuna_study.tell(trial, (accuracy, 2 * trial.user_attrs[attr.MACS]))

    def fail(self, number: int, reason: str) -> None:
        """The trial has no result and is not tried again."""
        trial = self._live.pop(number)
        trial.set_user_attr(attr.REASON, reason)
        # A violated constraint keeps samplers away from what fails.
        trial.set_constraint("failed", 1.0)
        self.optuna_study.tell(trial, state=TrialState.FAIL)

    def interrupt(self, number: int, reason: str, *, died: bool = False) -> None:
        """The trial was cut short: it does not count, and its network is next in line.

        Args:
            number: Of the trial.
            reason: Why, for a person.
            died: Whether its worker died, for which its network may be the cause.
        """
        trial = self._live.pop(number)
        if died:
            trial.set_user_attr(attr.WORKER_DIED, True)
        abandon(self.optuna_study, trial.number, reason)

    def interrupt_running(self, reason: str) -> None:
        """`interrupt` for every trial that this process runs."""
        for number in list(self._live):
            self.interrupt(number, reason)

    def running(self) -> list[int]:
        """Numbers of the trials that this process has handed out and not yet heard the end of."""
        return list(self._live)

    def deaths(self, number: int) -> int:
        """How often a worker died with the network of this trial, in earlier trials."""
        key = self._live[number].user_attrs[attr.KEY]
        return sum(attr.WORKER_DIED in t.user_attrs and t.user_attrs.get(attr.KEY) == key for t in self.trials())

    def front(self) -> list[FrozenTrial]:
        """Non-dominated trials among the complete ones, cheapest first."""
        complete = self.complete_trials()
        return [complete[index] for index in front(*losses_and_costs(complete))]

    def complete_trials(self) -> list[FrozenTrial]:
        """Trials that reached the top rung, by number."""
        return [trial for trial in self.trials() if trial.state == TrialState.COMPLETE]

    def hypervolume(self) -> float:
        """Share of the study's rectangle that the front dominates, 0 to 1."""
        return hypervolume(*losses_and_costs(self.complete_trials()), self.bounds)

    def knee(self) -> FrozenTrial | None:
        """The front's knee; None without a front."""
        complete = self.complete_trials()
        return complete[knee(*losses_and_costs(complete))] if complete else None

    def _propose(self) -> Proposal | None:
        number = len(self.trials())
        self.optuna_study.sampler = make_sampler(
            self._sampler,
            seed=self._seed,
            trial_number=number,
            space=self.space,
            bounds=self.bounds,
            caps=self._caps,
        )
        trial = self.optuna_study.ask()
        self._live[trial.number] = trial
        try:
            trial.set_user_attr(attr.OWNER, this_process())
            architecture = self.space.architecture(TrialHyperParameters(trial))
            cost = architecture.cost()
            return self._screen(trial, architecture, cost)
        except ValueError as error:
            self.fail(trial.number, f"the space can't describe this network: {error}")
            return None

    def _screen(self, trial: optuna.Trial, architecture, cost) -> Proposal | None:
        trial.set_user_attr(attr.KEY, architecture.key)
        trial.set_user_attr(attr.MACS, cost.multiply_adds)
        trial.set_user_attr(attr.PARAMETERS, cost.parameters)
        for name, excess in self._caps.excess(cost).items():
            trial.set_constraint(name, excess)
        if not self._caps.allow(cost):
            trial.set_user_attr(attr.OVER_CAP, True)
            return self._skip(trial, f"over the cap: {cost.flops:,} FLOPs, {cost.parameters:,} parameters")
        twin = self._twin(trial.number, architecture.key)
        if twin is not None:
            trial.set_user_attr(attr.REPEATS, twin)
            return self._skip(trial, f"the same network as trial {twin}")
        trial.set_user_attr(attr.PEAK_ACTIVATION_BYTES, cost.peak_activation_bytes)
        trial.set_user_attr(attr.WORDS, architecture.words())
        trial.set_user_attr(attr.ARCHITECTURE, architecture.to_dict())
        return Proposal(trial.number, architecture, trial_seed(self._seed, trial.number))

    def _skip(self, trial: optuna.Trial, reason: str) -> None:
        trial.set_user_attr(attr.REASON, reason)
        self.optuna_study.tell(trial, state=TrialState.PRUNED)
        del self._live[trial.number]

    def _twin(self, number: int, key: str) -> int | None:
        for trial in self.trained():
            if trial.number != number and trial.user_attrs.get(attr.KEY) == key:
                return trial.number
        return None

    def _enqueue_random(self) -> None:
        random = Random(trial_seed(self._seed, len(self.trials())))
        known = {trial.user_attrs.get(attr.KEY) for trial in self.trained()}
        for _ in range(RANDOM_DRAWS):
            hp = RandomHyperParameters(random)
            architecture = self.space.architecture(hp)
            if architecture.key not in known and self._caps.allow(architecture.cost()):
                self.optuna_study.enqueue_trial(hp.values)
                return
        raise SpaceExhausted(
            f"no new network under the caps was found in {RANDOM_DRAWS:,} random draws; {len(known)} are trained. "
            "Raise --max-flops or --max-params, or search a larger space."
        )


def counts(trial: FrozenTrial) -> bool:
    """Whether a trial is one of the `--trials`: handed out, and neither skipped nor interrupted."""
    skipped = attr.OVER_CAP in trial.user_attrs or attr.REPEATS in trial.user_attrs
    return trial.state != TrialState.WAITING and not skipped and not is_interrupted(trial)


def is_interrupted(trial: FrozenTrial) -> bool:
    """Whether a trial was cut short through no fault of its own."""
    return attr.INTERRUPTED in trial.user_attrs


def losses_and_costs(trials: Sequence[FrozenTrial]) -> tuple[np.ndarray, np.ndarray]:
    """Losses (1 - accuracy) and multiply-adds of complete trials, each of shape (n,)."""
    losses = np.array([1 - trial.values[0] for trial in trials])
    return losses, np.array([trial.user_attrs[attr.MACS] for trial in trials], dtype=float)


def abandon(study: optuna.Study, number: int, reason: str) -> None:
    """End a trial that was cut short: it does not count, and its network is next in line."""
    trial = study.get_trials(deepcopy=False)[number]
    study._storage.set_trial_user_attr(trial._trial_id, attr.INTERRUPTED, True)
    study._storage.set_trial_user_attr(trial._trial_id, attr.REASON, reason)
    study.tell(number, state=TrialState.FAIL)
    if trial.params:
        kept = {name: trial.user_attrs[name] for name in (attr.START_POINT,) if name in trial.user_attrs}
        study.enqueue_trial(trial.params, user_attrs=kept)
