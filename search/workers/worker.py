"""A worker takes jobs, trains networks, and reports after every epoch. It knows neither Optuna nor MLflow."""

import contextlib
import gc
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

from search.devices.keras_file import open_model
from search.training.datasets import Dataset
from search.training.datasets.sharing import open_saved
from search.training.distillation import Teacher
from search.training.environment import set_up_worker
from search.training.trainer import EpochResult, Training, TrainingError
from search.workers.child_process import set_up_child
from search.workers.messages import WEIGHTS, EpochDone, Event, Job, JobDone, JobFailed
from spaces.error_text import reason
from spaces.model_io import with_standard_io

KEPT_BUILT = 6
"""Networks that stay built. To build one takes as long as some epochs of it."""


def serve(connection, images: Path, weights: Path, threads: int, gpu: str | None) -> None:
    """Do one job after the other until the other end of the pipe is closed.

    Args:
        connection: A `multiprocessing` connection that receives `Job`s and sends `Event`s.
        images: Folder into which `datasets.sharing.save` has written the images.
        weights: Folder in which weights are kept between jobs; made when it is needed.
        threads: Threads of one TensorFlow operation.
        gpu: The one GPU to use, as CUDA names it; None uses what TensorFlow finds.
    """
    set_up_child(log_file(images, os.getpid()))
    # What TensorFlow writes for a while is removed with the images, even if this process is killed.
    os.environ["TMPDIR"] = tempfile.tempdir = str(images)
    if gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu
    set_up_worker(threads=threads)
    worker = Worker(open_saved(images), weights)
    try:
        while True:
            for event in worker.do(connection.recv()):
                connection.send(event)
    except (EOFError, OSError):
        return  # The search has ended.


def log_file(folder: Path, pid: int) -> Path:
    """The file in a pool's folder that holds all output of a worker process."""
    return folder / f"worker-{pid}.log"


class Worker:
    """Does jobs. The networks of the last few jobs stay built: the next job may train one of them further.

    After every epoch the weights are written to a file. The next job of the same network resumes from that file, in
    whatever process it runs.

    Args:
        dataset: Images for all jobs.
        weights: Folder in which weights are kept between jobs, one file a network; made when it is needed.
    """

    def __init__(self, dataset: Dataset, weights: Path) -> None:
        self._dataset, self._weights = dataset, weights
        self._built: dict[Path, Training] = {}  # by the file of its weights; the last one was used last

    def do(self, job: Job) -> Iterator[Event]:
        """Do one job; yields an event for each epoch and one for the end."""
        started = time.perf_counter()
        try:
            training = self._training(job)
            unreported = [] if job.checkpoint_path else training.history[job.resume_from :]
            for epoch in unreported:  # A job has trained them and was killed before it reported its end.
                yield EpochDone(job.trial, astuple(epoch))
            for epoch in self._train(job, training):
                if epoch.number > job.resume_from:  # Where weights were lost, earlier epochs are trained again.
                    yield EpochDone(job.trial, astuple(epoch))
            seconds = time.perf_counter() - started + sum(epoch.seconds for epoch in unreported)
            yield JobDone(job.trial, training.history[-1].accuracy, seconds)
        except TrainingError as error:
            yield JobFailed(job.trial, str(error))
        except Exception as error:  # A network may raise anything, and the search must go on.
            yield JobFailed(job.trial, reason(error))

    def _train(self, job: Job, training: Training) -> Iterator[EpochResult]:
        file = self._weight_file(job)
        for milestone in job.milestones:
            if milestone < training.trained_epochs:
                continue
            for epoch in training.train_to(milestone):
                self._save(job, training)
                yield epoch
        if job.checkpoint_path:
            # The file gets its name once it is whole. After a kill, that name says that this training is finished.
            training.model.save_weights(f"{job.checkpoint_path}.partial{WEIGHTS}")
            os.replace(f"{job.checkpoint_path}.partial{WEIGHTS}", f"{job.checkpoint_path}{WEIGHTS}")
        elif job.last:
            file.unlink(missing_ok=True)
            self._built.pop(file, None)

    def _training(self, job: Job) -> Training:
        """The training that the job continues, or a new one."""
        file = self._weight_file(job)
        if job.resume_from and file in self._built:
            training = self._built[file] = self._built.pop(file)
            # With fewer epochs than that, another worker has trained the network since.
            if training.trained_epochs >= job.resume_from:
                return training
        training = self._new_training(job)
        if file.exists() and not self._restore(training, file, job):
            training = self._new_training(job)
        if job.sparsity:
            training.prune(job.sparsity)
        return training

    def _new_training(self, job: Job) -> Training:
        file = self._weight_file(job)
        self._built.pop(file, None)
        while len(self._built) >= KEPT_BUILT or (self._built and job.checkpoint_path):
            del self._built[next(iter(self._built))]
        self._free_memory()
        training = self._built[file] = Training(
            job.architecture, self._dataset, recipe=job.recipe, seed=job.seed, teacher=self._teacher(job)
        )
        return training

    def _teacher(self, job: Job) -> Teacher | None:
        if job.distillation is None:
            return None
        model = with_standard_io(open_model(job.distillation.file), **self._dataset.network_arguments)
        return Teacher(model, job.distillation)

    def _restore(self, training: Training, file: Path, job: Job) -> bool:
        """Whether the training was restored. A file may be truncated, or have more epochs than the job trains."""
        try:
            training.restore(file)
        except Exception:
            if job.checkpoint_path:
                raise
            return False
        return training.trained_epochs <= job.milestones[-1]

    def _save(self, job: Job, training: Training) -> None:
        """Write the weights. A full disk is an error of an export; a search goes on and may train the network again."""
        with contextlib.nullcontext() if job.checkpoint_path else contextlib.suppress(OSError):
            file = self._weight_file(job)
            file.parent.mkdir(parents=True, exist_ok=True)
            training.save(file)

    def _weight_file(self, job: Job) -> Path:
        if job.checkpoint_path:
            return Path(f"{job.checkpoint_path}.npz")
        return self._weights / f"{job.architecture.key}.npz"

    def _free_memory(self) -> None:
        """Free the memory of networks that are not kept."""
        import keras

        keras.backend.clear_session()
        gc.collect()
