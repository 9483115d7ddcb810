"""The progress of final trainings, as a person sees it."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from mlflow_runs.safe_text import printable
from search.cli.messages import say
from search.exporting.final_training import FinalTraining
from search.training.trainer import EpochResult
from search.workers.messages import EpochDone

PARTS = 10
"""Lines in which the progress of all trainings is told where there is no terminal."""


class TrainingProgress:
    """On a terminal a bar over all epochs, elsewhere a few lines. A context manager.

    The end of each training is a line that stays.

    Args:
        console: Where to print.
        epochs: Epochs of all trainings.
        done: Number of them that an earlier command has trained.
    """

    def __init__(self, console: Console, *, epochs: int, done: int) -> None:
        self._console, self._epochs, self._done = console, epochs, done
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("epochs", markup=False),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("starting", total=epochs, completed=done)

    def __enter__(self) -> "TrainingProgress":
        self._bar.start()
        return self

    def __exit__(self, *exception) -> None:
        self._bar.stop()

    def show(self, training: FinalTraining, event: EpochDone) -> None:
        """Show that an epoch has ended."""
        epoch = EpochResult(*event.epoch)
        line = (
            f"{training.name}, seed {training.seed}: epoch {epoch.number:3d}/{training.total_epochs}  "
            f"validation {100 * epoch.accuracy:5.1f} %  loss {epoch.loss:.3f}  {epoch.images_per_second:,.0f} images/s"
        )
        self._bar.update(self._task, advance=1, description=printable(line))
        before, self._done = self._done, self._done + 1
        is_due = self._bar.disable and self._part(before) < self._part(self._done)
        if is_due or epoch.number == training.total_epochs:
            say(self._console, line)

    def _part(self, epochs: int) -> int:
        """How many parts of all epochs are done, of `PARTS`."""
        return PARTS * epochs // max(1, self._epochs)
