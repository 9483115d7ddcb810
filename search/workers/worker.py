"""A worker: takes jobs, trains, reports after every epoch. It knows neither Optuna nor MLflow."""

import contextlib
import gc
import multiprocessing
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

from search.training.datasets import Dataset
from search.training.datasets.sharing import open_saved
from search.training.environment import import_tensorflow
from search.training.trainer import Training, TrainingError
from search.workers.messages import EpochDone, Event, Job, JobDone, JobFailed


def serve(connection, images: Path, weights: Path, threads: int, gpu: str | None) -> None:
    """Train one job after the other until the other end of the pipe closes.

    Args:
        connection: A `multiprocessing` connection that receives `Job`s and sends `Event`s.
        images: Where `datasets.sharing.save` put the images.
        weights: Where weights are kept between jobs.
        threads: Threads of one TensorFlow operation.
        gpu: The one GPU to use, as CUDA names it; None uses what TensorFlow finds.
    """
    threading.Thread(target=end_with_the_search, daemon=True).start()
    speak_into(last_words_file(images, os.getpid()))
    if gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu
    import_tensorflow(threads=threads)
    worker = Worker(open_saved(images), weights)
    try:
        while True:
            for event in worker.do(connection.recv()):
                connection.send(event)
    except (EOFError, OSError):
        return  # The search has ended.


def last_words_file(images: Path, pid: int) -> Path:
    """Where a worker's output goes: a crash is nothing that a person should read in the middle of a search."""
    return images / f"worker-{pid}.log"


def speak_into(file: Path) -> None:
    """Send all that this process and what it starts say into a file."""
    with open(file, "wb") as log:
        for stream in (1, 2):
            os.dup2(log.fileno(), stream)


def end_with_the_search() -> None:
    """A search that is killed leaves no worker that trains on for nobody, beside the one that continues."""
    multiprocessing.parent_process().join()
    os._exit(1)


class Worker:
    """Does jobs. The network of the last one stays built, in case the next goes on with it.

    After every epoch the weights are written down, so that whoever is asked for the same network next, in whatever
    process, goes on from there.

    Args:
        dataset: Images for all jobs.
        weights: Where weights are kept between jobs, by network.
    """

    def __init__(self, dataset: Dataset, weights: Path) -> None:
        self._dataset, self._weights = dataset, weights
        self._built: tuple[Path, Training] | None = None  # where its weights are kept, and the training

    def do(self, job: Job) -> Iterator[Event]:
        """Do one job; yields an event an epoch and one at the end."""
        started = time.perf_counter()
        try:
            training = self._training(job)
            earlier = [] if job.checkpoint_path else training.history[job.resume_from :]
            for epoch in earlier:  # Trained by a job of which nobody heard the end.
                yield EpochDone(job.trial, astuple(epoch))
            for epoch in self._train(job, training):
                if epoch.number > job.resume_from:  # Where its weights were lost, it begins again.
                    yield EpochDone(job.trial, astuple(epoch))
            seconds = time.perf_counter() - started + sum(epoch.seconds for epoch in earlier)
            yield JobDone(job.trial, training.history[-1].accuracy, seconds)
        except TrainingError as error:
            yield JobFailed(job.trial, str(error))
        except Exception as error:  # Whatever a network does must not end the search.
            yield JobFailed(job.trial, f"{type(error).__name__}: {error}".splitlines()[0][:500].rstrip(": "))

    def _train(self, job: Job, training: Training) -> Iterator:
        path = self._path(job)
        for milestone in job.milestones:
            if milestone < training.trained_epochs:
                continue
            for epoch in training.train_to(milestone):
                self._save(job, training)
                yield epoch
        if job.checkpoint_path:  # In one step: by this file whoever was killed knows what is finished.
            training.model.save(f"{job.checkpoint_path}.partial.keras")
            os.replace(f"{job.checkpoint_path}.partial.keras", f"{job.checkpoint_path}.keras")
        elif job.last:
            path.unlink(missing_ok=True)

    def _training(self, job: Job) -> Training:
        path = self._path(job)
        if (
            job.resume_from
            and self._built
            and self._built[0] == path
            and self._built[1].trained_epochs >= job.resume_from
        ):
            return self._built[1]  # Unless another worker has trained the network since.
        training = self._new(job)
        if path.exists() and not self._restore(training, path, job):
            training = self._new(job)
        if job.sparsity:
            training.prune(job.sparsity)
        return training

    def _new(self, job: Job) -> Training:
        self._forget()
        training = Training(job.architecture, self._dataset, recipe=job.recipe, seed=job.seed)
        self._built = (self._path(job), training)
        return training

    def _restore(self, training: Training, path: Path, job: Job) -> bool:
        """Whether the training goes on from what was kept: a file may be torn, or of a longer training."""
        try:
            training.restore(path)
        except Exception:
            if job.checkpoint_path:
                raise
            return False
        return training.trained_epochs <= job.milestones[-1]

    def _save(self, job: Job, training: Training) -> None:
        """An export's training is promised to go on; a search's is trained again where there is no room to keep it."""
        with contextlib.nullcontext() if job.checkpoint_path else contextlib.suppress(OSError):
            training.save(self._path(job))

    def _path(self, job: Job) -> Path:
        return (
            Path(f"{job.checkpoint_path}.npz") if job.checkpoint_path else self._weights / f"{job.architecture.key}.npz"
        )

    def _forget(self) -> None:
        import keras

        self._built = None
        keras.backend.clear_session()
        gc.collect()
