"""Opens a study: a new one, or one that is to be continued."""

import warnings
from collections.abc import Mapping
from dataclasses import asdict
from random import Random
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from search.errors import SearchError
from search.optimizer import attributes as attr
from search.optimizer.caps import Caps
from search.optimizer.hyperparameters import RandomHyperParameters
from search.optimizer.objective import FLOPS, Objective
from search.optimizer.owner import NOBODY, is_dead
from search.optimizer.pareto import Bounds
from search.optimizer.rungs import Ladder
from search.optimizer.study import SearchStudy, abandon, stop_at_rung
from search.optimizer.trials import reached

DIRECTIONS = ["maximize", "minimize"]
"""Of accuracy and of the cost."""

BOUNDS_DRAWS = 2_000
"""Random networks whose costs fix the sides of the hypervolume's rectangle."""


def open_study(
    name: str,
    space,
    *,
    storage,
    sampler: str,
    seed: int,
    caps: Caps,
    ladder: Ladder,
    settings: Mapping[str, Any],
    bounds: Bounds | None = None,
    objective: Objective = FLOPS,
) -> SearchStudy:
    """Create a study, or continue it where it exists.

    Args:
        name: Its name in the storage.
        space: What can be built.
        storage: Optuna's storage object.
        sampler, seed, caps, ladder: As in `SearchStudy`.
        settings: All that makes results comparable, as plain data; stored with a new study.
        bounds: The rectangle of a new study; by default from chance to perfect, over the costs under the caps.
        objective: What is minimised beside the loss.
    Raises:
        SearchError: If the study exists with other settings: names the first that differs.
    """
    if name in optuna.get_all_study_names(storage):
        study = optuna.load_study(study_name=name, storage=storage)
        _refuse_difference(name, study, settings)
    else:
        bounds = bounds or _bounds(space, seed=seed, caps=caps, objective=objective)
        study = _start(name, space, storage=storage, bounds=bounds, objective=objective, settings=settings)
    end_orphans(study)
    return SearchStudy(study, space, sampler=sampler, seed=seed, caps=caps, ladder=ladder, objective=objective)


def _start(
    name: str, space, *, storage, bounds: Bounds, objective: Objective, settings: Mapping[str, Any]
) -> optuna.Study:
    study = optuna.create_study(study_name=name, storage=storage, directions=DIRECTIONS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        study.set_metric_names(["accuracy", objective.name])
    study.set_user_attr(attr.BOUNDS, asdict(bounds))
    study.set_user_attr(attr.SETTINGS, dict(settings))
    for start_point, answers in space.start_points().items():
        study.enqueue_trial(answers, user_attrs={attr.START_POINT: start_point})
    return study


def _bounds(space, *, seed: int, caps: Caps, objective: Objective) -> Bounds:
    """From chance to perfect, from the cheapest of many random networks to the dearest under the cap."""
    random = Random(seed)
    costs = [space.architecture(RandomHyperParameters(random)).cost() for _ in range(BOUNDS_DRAWS)]
    allowed = [objective.price(cost) for cost in costs if caps.allow(cost)]
    if not allowed:
        flops, parameters = min(cost.flops for cost in costs), min(cost.parameters for cost in costs)
        raise SearchError(
            f"none of {BOUNDS_DRAWS:,} random networks of the space is within the caps; they have {flops:,} FLOPs and "
            f"{parameters:,} parameters at the least. Widen --min-flops, --max-flops or --max-params."
        )
    lowest, highest = min(allowed), max(allowed)
    return Bounds(1 - 1 / space.classes, lowest, max(highest, 2 * lowest))


def _refuse_difference(name: str, study: optuna.Study, given: Mapping[str, Any]) -> None:
    stored = study.user_attrs.get(attr.SETTINGS)
    if stored is None or [direction.name.lower() for direction in study.directions] != DIRECTIONS:
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


def orphans(study: optuna.Study) -> list[FrozenTrial]:
    """Trials that a process left open which is gone."""
    running = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
    return [trial for trial in running if is_dead(trial.user_attrs.get(attr.OWNER, NOBODY))]


def end_orphans(study: optuna.Study) -> None:
    """End them: what has reached a rung is kept, the other networks are next in line."""
    for trial in orphans(study):
        if reached(trial):
            stop_at_rung(study, trial)
        else:
            abandon(study, trial.number, "the process that ran it is gone")
