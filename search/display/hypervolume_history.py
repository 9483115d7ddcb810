"""The growth of a study's hypervolume."""

from collections.abc import Sequence

from optuna.trial import TrialState

from search.optimizer.pareto import hypervolume
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials.records import losses_and_costs

BLOCKS = "▁▂▃▄▅▆▇█"

RECENT_TRIALS = 10
"""Number of trials whose gain is shown."""


class HypervolumeHistory:
    """The hypervolume after each trial that has ended, in the order of their ends.

    Attributes:
        values: A number from 0 to 1 for each trial.
    """

    def __init__(self) -> None:
        self.values: list[float] = []

    def update(self, study: StoredStudy) -> None:
        """Add the trials that have ended since the last update."""
        ended = [trial for trial in study.trained() if trial.state.is_finished()]
        if len(ended) == len(self.values):
            return
        ended.sort(key=lambda trial: trial.datetime_complete)
        for number in range(len(self.values) + 1, len(ended) + 1):
            complete = [trial for trial in ended[:number] if trial.state == TrialState.COMPLETE]
            self.values.append(hypervolume(*losses_and_costs(complete), study.bounds))


def recent_gain(values: Sequence[float]) -> float:
    """Hypervolume that the last trials have added, at most `RECENT_TRIALS` of them."""
    if not values:
        return 0.0
    return values[-1] - (values[-RECENT_TRIALS - 1] if len(values) > RECENT_TRIALS else 0.0)


def sparkline(values: Sequence[float], *, width: int) -> str:
    """Values as a row of blocks. The lowest block is the lowest value, and the highest block the highest.

    Args:
        values: Finite numbers; may be empty. Of more values than `width`, evenly spaced ones are drawn.
        width: Largest number of characters.
    """
    columns = min(width, len(values))
    drawn = [values[(column + 1) * len(values) // columns - 1] for column in range(columns)]
    low, high = min(drawn, default=0.0), max(drawn, default=0.0)
    if high == low:
        return BLOCKS[0] * columns
    return "".join(BLOCKS[round((value - low) / (high - low) * (len(BLOCKS) - 1))] for value in drawn)
