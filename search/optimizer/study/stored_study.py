"""A stored study, read: its trials, its front, how far it has come. `study.SearchStudy` also writes to it."""

from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from search.errors import SearchError
from search.optimizer.networks.objective import FLOPS
from search.optimizer.pareto import Bounds, hypervolume, knee
from search.optimizer.study.selection import front_of
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.cache import TrialCache
from search.optimizer.trials.records import losses_and_costs
from search.optimizer.trials.status import counts

FORMAT = 1
"""Version of what is stored with a study. It rises with a change that an older program would misread."""


class StoredStudy:
    """What is read from any study, finished or running.

    Args:
        study: Optuna's, made by `opening.open_study`.
    Raises:
        SearchError: If another version of this program has made it and stored it in another format.
    """

    def __init__(self, study: optuna.Study) -> None:
        check_format(study)
        self.optuna_study = study
        self.bounds = Bounds(**study.user_attrs[attr.BOUNDS])
        self._cache = TrialCache(study)

    @property
    def name(self) -> str:
        """The study's name in its storage."""
        return self.optuna_study.study_name

    @property
    def id(self) -> str:
        """Hexadecimal digits that differ from those of any other study, even one of the same name."""
        return str(self.optuna_study.user_attrs[attr.ID])

    @property
    def settings(self) -> dict[str, Any]:
        """What makes its results comparable."""
        return dict(self.optuna_study.user_attrs[attr.SETTINGS])

    @property
    def command(self) -> str:
        """The command of the last search; empty if none is stored."""
        return str(self.optuna_study.user_attrs.get(attr.COMMAND, ""))

    @property
    def objective_name(self) -> str:
        """Of what is minimised beside the loss. A latency model tells it of studies of version 0.1."""
        stored = self.optuna_study.user_attrs
        if attr.OBJECTIVE in stored:
            return str(stored[attr.OBJECTIVE]["name"])
        return "latency_ms" if attr.LATENCY_MODEL in stored else FLOPS.name

    def trials(self) -> list[FrozenTrial]:
        """Every trial, skipped ones too, by number, as last read and changed here. Not copies: read only.

        What other processes do to the study is seen after a `refresh`.
        """
        return self._cache.trials()

    def refresh(self) -> None:
        """Read anew what others have done to the study."""
        self._cache.invalidate()

    def trained(self) -> list[FrozenTrial]:
        """Trials that count: handed out for training and neither skipped nor interrupted."""
        return [trial for trial in self.trials() if counts(trial)]

    def complete_trials(self) -> list[FrozenTrial]:
        """Trials that reached the top rung, by number."""
        return [trial for trial in self.trials() if trial.state == TrialState.COMPLETE]

    def front(self) -> list[FrozenTrial]:
        """Non-dominated trials among the complete ones, cheapest first."""
        return front_of(self.complete_trials())

    def knee(self) -> FrozenTrial | None:
        """The front's knee; None if no network is worth taking (`pareto.knee`)."""
        complete = self.complete_trials()
        index = knee(*losses_and_costs(complete), self.bounds)
        return None if index is None else complete[index]

    def hypervolume(self) -> float:
        """Share of the study's rectangle that the front dominates, 0 to 1."""
        return hypervolume(*losses_and_costs(self.complete_trials()), self.bounds)


def check_format(study: optuna.Study) -> None:
    """Refuse a study that another version of this program has stored in another format.

    Raises:
        SearchError: If it was.
    """
    stored = study.user_attrs.get(attr.FORMAT, 1)
    if stored != FORMAT:
        raise SearchError(
            f"study {study.study_name!r} was made by another version of this program (its format is {stored!r}; this "
            f"one reads {FORMAT}). Use that version, or give another name with --study."
        )
