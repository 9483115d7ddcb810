"""A worker: takes jobs, trains, reports after every epoch. It knows neither Optuna nor MLflow."""

import gc
import os
import time
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

from search.training.datasets import Dataset
from search.training.datasets.sharing import open_saved
from search.training.environment import import_tensorflow
from search.training.trainer import Training, TrainingError
from search.workers.messages import EpochDone, Event, Job, JobDone, JobFailed


def serve(connection, folder: str, threads: int, gpu: str | None) -> None:
    """Train one job after the other until the other end of the pipe closes.

    Args:
        connection: A `multiprocessing` connection that receives `Job`s and sends `Event`s.
        folder: Where `datasets.sharing.save` put the images, and where weights are kept between the jobs of a trial.
        threads: Threads of one TensorFlow operation.
        gpu: The one GPU to use, as CUDA names it; None uses what TensorFlow finds.
    """
    if gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu
    import_tensorflow(threads=threads)
    worker = Worker(open_saved(folder), Path(folder))
    try:
        while True:
            for event in worker.do(connection.recv()):
                connection.send(event)
    except (EOFError, OSError):
        return  # The search has ended.


class Worker:
    """Does jobs. The network of the last one stays built, in case the next goes on with it.

    Args:
        dataset: Images for all jobs.
        folder: Where weights are kept between the jobs of a trial.
    """

    def __init__(self, dataset: Dataset, folder: Path) -> None:
        self._dataset, self._folder = dataset, folder
        self._built: tuple[int, Training] | None = None  # the trial's number, and its training

    def do(self, job: Job) -> Iterator[Event]:
        """Do one job; yields an event an epoch and one at the end."""
        started = time.perf_counter()
        try:
            training = self._training(job)
            for stage in job.stages:
                for epoch in training.until(stage):
                    if job.keep:
                        training.save(f"{job.keep}.npz")
                    yield EpochDone(job.trial, astuple(epoch))
            self._keep(job, training)
            yield JobDone(job.trial, training.history[-1].accuracy, time.perf_counter() - started)
        except TrainingError as error:
            yield JobFailed(job.trial, str(error))
        except Exception as error:  # Whatever a network does must not end the search.
            yield JobFailed(job.trial, f"{type(error).__name__}: {error}".splitlines()[0][:500])

    def _training(self, job: Job) -> Training:
        if job.begun and self._built and self._built[0] == job.trial:
            return self._built[1]
        self._forget()
        training = Training(job.architecture, self._dataset, recipe=job.recipe, seed=job.seed)
        self._built = (job.trial, training)
        if job.begun:
            training.restore(self._weights(job.trial))
        if job.keep and Path(f"{job.keep}.npz").exists():
            training.restore(f"{job.keep}.npz")
        if job.sparsity:
            training.prune(job.sparsity)
        return training

    def _keep(self, job: Job, training: Training) -> None:
        if job.keep:
            training.model.save(f"{job.keep}.keras")
        if job.last:
            self._weights(job.trial).unlink(missing_ok=True)
        else:
            training.save(self._weights(job.trial))

    def _weights(self, trial: int) -> Path:
        return self._folder / f"trial-{trial}.npz"

    def _forget(self) -> None:
        import keras

        self._built = None
        keras.backend.clear_session()
        gc.collect()
