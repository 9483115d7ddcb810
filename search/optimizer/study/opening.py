"""Opens a study: a new one, or one that is to be continued."""

import uuid
import warnings
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal

import numpy as np
import optuna
from optuna.storages import BaseStorage
from optuna.trial import TrialState

from search.errors import SearchError
from search.optimizer.networks.bounds import bounds_of
from search.optimizer.networks.describe import describe
from search.optimizer.networks.hyperparameters import StoredHyperParameters
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds
from search.optimizer.sampler.initial_design import N_STARTUP_TRIALS
from search.optimizer.sampler.warm_start import WarmStart
from search.optimizer.study.stored_study import FORMAT, check_format
from search.optimizer.study.study import SearchStudy
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.transitions import end_orphans

DIRECTIONS: list[Literal["minimize", "maximize"]] = ["maximize", "minimize"]
"""Of accuracy and of the cost."""


def open_study(
    name: str,
    problem: Problem,
    *,
    storage: BaseStorage,
    sampler: str,
    seed: int,
    settings: Mapping[str, Any],
    warm_start: WarmStart | None = None,
) -> SearchStudy:
    """Create a study, or continue it where it exists.

    Args:
        name: Its name in the storage.
        problem: What is searched. Without bounds a new study gets those of `bounds_of`; one that exists has its own.
        storage: Optuna's storage object.
        sampler, seed: As in `SearchStudy`.
        settings: All that makes results comparable, as plain data; stored with a new study.
        warm_start: What a new study is started from; one that exists has kept it.
    Raises:
        SearchError: If the study exists with other settings: names the first that differs.
    """
    study = _load(name, storage)
    if study is None or _is_incomplete(study):
        bounded = problem if problem.bounds else problem.with_bounds(bounds_of(problem))
        study = _create(name, bounded, storage=storage)
        _enqueue(study, problem.space.start_points(), attr.START_POINT)
        if warm_start is not None:
            study.set_user_attr(attr.WARM_START, warm_start.to_dict())
            _enqueue(study, _start_networks(warm_start, problem), attr.STARTED_FROM)
        study.set_user_attr(attr.SETTINGS, dict(settings))  # The last: with it a study is made.
    else:
        _refuse_difference(study, settings)
    if attr.ID not in study.user_attrs:
        study.set_user_attr(attr.ID, uuid.uuid4().hex)
    end_orphans(study)
    stored = problem.with_bounds(Bounds(**study.user_attrs[attr.BOUNDS]))
    return SearchStudy(study, stored, sampler=sampler, seed=seed)


def _create(name: str, problem: Problem, *, storage: BaseStorage) -> optuna.Study:
    study = optuna.create_study(study_name=name, storage=storage, directions=DIRECTIONS, load_if_exists=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        study.set_metric_names(["accuracy", problem.objective.name])
    study.set_user_attr(attr.FORMAT, FORMAT)
    study.set_user_attr(attr.BOUNDS, asdict(problem.rectangle))
    study.set_user_attr(attr.OBJECTIVE, problem.objective.to_dict())
    return study


def _enqueue(study: optuna.Study, networks: Mapping[str, Mapping[str, Any]], mark: str) -> None:
    """Queue networks, name to params, to be tried first, each marked with its name. None is queued twice."""
    queued = {trial.user_attrs.get(mark) for trial in study.get_trials(deepcopy=False)}
    for name, params in networks.items():
        if name not in queued:
            study.enqueue_trial(dict(params), user_attrs={mark: name})


def _start_networks(warm_start: WarmStart, problem: Problem) -> Mapping[str, Mapping[str, Any]]:
    """Up to `N_STARTUP_TRIALS` networks of the source task's front, evenly over it, under the caps."""
    by_key: dict[str, tuple[float, Mapping[str, Any]]] = {}
    for params in warm_start.front():
        architecture, cost = describe(problem.space, StoredHyperParameters(params))
        if problem.caps.allow(cost):
            by_key[architecture.function_key] = problem.objective.cost(cost), params
    ordered = [params for _, params in sorted(by_key.values(), key=lambda cost_and_params: cost_and_params[0])]
    positions = np.linspace(0, len(ordered) - 1, min(N_STARTUP_TRIALS, len(ordered))).round().astype(int).tolist()
    return {f"{warm_start.study} {number}": ordered[position] for number, position in enumerate(positions, start=1)}


def _load(name: str, storage: BaseStorage) -> optuna.Study | None:
    exists = name in optuna.get_all_study_names(storage)
    return optuna.load_study(study_name=name, storage=storage) if exists else None


def _is_incomplete(study: optuna.Study) -> bool:
    """Whether a process was killed while it created the study."""
    waits = all(trial.state == TrialState.WAITING for trial in study.get_trials(deepcopy=False))
    written_first = {attr.FORMAT, attr.BOUNDS, attr.OBJECTIVE, attr.WARM_START}
    return waits and study.user_attrs.keys() <= written_first and _directions(study) == DIRECTIONS


def _directions(study: optuna.Study) -> list[str]:
    return [direction.name.lower() for direction in study.directions]


def _refuse_difference(study: optuna.Study, given: Mapping[str, Any]) -> None:
    name = study.study_name
    check_format(study)
    stored = study.user_attrs.get(attr.SETTINGS)
    if _directions(study) != DIRECTIONS:
        raise SearchError(
            f"study {name!r} has the directions {_directions(study)}, and a search needs {DIRECTIONS}. "
            "Give another name with --study."
        )
    if stored is None:
        raise SearchError(f"study {name!r} was not made by this program. Give another name with --study.")
    for setting in sorted({*stored, *given}):
        before, now = stored.get(setting), given.get(setting)
        if before != now:
            raise SearchError(
                f"study {name!r} was made with {_difference(setting, before, now)}, and its accuracies would not "
                "compare. Use the same, or give another name with --study."
            )


def _difference(setting: str, before: object, now: object) -> str:
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        inner = next(name for name in sorted({*before, *now}) if before.get(name) != now.get(name))
        return _difference(f"{setting} {inner}", before.get(inner), now.get(inner))
    return f"{setting} = {before!r}; got {now!r}"
