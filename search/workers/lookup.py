"""A pool that looks results up in a table instead of training: the replay's stand-in for workers."""

from collections.abc import Iterator

from search.workers.messages import Event, Job, JobDone


class LookupPool:
    """One job at a time, done at once.

    Args:
        validation: Validation accuracy, 0 to 1, by number of epochs, each an array of shape (n_networks,).
    """

    def __init__(self, validation) -> None:
        self._validation = validation
        self._waiting: list[Job] = []
        self.done: list[Job] = []
        self.epochs = 0  # trained so far; a run to E costs E, whatever was trained before it

    @property
    def free(self) -> int:
        """One job at a time."""
        return 1 - len(self._waiting)

    def start(self, job: Job) -> None:
        """Begin a job."""
        self._waiting.append(job)

    def events(self, *, timeout: float) -> Iterator[Event]:
        """The end of the job that was started."""
        job = self._waiting.pop()
        self.done.append(job)
        self.epochs += job.stages[-1]
        accuracy = float(self._validation[job.stages[-1]][job.architecture.row])
        yield JobDone(job.trial, accuracy, seconds=float(job.stages[-1]))
