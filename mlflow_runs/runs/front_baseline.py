"""The baseline of a trial: the front's accuracy at the same epochs, among networks that cost no more."""

from collections.abc import Iterable, Sequence

from mlflow_runs.records import TrialRecord


def front_accuracies(trial: TrialRecord, trials: Iterable[TrialRecord]) -> dict[int, float]:
    """The best accuracy after each of a trial's epochs, among the networks on the front that cost no more.

    The front is the one that stood when the trial ended, without the trial itself. So the answer never changes later.

    Args:
        trial: The trial. Only its cost, its end and its epochs' numbers are used.
        trials: All trials of the study.
    Returns:
        Accuracies, 0 to 1, by epoch from 1. Epochs without such a network are left out.
    """
    if trial.cost is None or trial.ended_ms is None:
        return {}
    numbers = {epoch.number for epoch in trial.epochs}
    best: dict[int, float] = {}
    for member in _front(_cheaper(trial, trials)):
        for epoch in member.epochs:
            if epoch.number in numbers:
                best[epoch.number] = max(best.get(epoch.number, 0.0), epoch.accuracy)
    return best


def _cheaper(trial: TrialRecord, trials: Iterable[TrialRecord]) -> list[TrialRecord]:
    """Finished trials that had ended when `trial` did and cost no more, cheapest first.

    A trial that costs more dominates none of them, so the front among these is a part of the whole front.
    """
    cheaper = [
        other
        for other in trials
        if other.number != trial.number
        and other.accuracy is not None
        and other.cost is not None
        and other.cost <= trial.cost
        and other.ended_ms is not None
        and other.ended_ms <= trial.ended_ms
    ]
    return sorted(cheaper, key=lambda other: (other.cost, -other.accuracy, other.number))


def _front(cheapest_first: Sequence[TrialRecord]) -> Iterable[TrialRecord]:
    """Trials that are more accurate than all that cost less."""
    best = float("-inf")
    for trial in cheapest_first:
        if trial.accuracy > best:
            best = trial.accuracy
            yield trial
