"""Numbers of a study's networks by state."""

from collections.abc import Sequence
from dataclasses import dataclass

from optuna.trial import FrozenTrial, TrialState

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import reached
from search.optimizer.trials.status import counts, is_interrupted, is_paused


@dataclass(frozen=True)
class Tally:
    """Numbers of networks. Each network is in one of the first five states.

    Attributes:
        running: Being trained, to the first rung or a later one.
        waiting: Paused at a rung, until they are promoted or stopped.
        complete: Trained to the top rung.
        stopped: Stopped at a rung.
        failed: Without a result.
        judged: Networks that have a result or have failed. This number never falls.
    """

    running: int = 0
    waiting: int = 0
    complete: int = 0
    stopped: int = 0
    failed: int = 0
    judged: int = 0


def tally(trials: Sequence[FrozenTrial]) -> Tally:
    """Count the networks that count towards `--trials`.

    Args:
        trials: All of a study's, by number. A trial that resumes the network of an earlier one counts for that network.
    """
    trials_by_network: dict[int, list[FrozenTrial]] = {}  # by the number of the network's first trial
    first_trial: dict[int, int] = {}  # of a trial that resumes a network
    for trial in trials:
        if counts(trial):
            trials_by_network[trial.number] = [trial]
        elif attr.RESUMES in trial.user_attrs and not is_interrupted(trial):
            resumed = trial.user_attrs[attr.RESUMES]
            first_trial[trial.number] = first_trial.get(resumed, resumed)
            trials_by_network.setdefault(first_trial[trial.number], []).append(trial)
    networks = trials_by_network.values()
    states = [_state(trials[-1]) for trials in networks]
    judged = sum(any(trial.state.is_finished() or reached(trial) for trial in trials) for trials in networks)
    return Tally(**{state: states.count(state) for state in set(states)}, judged=judged)


def _state(trial: FrozenTrial) -> str:
    if trial.state == TrialState.RUNNING:
        return "waiting" if is_paused(trial) else "running"
    return {TrialState.COMPLETE: "complete", TrialState.PRUNED: "stopped"}.get(trial.state, "failed")
