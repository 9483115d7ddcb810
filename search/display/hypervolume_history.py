"""How a study's hypervolume has grown."""

from collections.abc import Sequence

from optuna.trial import TrialState

from search.optimizer.pareto import hypervolume
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials.records import losses_and_costs

BLOCKS = "▁▂▃▄▅▆▇█"

LAST = 10
"""Trials over which the latest gain is told."""


class HypervolumeHistory:
    """The hypervolume after each trial that has ended, in the order in which they ended.

    Attributes:
        values: One number from 0 to 1 each.
    """

    def __init__(self) -> None:
        self.values: list[float] = []

    def follow(self, study: StoredStudy) -> None:
        """Add what has ended since."""
        ended = [trial for trial in study.trained() if trial.state.is_finished()]
        if len(ended) == len(self.values):
            return
        ended.sort(key=lambda trial: trial.datetime_complete)
        for number in range(len(self.values) + 1, len(ended) + 1):
            complete = [trial for trial in ended[:number] if trial.state == TrialState.COMPLETE]
            self.values.append(hypervolume(*losses_and_costs(complete), study.bounds))


def gain(values: Sequence[float]) -> float:
    """What the last trials have added, `LAST` of them at the most."""
    return values[-1] - (values[-LAST - 1] if len(values) > LAST else 0.0) if values else 0.0


def sparkline(values: Sequence[float], *, width: int) -> str:
    """Values as a row of blocks, the lowest to the highest; where they are more than fit, the last of each few.

    Args:
        values: Any number of finite numbers.
        width: Characters at the most.
    """
    number = min(width, len(values))
    shown = [values[(index + 1) * len(values) // number - 1] for index in range(number)]
    low, high = min(shown, default=0.0), max(shown, default=0.0)
    if high == low:
        return BLOCKS[0] * number
    return "".join(BLOCKS[round((value - low) / (high - low) * (len(BLOCKS) - 1))] for value in shown)
