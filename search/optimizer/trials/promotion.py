"""Which trials may not be stopped at their rung: one rule for the sampler and for the estimate of the time left."""

from collections.abc import Callable, Sequence

from optuna.trial import FrozenTrial

from search.optimizer.rungs import non_dominated_within_noise
from search.optimizer.trials.records import costs_of, last_rung, log_losses


def must_promote(
    trials: Sequence[FrozenTrial], waiting: Sequence[FrozenTrial], *, noise: Callable[[int], float]
) -> list[FrozenTrial]:
    """Those of the waiting trials that may not be stopped at their rung; the highest rung first.

    They are non-dominated there within noise.

    Args:
        trials: To compare with.
        waiting: Those of them that may be trained further.
        noise: Rung to the standard deviation of a log loss measured there.
    """
    promoted: list[FrozenTrial] = []
    for rung in sorted({last_rung(trial) for trial in waiting}, reverse=True):
        at_rung = [(trial, losses[rung]) for trial in trials if rung in (losses := log_losses(trial))]
        mask = non_dominated_within_noise(
            [loss for _, loss in at_rung], costs_of([trial for trial, _ in at_rung]), noise=noise(rung)
        )
        numbers = {trial.number for (trial, _), is_member in zip(at_rung, mask, strict=True) if is_member}
        waiting_here = [trial for trial in waiting if last_rung(trial) == rung]
        promoted += [trial for trial in waiting_here if trial.number in numbers]
    return promoted
