"""A worker: takes jobs, trains, reports after every epoch. It knows neither Optuna nor MLflow."""

import gc
import time
from collections.abc import Iterator
from dataclasses import astuple

from search.training.datasets import Dataset
from search.training.datasets.sharing import open_saved
from search.training.environment import import_tensorflow
from search.training.trainer import Training, TrainingError
from search.workers.messages import EpochDone, Event, Job, JobDone, JobFailed


def serve(connection, dataset_folder: str, threads: int | None) -> None:
    """Train one job after the other until the other end of the pipe closes.

    Args:
        connection: A `multiprocessing` connection that receives `Job`s and sends `Event`s.
        dataset_folder: Where `datasets.sharing.save` put the images.
        threads: Threads of one TensorFlow operation; None for its default.
    """
    import_tensorflow(threads=threads)
    dataset = open_saved(dataset_folder)
    try:
        while True:
            for event in train(connection.recv(), dataset):
                connection.send(event)
    except (EOFError, OSError):
        return  # The search has ended.


def train(job: Job, dataset: Dataset) -> Iterator[Event]:
    """Do one job; yields an event an epoch and one at the end."""
    import keras

    started = time.perf_counter()
    try:
        training = Training(job.architecture, dataset, recipe=job.recipe, seed=job.seed)
        for epoch in training.until(job.epochs):
            yield EpochDone(job.trial, astuple(epoch))
        yield JobDone(job.trial, epoch.accuracy, time.perf_counter() - started)
    except TrainingError as error:
        yield JobFailed(job.trial, str(error))
    except Exception as error:  # Whatever a network does must not end the search.
        yield JobFailed(job.trial, f"{type(error).__name__}: {error}".splitlines()[0][:500])
    finally:
        training = None
        keras.backend.clear_session()
        gc.collect()
