"""A study: an Optuna study of two objectives, accuracy up and FLOPs down, and a trial's life in it.

The Optuna storage is the truth. Whoever holds a `SearchStudy` asks for networks to train, tells what was measured, and
reads the front. Costs are known before training, so what is over a cap, or was trained before, is never handed out.
"""

import os
import socket
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState

from search.errors import SearchError
from search.optimizer import attributes as attr
from search.optimizer.hyperparameters import RandomHyperParameters, TrialHyperParameters
from search.optimizer.pareto import Bounds, front, hypervolume, knee
from search.optimizer.samplers import make_sampler, trial_seed

DIRECTIONS = ["maximize", "minimize"]
"""Of accuracy and of FLOPs."""

SKIPS_BEFORE_RANDOM = 20
"""Refused proposals in a row after which one is drawn at random instead."""

BOUNDS_DRAWS = 2_000
"""Random networks whose costs fix the sides of the hypervolume's rectangle."""

RANDOM_DRAWS = 5_000
"""Draws without a new network under the caps after which the space counts as searched."""


class SpaceExhausted(SearchError):
    """No network under the caps is left that was not trained."""


@dataclass(frozen=True)
class Caps:
    """What a network may cost; None is no cap.

    Attributes:
        flops: For one image.
        parameters: In all.
    """

    flops: float | None = None
    parameters: float | None = None

    def excess(self, cost) -> dict[str, float]:
        """By how much a cost passes each cap, as a share of the cap; 0 or less fits."""
        spent = {"max_flops": (cost.flops, self.flops), "max_params": (cost.parameters, self.parameters)}
        return {name: value / cap - 1 for name, (value, cap) in spent.items() if cap is not None}

    def allow(self, cost) -> bool:
        """Whether a cost is within every cap."""
        return all(excess <= 0 for excess in self.excess(cost).values())


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
    """See the module. Make one with `open_study`.

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
        _abandon(self.optuna_study, trial.number, reason)

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
        self.optuna_study.sampler = make_sampler(self._sampler, seed=self._seed, trial_number=number)
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


def open_study(
    name: str, space, *, storage, sampler: str, seed: int, caps: Caps, epochs: int, settings: Mapping[str, Any]
) -> SearchStudy:
    """Create a study, or continue it where it exists.

    Args:
        name: Its name in the storage.
        space: What can be built.
        storage: Optuna's storage object.
        sampler, seed, caps, epochs: As in `SearchStudy`.
        settings: All that makes results comparable, as plain data; stored with a new study.
    Raises:
        SearchError: If the study exists with other settings: names the first that differs.
    """
    if name in optuna.get_all_study_names(storage):
        study = optuna.load_study(study_name=name, storage=storage)
        _refuse_difference(name, study, settings)
    else:
        study = _start(name, space, storage=storage, seed=seed, caps=caps, settings=settings)
    bounds = Bounds(**study.user_attrs[attr.BOUNDS])
    _abandon_dead(study)
    return SearchStudy(study, space, sampler=sampler, seed=seed, caps=caps, epochs=epochs, bounds=bounds)


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


def this_process() -> str:
    """Host, process and the time it started, so that a number used again is not taken for it."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def _started(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def _is_dead(owner: str) -> bool:
    """Whether a process of this machine is gone; of another machine nothing is known here."""
    host, pid, started = owner.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return _started(int(pid)) != started


def _start(name: str, space, *, storage, seed: int, caps: Caps, settings: Mapping[str, Any]) -> optuna.Study:
    bounds = _bounds(space, seed=seed, caps=caps)
    study = optuna.create_study(study_name=name, storage=storage, directions=DIRECTIONS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        study.set_metric_names(["accuracy", "flops"])
    study.set_user_attr(attr.BOUNDS, asdict(bounds))
    study.set_user_attr(attr.SETTINGS, dict(settings))
    for start_point, answers in space.start_points().items():
        study.enqueue_trial(answers, user_attrs={attr.START_POINT: start_point})
    return study


def _bounds(space, *, seed: int, caps: Caps) -> Bounds:
    """From chance to perfect, from the cheapest of many random networks to the dearest under the cap."""
    random = Random(seed)
    costs = [space.architecture(RandomHyperParameters(random)).cost() for _ in range(BOUNDS_DRAWS)]
    allowed = [cost.multiply_adds for cost in costs if caps.allow(cost)]
    if not allowed:
        flops, parameters = min(cost.flops for cost in costs), min(cost.parameters for cost in costs)
        raise SearchError(
            f"none of {BOUNDS_DRAWS:,} random networks of the space is under the caps; they have {flops:,} FLOPs and "
            f"{parameters:,} parameters at the least. Raise --max-flops or --max-params."
        )
    lowest, highest = min(allowed), max(allowed)
    return Bounds(1 - 1 / space.classes, lowest, max(highest, 2 * lowest))


def _refuse_difference(name: str, study: optuna.Study, given: Mapping[str, Any]) -> None:
    stored = study.user_attrs.get(attr.SETTINGS)
    if stored is None or [direction.name.lower() for direction in study.directions] != DIRECTIONS:
        raise SearchError(f"study {name!r} was not made by this program. Give another name with --study.")
    for setting in sorted({*stored, *given}):
        if stored.get(setting) != given.get(setting):
            raise SearchError(
                f"study {name!r} was made with {_difference(setting, stored, given)}, and its accuracies would not "
                "compare. Use the same, or give another name with --study."
            )


def _difference(setting: str, stored: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    before, now = stored.get(setting), given.get(setting)
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        inner = next(name for name in sorted({*before, *now}) if before.get(name) != now.get(name))
        return _difference(inner, before, now).replace(inner, f"{setting} {inner}", 1)
    return f"{setting} = {before!r}; got {now!r}"


def _abandon_dead(study: optuna.Study) -> None:
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        if _is_dead(trial.user_attrs.get(attr.OWNER, f"{socket.gethostname()}:0:")):
            _abandon(study, trial.number, "the process that ran it is gone")


def _abandon(study: optuna.Study, number: int, reason: str) -> None:
    trial = study.get_trials(deepcopy=False)[number]
    study._storage.set_trial_user_attr(trial._trial_id, attr.INTERRUPTED, True)
    study._storage.set_trial_user_attr(trial._trial_id, attr.REASON, reason)
    study.tell(number, state=TrialState.FAIL)
    if trial.params:
        kept = {name: trial.user_attrs[name] for name in (attr.START_POINT,) if name in trial.user_attrs}
        study.enqueue_trial(trial.params, user_attrs=kept)
