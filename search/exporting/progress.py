"""The progress of final trainings, as a person sees it."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from mlflow_runs.safe_text import printable
from search.cli.messages import say
from search.exporting.final_training import FinalTraining
from search.training.trainer import EpochResult
from search.workers.messages import EpochDone


class TrainingProgress:
    """On a terminal a bar over all epochs, elsewhere a line for each epoch. A context manager.

    Args:
        console: Where to print.
        epochs: Epochs of all trainings.
        done: Number of them that an earlier command has trained.
    """

    def __init__(self, console: Console, *, epochs: int, done: int) -> None:
        self._console = console
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
        if self._bar.disable or epoch.number == training.total_epochs:
            say(self._console, line)
