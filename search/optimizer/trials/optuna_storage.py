"""What Optuna keeps private and this program needs: the one place that touches it (Optuna 5.0)."""

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, distribution_to_json
from optuna.samplers._base import _process_constraints_after_trial
from optuna.storages import BaseStorage, RDBStorage
from optuna.storages._rdb.storage import _create_scoped_session
from optuna.study._constrained_optimization import _CONSTRAINTS_KEY
from optuna.trial import FrozenTrial, TrialState

AnyTrial = optuna.Trial | FrozenTrial


def trial_id(trial: AnyTrial) -> int:
    """The number under which the storage knows a trial; another than its number within the study."""
    return trial._trial_id


def set_trial_attr(study: optuna.Study, trial: AnyTrial, name: str, value: Any) -> None:
    """Set a user attribute of a trial that another process, or an earlier step, has begun."""
    study._storage.set_trial_user_attr(trial_id(trial), name, value)


def set_trial_system_attr(study: optuna.Study, trial: AnyTrial, name: str, value: Any) -> None:
    """Set a system attribute of a trial, which a person is not shown."""
    study._storage.set_trial_system_attr(trial_id(trial), name, value)


def process_constraints(
    constraints_func: Callable[[FrozenTrial], Sequence[float]],
    study: optuna.Study,
    trial: FrozenTrial,
    state: TrialState,
) -> None:
    """Store the constraints of a trial that ends, as Optuna's own samplers do."""
    _process_constraints_after_trial(constraints_func, study, trial, state)


def set_constraints(trial: optuna.Trial, constraints: Mapping[str, float]) -> None:
    """Store by how much a trial violates each constraint. `Trial.set_constraint` reads the trial anew for each."""
    attributes: dict[str, Any] = {f"{_CONSTRAINTS_KEY}:{name}": float(excess) for name, excess in constraints.items()}
    violated = [excess for excess in constraints.values() if excess > 0]
    if violated:  # optuna-dashboard knows the older, nameless form alone.
        attributes[_CONSTRAINTS_KEY] = violated[-1:]
    for name, value in attributes.items():
        trial.storage.set_trial_system_attr(trial_id(trial), name, value)
    trial._cached_frozen_trial.system_attrs |= attributes


def current(trial: optuna.Trial) -> FrozenTrial:
    """A trial that only this process writes to, as it would be read from the storage now; nothing is read."""
    frozen = copy.copy(trial._cached_frozen_trial)
    frozen.params, frozen.distributions = dict(frozen.params), dict(frozen.distributions)
    frozen.user_attrs = json.loads(json.dumps(frozen.user_attrs))
    frozen.system_attrs = dict(frozen.system_attrs)
    return frozen


def detach(trial: optuna.Trial) -> None:
    """Give a trial a copy of what it has read: a storage in memory hands out what it keeps, and a trial changes it."""
    trial._cached_frozen_trial = current(trial)


def has_trial(study: optuna.Study, number: int) -> bool:
    """Whether the study has a trial of this number; takes no longer for a long study."""
    try:
        study._storage.get_trial_id_from_study_id_trial_number(study._study_id, number)
    except KeyError:
        return False
    return True


def create_trial(study: optuna.Study, user_attrs: Mapping[str, Any]) -> optuna.Trial:
    """A new running trial with these user attributes. The study's sampler is told of it."""
    template = optuna.trial.create_trial(state=TrialState.RUNNING, user_attrs=dict(user_attrs))
    return optuna.Trial(study, study._storage.create_new_trial(study._study_id, template_trial=template))


def copy_params(trial: optuna.Trial, source: FrozenTrial, user_attrs: Mapping[str, Any]) -> None:
    """Give a new trial the params of another trial of the study, and user attributes."""
    detach(trial)
    frozen, distributions = trial._cached_frozen_trial, source.distributions
    frozen.params, frozen.distributions = dict(source.params), dict(distributions)
    frozen.user_attrs |= user_attrs
    params = {
        name: (distributions[name].to_internal_repr(value), distributions[name])
        for name, value in source.params.items()
    }
    write_trial(trial.storage, trial_id(trial), params=params, user_attrs=user_attrs, system_attrs={})


def write_trial(
    storage: BaseStorage,
    trial_id: int,
    *,
    params: Mapping[str, tuple[float, BaseDistribution]],
    user_attrs: Mapping[str, Any],
    system_attrs: Mapping[str, Any],
) -> None:
    """Write to an open trial: in one transaction where the storage is PostgreSQL or SQLite, else one by one, in order.

    Optuna itself takes a transaction and two statements for each.

    Args:
        storage: Of the study.
        trial_id: Under which it knows the trial.
        params: Value, as Optuna stores it, and distribution by name; none is stored yet.
        user_attrs, system_attrs: Value by name; replace what is stored.
    """
    database = getattr(storage, "_backend", None)
    if isinstance(database, RDBStorage) and database.engine.name in ("postgresql", "sqlite"):
        _write_rows(database, trial_id, params, user_attrs, system_attrs)
        return
    for name, (value, distribution) in params.items():
        storage.set_trial_param(trial_id, name, value, distribution)
    for name, attribute in user_attrs.items():
        storage.set_trial_user_attr(trial_id, name, attribute)
    for name, attribute in system_attrs.items():
        storage.set_trial_system_attr(trial_id, name, attribute)


def _write_rows(
    database: RDBStorage,
    trial_id: int,
    params: Mapping[str, tuple[float, BaseDistribution]],
    user_attrs: Mapping[str, Any],
    system_attrs: Mapping[str, Any],
) -> None:
    from optuna.storages._rdb import models
    from sqlalchemy.dialects import postgresql, sqlite

    insert = postgresql.insert if database.engine.name == "postgresql" else sqlite.insert
    param_rows = [
        {
            "trial_id": trial_id,
            "param_name": name,
            "param_value": value,
            "distribution_json": distribution_to_json(distribution),
        }
        for name, (value, distribution) in params.items()
    ]
    with _create_scoped_session(database.scoped_session) as session:
        trial = models.TrialModel.find_or_raise_by_id(trial_id, session)
        database.check_trial_is_updatable(trial_id, trial.state)  # type: ignore[arg-type]
        if param_rows:
            session.execute(insert(models.TrialParamModel).values(param_rows))
        tables = (models.TrialUserAttributeModel, models.TrialSystemAttributeModel)
        for table, attributes in zip(tables, (user_attrs, system_attrs), strict=True):
            rows = [
                {"trial_id": trial_id, "key": name, "value_json": json.dumps(value)}
                for name, value in attributes.items()
            ]
            if rows:
                statement = insert(table).values(rows)
                new = {"value_json": statement.excluded.value_json}
                session.execute(statement.on_conflict_do_update(index_elements=["trial_id", "key"], set_=new))


def get_study_system_attrs(study: optuna.Study) -> dict[str, Any]:
    """The study's system attributes, in which optuna-dashboard keeps its notes."""
    return dict(study._storage.get_study_system_attrs(study._study_id))


def set_study_system_attr(study: optuna.Study, name: str, value: Any) -> None:
    """Set one of them."""
    study._storage.set_study_system_attr(study._study_id, name, value)


def contains(distribution: BaseDistribution, value: Any) -> bool:
    """Whether a distribution has this value."""
    try:
        return distribution._contains(distribution.to_internal_repr(value))
    except (TypeError, ValueError):
        return False


def allow_stop(study: optuna.Study) -> None:
    """Let samplers stop the study, as they may while `Study.optimize` runs."""
    study._thread_local.in_optimize_loop = True


def is_stopped(study: optuna.Study) -> bool:
    """Whether a sampler has stopped the study: it has nothing more to propose."""
    return study._stop_flag
