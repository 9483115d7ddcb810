"""The result of a search: its front as networks, tables and figures. A notebook shows it."""

import argparse
import html
import json
from collections import Counter
from collections.abc import Callable
from functools import cached_property
from typing import Any

from mlflow_runs.runs.parent_description import NO_KNEE
from search.cli.argument_types import amount, memory
from search.cli.location import StudyLocation
from search.cli.shell_command import export_command
from search.errors import UsageError
from search.optimizer.study.selection import Budget, choose, numbered
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials.status import TrialStatus, status_of
from search.quantities import counted
from search.results.display_settings import display_settings_of
from search.results.figure import Figure
from search.results.front import Front
from search.results.network import TrainedNetwork, trained_network
from search.results.record import StudyRecorder
from search.results.trials_table import TrialsTable
from spaces.validation import given


class SearchResult:
    """What a study holds when this object is created, whether its search still runs or not.

    Args:
        study: The study.
        location: Where it is kept, for the commands that are shown.
    """

    def __init__(self, study: StoredStudy, *, location: StudyLocation | None = None) -> None:
        self.study = study.optuna_study
        self.name = study.name
        self.settings = study.settings
        self.hypervolume = study.hypervolume()
        self._stored, self._location = study, location or StudyLocation()
        self._trials = study.trials()
        self._knee = study.knee()
        self._on_front = {trial.number for trial in study.front()}

    @cached_property
    def front(self) -> Front:
        """The networks of the front, cheapest first."""
        knee = self._knee.number if self._knee else None
        return Front([trained_network(trial) for trial in self._stored.front()], knee=knee)

    @property
    def state(self) -> str:
        """RUNNING while a search trains or has paused trials, otherwise FINISHED."""
        return "RUNNING" if {TrialStatus.PAUSED, TrialStatus.TRAINING} & self.counts.keys() else "FINISHED"

    @property
    def sampler(self) -> str | None:
        """The sampler of the last search, as a person named it; None if it is not known."""
        return display_settings_of(self._stored).settings.get("sampler")

    @cached_property
    def counts(self) -> dict[str, int]:
        """Number of trials by the state in which they are or ended."""
        return dict(sorted(Counter(map(status_of, self._trials)).items()))

    @property
    def table(self):
        """The front as a `pandas.DataFrame`: a row for each network, cheapest first."""
        import pandas

        rows = [network.to_dict() for network in self.front]
        return pandas.DataFrame(rows).set_index("trial") if rows else pandas.DataFrame()

    @cached_property
    def _table(self) -> TrialsTable:
        return TrialsTable(self._trials, on_front=self._on_front)

    @property
    def trials(self):
        """All trials as a `pandas.DataFrame`, by number: state, choices, costs, accuracy at each rung, seconds."""
        return self._table.to_frame()

    @cached_property
    def figure(self) -> Figure:
        """Validation accuracy over FLOPs, with the front marked."""
        export = export_command(self.name, "--trial", location=self._location)
        record = StudyRecorder(self._stored, export=export).record(state=self.state)
        return Figure(record)

    def pick(
        self,
        pick: str | None = None,
        *,
        trial: int | None = None,
        max_flops: float | str | None = None,
        max_params: float | str | None = None,
        max_ram: int | str | None = None,
        max_flash: int | str | None = None,
    ) -> TrainedNetwork:
        """One network, chosen as by the options of `search.export`.

        Args:
            pick: "knee" or "best"; by default the knee or, with a limit, the most accurate network within it.
            trial: Number of a trial, on the front or not.
            max_flops, max_params: What the network may need: a number, or text such as "8M".
            max_ram, max_flash: The same in bytes, or text such as "64k".
        Raises:
            UsageError: If there is no such network.
        """
        if pick not in (None, "knee", "best"):
            raise UsageError(f'pick must be "knee" or "best"; got {given(pick)}')
        if trial is not None:
            return trained_network(numbered(self._trials, trial))
        budget = Budget(
            flops=_limit(max_flops, amount),
            parameters=_limit(max_params, amount),
            ram_bytes=_limit(max_ram, memory),
            flash_bytes=_limit(max_flash, memory),
        )
        pick = pick or ("best" if budget.limited else "knee")
        [chosen] = choose(
            self._trials, pick=pick, budget=budget, bounds=self._stored.bounds, latencies=lambda trials: {}
        )
        return trained_network(chosen)

    def build(self, pick: str | None = None, **options):
        """The Keras model of `pick(pick, **options)`, with new weights, not compiled."""
        return self.pick(pick, **options).build()

    def to_dict(self) -> dict[str, Any]:
        """The whole result as plain data, for JSON."""
        return {
            "study": self.name,
            "state": self.state,
            "settings": self.settings,
            "sampler": self.sampler,
            "trials": self.counts,
            "hypervolume": self.hypervolume,
            "knee": self._knee.number if self._knee else None,
            "front": [{**network.to_dict(), "architecture": network.architecture.to_dict()} for network in self.front],
        }

    def to_json(self) -> str:
        """`to_dict` as text."""
        return json.dumps(self.to_dict(), indent=2)

    def to_csv(self) -> str:
        """The front as CSV with a header, cheapest network first."""
        return self.front.to_csv()

    def trials_csv(self) -> str:
        """`trials` as CSV with a header."""
        return self._table.to_csv()

    def headline(self) -> str:
        """The result in a sentence."""
        on_front, trained = counted(len(self.front), "network"), len(self._stored.trained())
        no_knee = f" {NO_KNEE}" if self.front and self._knee is None else ""
        return (
            f"Study {self.name!r}: {on_front} on the front of {trained}, hypervolume {self.hypervolume:.4f}.{no_knee}"
        )

    def __repr__(self) -> str:
        return self.headline()

    def _repr_html_(self) -> str:
        """What a notebook shows: the headline, the figure and the front."""
        return f"<p>{html.escape(self.headline())}</p>{self.figure.to_img()}{self.front._repr_html_()}"


def _limit(limit: float | str | None, read: Callable[[str], float | None]) -> float | None:
    try:
        return None if limit is None else read(str(limit))
    except argparse.ArgumentTypeError as error:
        raise UsageError(f"a limit {error}") from None
