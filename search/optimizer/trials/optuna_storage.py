"""What Optuna keeps private and this program needs: the one place that touches it (Optuna 5.0)."""

from collections.abc import Callable, Sequence
from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers._base import _process_constraints_after_trial
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


def set_violation(study: optuna.Study, trial: AnyTrial, excess: float) -> None:
    """Tell optuna-dashboard that a trial violates a constraint: it knows the older, nameless form alone."""
    study._storage.set_trial_system_attr(trial_id(trial), "constraints", [excess])


def read_trial(study: optuna.Study, trial: AnyTrial) -> FrozenTrial:
    """A trial as it is stored now."""
    return study._storage.get_trial(trial_id(trial))


def has_trial(study: optuna.Study, number: int) -> bool:
    """Whether the study has a trial of this number; takes no longer for a long study."""
    try:
        study._storage.get_trial_id_from_study_id_trial_number(study._study_id, number)
    except KeyError:
        return False
    return True


def create_trial(study: optuna.Study, template: FrozenTrial) -> optuna.Trial:
    """A new trial with the template's state, params and attributes."""
    study.sampler = optuna.samplers.RandomSampler()  # A trial asks the sampler as it is made; this one needs no answer.
    return optuna.Trial(study, study._storage.create_new_trial(study._study_id, template_trial=template))


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
