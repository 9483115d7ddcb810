"""The curve of a stored study: its hypervolume over what its trainings have taken."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import NamedTuple

from optuna.trial import FrozenTrial, TrialState

from search.benchmarking.curve import EPOCHS, FULL_TRAININGS, SECONDS, Curve
from search.optimizer.pareto import Bounds, hypervolume
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import losses_and_costs
from search.training.trainer import SECONDS_COLUMN, EpochResult

TIME_COLUMN = len(fields(EpochResult))
"""Index, in a stored epoch, of the time when it ended: see `attributes.EPOCHS`."""


class _Event(NamedTuple):
    """An epoch, or the end of a full training that follows its last epoch.

    Attributes:
        time: When it ended.
        order: 0 for an epoch, 1 for the end of a training.
        number: Of the trial.
        seconds: Of the epoch.
    """

    time: float
    order: int
    number: int
    seconds: float


def common_rectangle(studies: Iterable[StoredStudy]) -> Bounds:
    """The rectangle that contains those of one study or more. Where the caps are the same, so are the rectangles."""
    bounds = [study.bounds for study in studies]
    return Bounds(
        max(each.reference_loss for each in bounds),
        min(each.lowest_cost for each in bounds),
        max(each.highest_cost for each in bounds),
        min(each.best_loss for each in bounds),
    )


def study_curve(study: StoredStudy, *, sampler: str, seed: int, bounds: Bounds, trials: int) -> Curve:
    """The hypervolume of a study on its validation images.

    Every epoch counts, also of trainings that were stopped, failed or cut short. Seconds are those of the epochs, of
    all workers together.

    Args:
        study: Finished or not.
        sampler, seed: With which it was searched.
        bounds: The rectangle of the hypervolume.
        trials: Networks that it is to train in all.
    """
    stored, top = study.trials(), int(study.settings["epochs"])
    epochs, seconds, complete, hypervolumes = 0, 0.0, [], []
    spent: dict[str, list[float]] = {FULL_TRAININGS: [], EPOCHS: [], SECONDS: []}
    for event in sorted(_events(stored)):
        if event.order == 0:
            epochs, seconds = epochs + 1, seconds + event.seconds
            continue
        complete.append(stored[event.number])
        hypervolumes.append(hypervolume(*losses_and_costs(complete), bounds))
        for unit, value in _amounts(epochs, seconds, top=top).items():
            spent[unit].append(value)
    ended = study.optuna_study.user_attrs.get(attr.STATE) == "FINISHED" and len(study.trained()) >= trials
    return Curve(sampler, seed, spent, hypervolumes, total=_amounts(epochs, seconds, top=top), is_finished=ended)


def _amounts(epochs: int, seconds: float, *, top: int) -> dict[str, float]:
    return {FULL_TRAININGS: epochs / top, EPOCHS: float(epochs), SECONDS: seconds}


def _events(trials: list[FrozenTrial]) -> Iterator[_Event]:
    for trial in trials:
        rows = _own_epochs(trial, trials)
        for row in rows:
            yield _Event(_time(row, trial), 0, trial.number, float(row[SECONDS_COLUMN]))
        if trial.state == TrialState.COMPLETE:
            yield _Event(_time(rows[-1] if rows else [], trial), 1, trial.number, 0.0)


def _own_epochs(trial: FrozenTrial, trials: list[FrozenTrial]) -> list[list[float]]:
    """A trial that goes on with another's training repeats its epochs."""
    rows, earlier = trial.user_attrs.get(attr.EPOCHS, []), trial.user_attrs.get(attr.RESUMES)
    repeated = [] if earlier is None else [row[:TIME_COLUMN] for row in trials[earlier].user_attrs.get(attr.EPOCHS, [])]
    return [row for row in rows if row[:TIME_COLUMN] not in repeated]


def _time(row: list[float], trial: FrozenTrial) -> float:
    """When an epoch ended. Studies of version 0.2 know only when its trial ended or began."""
    if len(row) > TIME_COLUMN:
        return row[TIME_COLUMN]
    moment = trial.datetime_complete or trial.datetime_start
    return moment.timestamp() if moment else 0.0
