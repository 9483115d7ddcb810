"""A worker on a node of a Ray cluster: a `Worker` that gets its images and weights from Ray."""

import dataclasses
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from search.training.datasets import Dataset
from search.training.datasets.sharing import ARRAYS, without_lock
from search.training.environment import set_up_worker
from search.workers.messages import Event, Job, JobDone
from search.workers.scratch import own_folder
from search.workers.worker import Worker


class RayWorker:
    """A Ray actor. Ray starts it in a process of its own and assigns its GPU.

    Args:
        dataset: Images for all jobs, in memory that the processes of a node share.
        threads: Threads of one TensorFlow operation.
    """

    def __init__(self, dataset: Dataset, threads: int) -> None:
        os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # Workers may share a GPU.
        set_up_worker(threads=threads)
        self._folder = own_folder()
        self._dataset = dataset  # As long as it is referenced here, Ray does not reuse its memory.
        arrays = {name: without_lock(getattr(dataset, name)) for name in ARRAYS}
        self._worker = Worker(dataclasses.replace(dataset, **arrays), self._folder)

    def node(self) -> str:
        """Id of the node that it runs on; returns once it runs."""
        import ray

        return ray.get_runtime_context().get_node_id()

    def do(self, job: Job, weights: bytes | None) -> Iterator[tuple[Event, bytes | None]]:
        """Do one job; yields an event for each epoch and one for the end, that one with the weights if a job follows.

        Args:
            job: The job.
            weights: What the last job of the network has yielded, on any node; None if there was none.
        """
        file = self._folder / f"{job.architecture.key}.npz"
        self._empty_folder()
        if weights is not None:
            file.write_bytes(weights)
        for event in self._worker.do(job):
            yield event, file.read_bytes() if isinstance(event, JobDone) and file.exists() else None

    def _empty_folder(self) -> None:
        """The search keeps weights, not this node: the network's next job may run on another one."""
        for file in Path(self._folder).iterdir():
            file.unlink()

    def __ray_shutdown__(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
