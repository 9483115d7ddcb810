"""A worker on a node of a Ray cluster: a `Worker` that gets its images and its weights from Ray."""

import dataclasses
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from search.training.datasets import Dataset
from search.training.datasets.sharing import ARRAYS, without_lock
from search.training.environment import import_tensorflow
from search.workers.messages import Event, Job, JobDone
from search.workers.scratch import own_folder
from search.workers.worker import Worker


class RayWorker:
    """An actor, in a process of its own that Ray has started, with the GPU that Ray has given it.

    Args:
        dataset: Images for all jobs, in the memory that the processes of a node share.
        threads: Threads of one TensorFlow operation.
    """

    def __init__(self, dataset: Dataset, threads: int) -> None:
        os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # A GPU may be shared.
        import_tensorflow(threads=threads)
        self._folder = own_folder()
        self._lent = dataset  # Ray may take its memory back when nobody holds it.
        free = {name: without_lock(getattr(dataset, name)) for name in ARRAYS}
        self._worker = Worker(dataclasses.replace(dataset, **free), self._folder)

    def node(self) -> str:
        """Where it runs, once it does."""
        import ray

        return ray.get_runtime_context().get_node_id()

    def do(self, job: Job, weights: bytes | None) -> Iterator[tuple[Event, bytes | None]]:
        """Do one job; yields an event an epoch and one at the end, and with that the weights if a job may follow.

        Args:
            job: What to do.
            weights: What an earlier job of the network has yielded, on whatever node.
        """
        file = self._folder / f"{job.architecture.key}.npz"
        self._empty_folder()
        if weights is not None:
            file.write_bytes(weights)
        for event in self._worker.do(job):
            yield event, file.read_bytes() if isinstance(event, JobDone) and file.exists() else None

    def _empty_folder(self) -> None:
        """Weights are kept by the search, not here: the next job of a network may be another node's."""
        for file in Path(self._folder).iterdir():
            file.unlink()

    def __ray_shutdown__(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
