"""Opens a study: a new one, or one that is to be continued."""

import uuid
import warnings
from collections.abc import Mapping
from dataclasses import asdict
from random import Random
from typing import Any

import numpy as np
import optuna
from optuna.trial import TrialState

from search.errors import SearchError
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.describe import describe, draw_budget, random_networks
from search.optimizer.networks.hyperparameters import StoredHyperParameters
from search.optimizer.networks.objective import FLOPS, Objective
from search.optimizer.pareto import Bounds
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.known_cost import N_STARTUP_TRIALS
from search.optimizer.sampler.warm_start import WarmStart
from search.optimizer.study.stored_study import FORMAT, check_format
from search.optimizer.study.study import SearchStudy
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.transitions import end_orphans

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
    earlier: WarmStart | None = None,
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
        earlier: What a new study is started from; one that exists has kept it.
    Raises:
        SearchError: If the study exists with other settings: names the first that differs.
    """
    study = _stored(name, storage)
    if study is None or _is_unmade(study):
        bounds = bounds or _bounds(space, seed=seed, caps=caps, objective=objective)
        study = _create(name, storage=storage, bounds=bounds, objective=objective)
        _queue(study, space.start_points(), attr.START_POINT)
        if earlier is not None:
            study.set_user_attr(attr.WARM_START, earlier.to_dict())
            _queue(study, _first_of(earlier, space, caps=caps, objective=objective), attr.STARTED_FROM)
        study.set_user_attr(attr.SETTINGS, dict(settings))  # The last: with it a study is made.
    else:
        _refuse_difference(study, settings)
    if attr.ID not in study.user_attrs:
        study.set_user_attr(attr.ID, uuid.uuid4().hex)
    end_orphans(study)
    return SearchStudy(study, space, sampler=sampler, seed=seed, caps=caps, ladder=ladder, objective=objective)


def _create(name: str, *, storage, bounds: Bounds, objective: Objective) -> optuna.Study:
    study = optuna.create_study(study_name=name, storage=storage, directions=DIRECTIONS, load_if_exists=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        study.set_metric_names(["accuracy", objective.name])
    study.set_user_attr(attr.FORMAT, FORMAT)
    study.set_user_attr(attr.BOUNDS, asdict(bounds))
    return study


def _queue(study: optuna.Study, networks: Mapping[str, Mapping[str, Any]], mark: str) -> None:
    """Let networks be tried first, name to answers, each marked with its name; not again those that are queued."""
    queued = {trial.user_attrs.get(mark) for trial in study.get_trials(deepcopy=False)}
    for name, answers in networks.items():
        if name not in queued:
            study.enqueue_trial(answers, user_attrs={mark: name})


def _first_of(earlier: WarmStart, space, *, caps: Caps, objective: Objective) -> Mapping[str, Mapping[str, Any]]:
    """As many networks of the earlier front as are tried before anything is learnt, evenly over it, under the caps."""
    found: dict[str, tuple[float, Mapping[str, Any]]] = {}
    for answers in earlier.front():
        architecture, cost = describe(space, StoredHyperParameters(answers))
        if caps.allow(cost):
            found[architecture.key] = objective.price(cost), answers
    ordered = [answers for _, answers in sorted(found.values(), key=lambda priced: priced[0])]
    places = np.linspace(0, len(ordered) - 1, min(N_STARTUP_TRIALS, len(ordered))).round().astype(int)
    return {f"{earlier.study} {number}": ordered[place] for number, place in enumerate(places.tolist(), start=1)}


def _stored(name: str, storage) -> optuna.Study | None:
    known = name in optuna.get_all_study_names(storage)
    return optuna.load_study(study_name=name, storage=storage) if known else None


def _is_unmade(study: optuna.Study) -> bool:
    """Whether a study was begun to be made, here, and the process killed."""
    waits = all(trial.state == TrialState.WAITING for trial in study.get_trials(deepcopy=False))
    known = {attr.FORMAT, attr.BOUNDS, attr.WARM_START}
    return waits and study.user_attrs.keys() <= known and _directions(study) == DIRECTIONS


def _directions(study: optuna.Study) -> list[str]:
    return [direction.name.lower() for direction in study.directions]


def _bounds(space, *, seed: int, caps: Caps, objective: Objective) -> Bounds:
    """From chance to perfect, from the cheapest of many random networks to the dearest under the cap."""
    random, draws = Random(seed), draw_budget(space, BOUNDS_DRAWS)
    costs = [cost for _, _, cost in random_networks(space, random, draws=draws)]
    allowed = [objective.price(cost) for cost in costs if caps.allow(cost)]
    if not allowed:
        flops, parameters = min(cost.flops for cost in costs), min(cost.parameters for cost in costs)
        raise SearchError(
            f"none of {draws:,} random networks of the space is within the caps; they have {flops:,} FLOPs and "
            f"{parameters:,} parameters at the least. Widen --min-flops, --max-flops or --max-params."
        )
    lowest, highest = min(allowed), max(allowed)
    return Bounds(1 - 1 / space.classes, lowest, max(highest, 2 * lowest))


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
