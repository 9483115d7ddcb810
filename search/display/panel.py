"""The panel below the trial lines of a running search, drawn to the size of the terminal."""

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.progress_bar import ProgressBar
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from search.display.hypervolume_history import RECENT_TRIALS, recent_gain, sparkline
from search.display.scatter import Points, scatter
from search.display.tally import Tally
from search.quantities import counted

HEIGHT_FOR_PICTURE = 24
"""Lines that a terminal needs for the picture. On fewer, trial lines would not be visible above the panel."""

LINES_WITHOUT_PICTURE = 12  # The other lines of the panel, and a few for trials.
LARGEST_PICTURE_HEIGHT, LARGEST_WIDTH = 14, 78


@dataclass(frozen=True)
class Panel:
    """The state of a search at one moment, which rich can print.

    Attributes:
        total: Networks of the complete search.
        tally: Numbers of networks by state.
        hypervolumes: After each trial that has ended.
        on_front: Number of networks on the front.
        images_per_second: Of all workers together; None if it is not known yet.
        running: A few words for each training.
        time_left: In words.
        points: Finished trials.
    """

    total: int
    tally: Tally
    hypervolumes: tuple[float, ...]
    on_front: int
    images_per_second: float | None
    running: tuple[str, ...]
    time_left: str
    points: Points

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """A rule below the trial lines, the picture if there is room, and the numbers."""
        width = min(options.max_width, LARGEST_WIDTH)
        yield Rule(style="dim", characters="─")
        if self.points.costs and console.height >= HEIGHT_FOR_PICTURE:
            height = min(LARGEST_PICTURE_HEIGHT, console.height - LINES_WITHOUT_PICTURE)
            yield scatter(self.points, width=width, height=height)
        yield self._numbers(width)

    def _numbers(self, width: int) -> Table:
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column()
        bar_width = max(8, min(30, width - 32))
        grid.add_row("networks", self._bar(bar_width))
        grid.add_row("", self._states())
        grid.add_row("hypervolume", self._hypervolume(bar_width))
        grid.add_row("training", self._training())
        grid.add_row("time left", self.time_left)
        return grid

    def _bar(self, width: int) -> Table:
        row = Table.grid(padding=(0, 1, 0, 0))
        judged = min(self.tally.judged, self.total)
        words = f"{judged} of {self.total} judged" + f", {self.on_front} on the front" * bool(self.on_front)
        row.add_row(ProgressBar(total=self.total, completed=judged, width=width), words)
        return row

    def _states(self) -> Text:
        tally = self.tally
        parts = [f"{tally.running} running"]
        parts += [f"{tally.waiting} waiting at a rung"] * bool(tally.waiting)
        parts += [f"{tally.complete} complete"]
        parts += [f"{tally.stopped} stopped at a rung"] * bool(tally.stopped)
        parts += [f"{tally.failed} failed"] * bool(tally.failed)
        return Text(" · ".join(parts))

    def _hypervolume(self, width: int) -> Text:
        if not self.hypervolumes:
            return Text("no trial has ended yet", style="dim")
        text = Text(f"{self.hypervolumes[-1]:.4f} ")
        text.append(sparkline(self.hypervolumes, width=max(8, width - len(text))), style="green")
        recent = min(RECENT_TRIALS, len(self.hypervolumes))
        text.append(f" {recent_gain(self.hypervolumes):+.4f} in the last {counted(recent, 'trial')}")
        return text

    def _training(self) -> Text:
        speed = [] if self.images_per_second is None else [f"{self.images_per_second:,.0f} images/s in all"]
        return Text(" · ".join([*speed, *self.running]) or "nothing yet")
