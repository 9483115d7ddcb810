"""The live display of a search: a line for each trial and, on a terminal, a panel below that is redrawn."""

import time
from collections.abc import Callable

from rich.console import Console
from rich.live import Live

from search.display.hypervolume_history import HypervolumeHistory
from search.display.lines import duration, trial_line
from search.display.panel import Panel
from search.display.scatter import points_of
from search.display.tally import tally
from search.display.time_left import seconds_left
from search.display.work import Running, Work
from search.optimizer.study.proposal import Proposal
from search.optimizer.study.study import SearchStudy
from search.workers.messages import Event, JobDone, JobFailed, WorkerDied

SECONDS_BETWEEN_REDRAWS = 0.25
"""Shortest time between two redraws when something has happened. The processor is there to train."""

SECONDS_BETWEEN_IDLE_REDRAWS = 1.0
"""The same when nothing has happened: the time left and the size of the terminal may have changed."""


class Display:
    """Prints a line for every training that ends and, on a terminal, draws a panel with the state of the search.

    Args:
        console: Where to print. A file, a pipe or a terminal that can't move its cursor gets only lines.
        total: Networks of the complete search.
        images: Training images of an epoch.
        clock: Seconds, from any origin.
    """

    def __init__(
        self, console: Console, *, total: int, images: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._console, self._total, self._images, self._clock = console, total, images, clock
        self._work, self._hypervolume_history = Work(clock), HypervolumeHistory()
        self._live = Live(console=console, auto_refresh=False, transient=True, vertical_overflow="crop")
        self._is_live = console.is_terminal and not console.is_dumb_terminal
        self._has_news = True
        self._drawn_at = float("-inf")

    def __enter__(self) -> "Display":
        if self._is_live:
            self._live.start()
        return self

    def __exit__(self, *exception) -> None:
        if self._is_live:
            self._live.stop()

    def show(self, study: SearchStudy, event: Event | Proposal | None) -> None:
        """Show what has just happened; None means that only time has passed."""
        self._work.note(event)
        self._has_news |= event is not None
        if isinstance(event, (JobDone, JobFailed, WorkerDied)):
            self._console.print(trial_line(study, study.trials()[event.trial]))
        if self._is_live and self._is_due():
            self._live.update(self.panel(study), refresh=True)
            self._has_news, self._drawn_at = False, self._clock()

    def panel(self, study: SearchStudy) -> Panel:
        """The panel as it is at this moment."""
        self._hypervolume_history.update(study)
        return Panel(
            total=self._total,
            tally=tally(study.trials()),
            hypervolumes=tuple(self._hypervolume_history.values),
            on_front=len(study.front()),
            images_per_second=self._work.images_per_second(self._images),
            running=tuple(_progress_of(number, job) for number, job in sorted(self._work.running.items())),
            time_left=time_left_words(seconds_left(study, self._work, total=self._total)),
            points=points_of(study),
        )

    def _is_due(self) -> bool:
        wait = SECONDS_BETWEEN_REDRAWS if self._has_news else SECONDS_BETWEEN_IDLE_REDRAWS
        return self._clock() - self._drawn_at >= wait


def _progress_of(number: int, job: Running) -> str:
    if job.epoch == job.resume_from:
        return f"trial {number} " + ("resumes" if job.resume_from else "starts")
    return f"trial {number} epoch {job.epoch}/{job.milestone}"


def time_left_words(seconds: float | None) -> str:
    """The result of `time_left.seconds_left` in words."""
    if seconds is None:
        return "not known yet"
    return f"about {duration(seconds)}" if seconds >= 1 else "nearly done"
