"""The display of a search: lines that stay and, on a terminal, a panel below them that is drawn again and again."""

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
"""At the least, after something has happened: the machine is there to train."""

SECONDS_BETWEEN_TICKS = 1.0
"""Likewise after nothing has, for the time left and a terminal whose size has changed."""


class Display:
    """A line for every training that ends; below them, on a terminal, a panel with how the search goes.

    Args:
        console: Where to write; a file, a pipe or a terminal that can't move its cursor gets plain lines.
        total: Networks when the search is complete.
        images: That a training sees in an epoch.
        clock: Seconds, from any origin.
    """

    def __init__(
        self, console: Console, *, total: int, images: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._console, self._total, self._images, self._clock = console, total, images, clock
        self._work, self._hypervolume_history = Work(clock), HypervolumeHistory()
        self._live = Live(console=console, auto_refresh=False, transient=True, vertical_overflow="crop")
        self._is_live = console.is_terminal and not console.is_dumb_terminal
        self._news = True
        self._drawn = float("-inf")

    def __enter__(self) -> "Display":
        if self._is_live:
            self._live.start()
        return self

    def __exit__(self, *exception) -> None:
        if self._is_live:
            self._live.stop()

    def show(self, study: SearchStudy, event: Event | Proposal | None) -> None:
        """Show what has just happened; None is the passing of time."""
        self._work.note(event)
        self._news |= event is not None
        if isinstance(event, (JobDone, JobFailed, WorkerDied)):
            self._console.print(trial_line(study, study.trials()[event.trial]))
        if self._is_live and self._is_due():
            self._live.update(self._panel(study), refresh=True)
            self._news, self._drawn = False, self._clock()

    def _is_due(self) -> bool:
        return self._clock() - self._drawn >= (SECONDS_BETWEEN_REDRAWS if self._news else SECONDS_BETWEEN_TICKS)

    def _panel(self, study: SearchStudy) -> Panel:
        self._hypervolume_history.follow(study)
        return Panel(
            total=self._total,
            tally=tally(study.trials()),
            hypervolumes=tuple(self._hypervolume_history.values),
            on_front=len(study.front()),
            images_per_second=self._work.images_per_second(self._images),
            running=tuple(_words(number, job) for number, job in sorted(self._work.running.items())),
            time_left=time_left(seconds_left(study, self._work, total=self._total)),
            points=points_of(study),
        )


def _words(number: int, job: Running) -> str:
    if job.epoch == job.resume_from:
        return f"trial {number} " + ("goes on" if job.resume_from else "starts")
    return f"trial {number} epoch {job.epoch}/{job.milestone}"


def time_left(seconds: float | None) -> str:
    """A sentence for `time_left.seconds_left`."""
    if seconds is None:
        return "unknown yet"
    return f"about {duration(seconds)}" if seconds >= 1 else "nearly done"
