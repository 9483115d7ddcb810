"""What the person who started a search sees while it runs and when it ends."""

import time
from collections.abc import Sequence

from optuna.trial import FrozenTrial, TrialState
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from search.flags import counted, with_unit
from search.optimizer import attributes as attr
from search.optimizer.study import Proposal, SearchStudy
from search.optimizer.trials import last_rung, reached
from search.workers.messages import EpochDone, Event, JobDone, JobFailed, WorkerDied
from spaces.architecture import WORDS_LEGEND


class Display:
    """A line for every training that ends; below them, on a terminal, a bar with the time left.

    Args:
        console: Where to write; a file or a pipe gets plain lines.
        total: Trials when the search is complete.
    """

    def __init__(self, console: Console, *, total: int) -> None:
        self._console, self._total = console, total
        self._running: dict[int, str] = {}
        self._started = time.monotonic()
        self._begun: set[int] = set()  # networks of this search, not of an earlier one
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("starting", total=total, left="")

    def __enter__(self) -> "Display":
        self._bar.start()
        return self

    def __exit__(self, *exception) -> None:
        self._bar.stop()

    def show(self, study: SearchStudy, event: Event | Proposal | None) -> None:
        """Show what has just happened; None is the passing of time."""
        match event:
            case Proposal():
                self._begun.add(event.number)
                self._running[event.number] = f"trial {event.number} starting"
            case EpochDone():
                self._running[event.trial] = f"trial {event.trial} epoch {event.epoch[0]}/{study.ladder.top}"
            case JobDone() | JobFailed() | WorkerDied():
                self._running.pop(event.trial, None)
                self._console.print(trial_line(study, study.trials()[event.trial]))
        if not self._bar.disable:
            self._update(study)

    def _update(self, study: SearchStudy) -> None:
        done = len(study.trained()) - len(self._running)
        head = f"hypervolume {study.hypervolume():.3f}, {len(study.front())} on the front"
        doing = ", ".join(self._running.values())
        description = f"{head} · {doing}" if doing else head
        self._bar.update(self._task, completed=done, description=description, left=self._time_left(done))

    def _time_left(self, done: int) -> str:
        """What the networks still to come will take if they take as long as those before them, their rungs included."""
        ended = len(self._begun) - len(self._running)
        if ended < 1:
            return ""
        seconds = (time.monotonic() - self._started) / ended * (self._total - done)
        return f"about {duration(seconds)} left" if seconds > 0 else "finishing what looks promising"


def trial_line(study: SearchStudy, trial: FrozenTrial) -> Text:
    """One trial in a line; a star where it is on the front now."""
    stored = trial.user_attrs
    on_front = any(member.number == trial.number for member in study.front())
    parts = [f"{'★' if on_front else ' '} {trial.number:4d}  {with_unit(2 * stored[attr.MACS]):>7s}FLOPs"]
    if attr.COST in stored:
        parts.append(f"{stored[attr.COST]:6.3f} ms")
    if reached(trial) and trial.state != TrialState.FAIL:
        rung = last_rung(trial)
        parts.append(f"{100 * reached(trial)[rung]:5.1f} %  {duration(stored[attr.SECONDS]):>8s}")
        if rung < study.ladder.top:
            parts.append(f"after {counted(rung, 'epoch')}")
    else:
        parts.append(f"no result: {stored.get(attr.REASON, '')}")
    return Text("  ".join([*parts, stored.get(attr.WORDS, "")]), style="bold" if on_front else "")


def front_table(front: Sequence[FrozenTrial], *, knee: FrozenTrial | None) -> Table:
    """The front as a table, cheapest first."""
    table = Table(title="Pareto front", caption=WORDS_LEGEND, title_justify="left", caption_justify="left")
    timed = any(attr.COST in trial.user_attrs for trial in front)
    for column in ("trial", "accuracy %", *(["ms"] if timed else []), "FLOPs", "parameters"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("network")
    for trial in front:
        stored = trial.user_attrs
        mark = "knee" if knee and trial.number == knee.number else stored.get(attr.START_POINT, "")
        table.add_row(
            str(trial.number),
            f"{100 * trial.values[0]:.1f}",
            *([f"{stored[attr.COST]:.3f}"] if timed else []),
            with_unit(2 * stored[attr.MACS]),
            with_unit(stored[attr.PARAMETERS]),
            mark,
            stored[attr.WORDS],
        )
    return table


def duration(seconds: float) -> str:
    """Seconds as a person reads them: 48 s, 12 min, 2 h 05."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 6000:
        return f"{seconds / 60:.0f} min"
    return f"{seconds // 3600:.0f} h {seconds % 3600 // 60:02.0f}"
