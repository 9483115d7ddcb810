"""The study loop: asks the study for networks, has them trained, tells the study what came out."""

from collections.abc import Callable
from typing import Protocol

from optuna.trial import TrialState

from search.optimizer.rungs import Ladder
from search.optimizer.study.failures import TooManyFailures, in_common
from search.optimizer.study.proposal import Proposal
from search.optimizer.study.study import SearchStudy, SpaceExhausted
from search.optimizer.trials.records import reached
from search.training.recipe import Recipe
from search.workers.messages import EpochDone, Event, Job, JobDone, JobFailed, WorkerDied

DEATHS_ALLOWED = 2
"""A network whose workers died this often has failed: it is the likely cause."""

SECONDS_BETWEEN_LOOKS = 0.5


class Pool(Protocol):
    """Where jobs run; `search.workers.local_pool.LocalPool` is one."""

    @property
    def free(self) -> int:
        """How many more jobs can be started now; of a cluster none may be before its first worker is there."""

    def start(self, job: Job) -> None:
        """Begin a job."""

    def events(self, *, timeout: float):
        """Iterable of what has happened."""


def run(
    study: SearchStudy,
    pool: Pool,
    *,
    total: int,
    recipe: Recipe,
    watch: Callable[[Event | Proposal | None], None],
    stop: Callable[[], bool],
    max_failures: int | None = None,
) -> None:
    """Train until the study has `total` trials and none waits that may not be stopped, or somebody wants to stop.

    Args:
        study: Where everything is kept.
        pool: Where networks are trained.
        total: Trials that count, earlier ones included.
        recipe: How networks are trained.
        watch: Called with each proposal, each event once the study knows of it, and None when the workers have work and
            there is time.
        stop: Whether to end now, leaving open what the caller then closes.
        max_failures: Trials that may fail in a row; None is any number.
    Raises:
        SpaceExhausted: If the space ran out first; all that was started is finished.
        TooManyFailures: If so many failed in a row; what is running is left open.
    """
    exhausted: SpaceExhausted | None = None

    def next_proposal() -> Proposal | None:
        nonlocal exhausted
        study.look()  # Another search may work on the same study; a total is of both.
        if exhausted is None:
            try:
                if (proposal := study.ask(total)) is not None:
                    return proposal
            except SpaceExhausted as error:
                exhausted = error
        return study.ask_to_finish()

    while not stop():
        while pool.free and not stop() and (proposal := next_proposal()) is not None:
            pool.start(_job(proposal, recipe, study.ladder))
            watch(proposal)
        _check(study, max_failures)
        watch(None)
        if not study.running():
            if _is_done(study, total) or (exhausted is not None and pool.free):
                break
            if pool.free:
                continue  # Another search has given up what made up the total.
        for event in pool.events(timeout=SECONDS_BETWEEN_LOOKS):
            tell(study, event)
            watch(event)
            _check(study, max_failures)
    if exhausted is not None:
        raise exhausted


def _is_done(study: SearchStudy, total: int) -> bool:
    study.refresh()
    return study.has(total) and not study.must_promote()


def _check(study: SearchStudy, max_failures: int | None) -> None:
    failed = study.failed_in_a_row()
    if max_failures is not None and len(failed) >= max_failures:
        trained = [trial for trial in study.trained() if reached(trial) and trial.state != TrialState.FAIL]
        raise TooManyFailures(
            f"{len(failed)} trials in a row have failed. {in_common(failed, trained)} "
            "Mend the cause, or give a larger --max-failures."
        )


def _job(proposal: Proposal, recipe: Recipe, ladder: Ladder) -> Job:
    last = proposal.milestones[-1] == ladder.top
    return Job(
        proposal.number,
        proposal.architecture,
        proposal.seed,
        recipe,
        proposal.milestones,
        resume_from=proposal.resume_from,
        last=last,
    )


def tell(study: SearchStudy, event: Event) -> None:
    """Let the study know of an event."""
    match event:
        case EpochDone():
            study.record_epoch(event.trial, event.epoch)
        case JobDone():
            study.record_rung(event.trial, accuracy=event.accuracy, seconds=event.seconds)
        case JobFailed():
            study.fail(event.trial, event.reason)
        case WorkerDied():
            _tell_death(study, event)


def _tell_death(study: SearchStudy, event: WorkerDied) -> None:
    if event.blameless:
        study.interrupt(event.trial, event.reason)
    elif study.deaths(event.trial) + 1 >= DEATHS_ALLOWED:
        study.fail(event.trial, f"{event.reason}, the {DEATHS_ALLOWED}nd time with this network")
    else:
        study.interrupt(event.trial, event.reason, died=True)
