"""How far the networks of a study are."""

from collections.abc import Sequence
from dataclasses import dataclass

from optuna.trial import FrozenTrial, TrialState

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import reached
from search.optimizer.trials.status import counts, is_interrupted, is_paused


@dataclass(frozen=True)
class Tally:
    """Numbers of networks; each is in one state.

    Attributes:
        running: Being trained, for the first time or further.
        waiting: At a rung, to be trained further or not.
        complete: Trained to the top rung.
        stopped: At a rung, in an earlier search.
        failed: Without a result.
        judged: That have a result, or failed: their number never falls, since one that is trained further has one.
    """

    running: int = 0
    waiting: int = 0
    complete: int = 0
    stopped: int = 0
    failed: int = 0
    judged: int = 0


def tally(trials: Sequence[FrozenTrial]) -> Tally:
    """Count the networks of a study that count towards `--trials`.

    Args:
        trials: All of the study, by number. One that trains the network of another further speaks for it.
    """
    networks: dict[int, list[FrozenTrial]] = {}
    first: dict[int, int] = {}  # of a trial that went on with a network: the network's first trial
    for trial in trials:
        if counts(trial):
            networks[trial.number] = [trial]
        elif attr.RESUMES in trial.user_attrs and not is_interrupted(trial):
            resumed = trial.user_attrs[attr.RESUMES]
            first[trial.number] = first.get(resumed, resumed)
            networks.setdefault(first[trial.number], []).append(trial)
    states = [_state(of_one[-1]) for of_one in networks.values()]
    judged = sum(any(trial.state.is_finished() or reached(trial) for trial in of_one) for of_one in networks.values())
    return Tally(**{state: states.count(state) for state in set(states)}, judged=judged)


def _state(trial: FrozenTrial) -> str:
    if trial.state == TrialState.RUNNING:
        return "waiting" if is_paused(trial) else "running"
    return {TrialState.COMPLETE: "complete", TrialState.PRUNED: "stopped"}.get(trial.state, "failed")
