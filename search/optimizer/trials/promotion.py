"""Which trials may not be stopped at their rung: one rule for the sampler and for the estimate of the time left."""

from collections.abc import Callable, Sequence

from optuna.trial import FrozenTrial, TrialState

from search.optimizer.chance import Chance
from search.optimizer.rungs import non_dominated_within_noise
from search.optimizer.trials.records import costs_of, last_rung, log_losses, reached


def must_promote(
    trials: Sequence[FrozenTrial],
    waiting: Sequence[FrozenTrial],
    *,
    noise: Callable[[int], float],
    chance: Chance | None = None,
) -> list[FrozenTrial]:
    """Those of the waiting trials that may not be stopped at their rung; the highest rung first.

    They are non-dominated there within noise. At a rung that is at chance no trial may be stopped.

    Args:
        trials: To compare with.
        waiting: Those of them that may be trained further.
        noise: Rung to the standard deviation of a log loss measured there.
        chance: What guessing gives; None where that is unknown.
    """
    promoted: list[FrozenTrial] = []
    for rung in sorted({last_rung(trial) for trial in waiting}, reverse=True):
        waiting_here = [trial for trial in waiting if last_rung(trial) == rung]
        if is_at_chance(rung, trials, chance):
            promoted += waiting_here
            continue
        at_rung = [(trial, losses[rung]) for trial in trials if rung in (losses := log_losses(trial))]
        mask = non_dominated_within_noise(
            [loss for _, loss in at_rung], costs_of([trial for trial, _ in at_rung]), noise=noise(rung)
        )
        numbers = {trial.number for (trial, _), is_member in zip(at_rung, mask, strict=True) if is_member}
        promoted += [trial for trial in waiting_here if trial.number in numbers]
    return promoted


def is_at_chance(rung: int, trials: Sequence[FrozenTrial], chance: Chance | None) -> bool:
    """Whether nearly all results of a rung could be guesses, so that they rank nothing."""
    return chance is not None and chance.explains(accuracies_at(rung, trials))


def accuracies_at(rung: int, trials: Sequence[FrozenTrial]) -> list[float]:
    """Accuracies of the trials that have a result at a rung, 0 to 1, by number of the trial."""
    return [
        at_rungs[rung] for trial in trials if trial.state != TrialState.FAIL and rung in (at_rungs := reached(trial))
    ]
