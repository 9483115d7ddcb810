"""What a trial is measured against: the front's accuracy at equal epochs, within the trial's own cost."""

from collections.abc import Iterable, Sequence

from mlflow_runs.records import TrialRecord


def front_accuracies(trial: TrialRecord, trials: Iterable[TrialRecord]) -> dict[int, float]:
    """The best accuracy after each of a trial's epochs, among the front's networks that cost no more than it.

    The front is the one that stood when the trial ended, the trial itself left out: what a search knew then, and the
    same whenever it is asked for.

    Args:
        trial: The trial; none of it is needed but its cost, its end and how many epochs it had.
        trials: All trials of the study.
    Returns:
        Accuracies, 0 to 1, by epoch from 1; without the epochs for which there is no such network.
    """
    if trial.cost is None or trial.ended_ms is None:
        return {}
    asked = {epoch.number for epoch in trial.epochs}
    best: dict[int, float] = {}
    for rival in _front(_known(trial, trials)):
        for epoch in rival.epochs:
            if epoch.number in asked:
                best[epoch.number] = max(best.get(epoch.number, 0.0), epoch.accuracy)
    return best


def _known(trial: TrialRecord, trials: Iterable[TrialRecord]) -> list[TrialRecord]:
    """Finished trials that had ended when `trial` did and cost no more, cheapest first.

    Those that cost more can neither count nor push one that does off the front.
    """
    known = [
        other
        for other in trials
        if other.number != trial.number
        and other.accuracy is not None
        and other.cost is not None
        and other.cost <= trial.cost
        and other.ended_ms is not None
        and other.ended_ms <= trial.ended_ms
    ]
    return sorted(known, key=lambda other: (other.cost, -other.accuracy, other.number))


def _front(cheapest_first: Sequence[TrialRecord]) -> Iterable[TrialRecord]:
    """Those more accurate than all that cost less."""
    best = float("-inf")
    for trial in cheapest_first:
        if trial.accuracy > best:
            best = trial.accuracy
            yield trial
