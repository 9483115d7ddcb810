"""The study loop: asks the study for trainings, has workers do them, and tells the study the results."""

from collections.abc import Callable
from typing import Protocol

from optuna.trial import TrialState

from search.optimizer.rungs import Ladder
from search.optimizer.study.failures import TooManyFailures, in_common
from search.optimizer.study.proposal import Proposal
from search.optimizer.study.starter import SpaceExhausted
from search.optimizer.study.study import SearchStudy
from search.optimizer.trials.records import reached
from search.training.recipe import Recipe
from search.workers.messages import EpochDone, Event, Job, JobDone, JobFailed, WorkerDied

DEATHS_ALLOWED = 2
"""When its workers have died this often, a network has failed: it is the likely cause."""

SECONDS_PER_WAIT = 0.5


class Pool(Protocol):
    """Where jobs run; `local_pool.LocalPool` is one."""

    @property
    def free(self) -> int:
        """How many more jobs can be started now. On a cluster this is none until the first worker has started."""

    def start(self, job: Job) -> None:
        """Start a job. Call it only while `free` is positive."""

    def events(self, *, timeout: float):
        """What has happened: an iterable of `Event`s. Waits up to `timeout` seconds for the first."""


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
    """Train until the study has `total` trials and every trial that must be promoted was, or until `stop` says so.

    Args:
        study: Proposes trainings and stores results.
        pool: Where networks are trained.
        total: Number of trials that count, earlier ones included.
        recipe: How networks are trained.
        watch: Called with each proposal, with each event once the study has stored it, and with None whenever the
            workers are busy and there is time for other things.
        stop: Whether to end now. Running trials are left to the caller.
        max_failures: The search ends when this many trials in a row have failed; None never ends it.
    Raises:
        SpaceExhausted: If the space has no new network left; all trainings that were started are finished.
        TooManyFailures: If `max_failures` trials in a row have failed; running trials are left to the caller.
    """
    exhausted: SpaceExhausted | None = None

    def next_proposal() -> Proposal | None:
        nonlocal exhausted
        study.refresh_if_due()  # Another search may work on the same study: `total` counts the trials of both.
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
                continue  # Another search has given up a trial that the total had counted.
        for event in pool.events(timeout=SECONDS_PER_WAIT):
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
            "Fix the cause, or give a larger --max-failures."
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
    """Store an event in the study."""
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
