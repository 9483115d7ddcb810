"""Several writes to an open trial as one transaction: all are stored, or none.

A database takes some milliseconds for each transaction, and a trial has fifty things to store.
"""

import contextlib
from collections.abc import Iterator
from typing import Any, cast

import optuna
from optuna.distributions import BaseDistribution, check_distribution_compatibility
from optuna.storages import BaseStorage

from search.optimizer.trials.optuna_storage import detach, trial_id, write_trial


@contextlib.contextmanager
def written_together(trial: optuna.Trial, *, known: dict[str, BaseDistribution] | None = None) -> Iterator[None]:
    """Within it, what is written to the trial is collected. It is stored at the end, in one transaction.

    Args:
        trial: An open trial that this process runs.
        known: By name, the distributions of params that this process has stored before; is added to.
    """
    storage = trial.storage
    batch = _Batch(storage, {} if known is None else known)
    detach(trial)
    trial.storage = cast(BaseStorage, batch)
    try:
        yield
    finally:
        trial.storage = storage
        batch.write(trial_id(trial))


class _Batch:
    """Takes the place of a trial's storage. It collects what is written, and passes on what is read."""

    def __init__(self, storage: BaseStorage, known: dict[str, BaseDistribution]) -> None:
        self._storage, self._known = storage, known
        self._params: dict[str, tuple[float, BaseDistribution]] = {}
        self._user_attrs: dict[str, Any] = {}
        self._system_attrs: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def set_trial_param(self, trial_id: int, name: str, value: float, distribution: BaseDistribution) -> None:
        """Collect a param. The storage itself compares the first distribution of a name with what others have stored.

        Raises:
            ValueError: If other trials have chosen from something else.
        """
        if name in self._known:
            check_distribution_compatibility(self._known[name], distribution)
            self._params[name] = value, distribution
        else:
            self._storage.set_trial_param(trial_id, name, value, distribution)
            self._known[name] = distribution

    def set_trial_user_attr(self, trial_id: int, name: str, value: Any) -> None:
        """Collect a user attribute."""
        self._user_attrs[name] = value

    def set_trial_system_attr(self, trial_id: int, name: str, value: Any) -> None:
        """Collect a system attribute."""
        self._system_attrs[name] = value

    def write(self, trial_id: int) -> None:
        """Store what was collected."""
        if self._params or self._user_attrs or self._system_attrs:
            write_trial(
                self._storage,
                trial_id,
                params=self._params,
                user_attrs=self._user_attrs,
                system_attrs=self._system_attrs,
            )
