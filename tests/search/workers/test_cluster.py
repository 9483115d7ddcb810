"""How many workers a Ray cluster has room for."""

import pytest

from search.workers.cluster import Cluster, capacity


def node(alive=True, **resources):
    return {"Alive": alive, "Resources": resources}


EIGHT_CPUS, ONE_GPU, FOUR_GPUS = node(CPU=8), node(CPU=4, GPU=1), node(CPU=16, GPU=4)


@pytest.mark.parametrize(
    ("asked", "nodes", "workers", "gpus"),
    [
        (Cluster(), [EIGHT_CPUS, EIGHT_CPUS], 16, 0),
        (Cluster(cpus=3), [EIGHT_CPUS, EIGHT_CPUS], 4, 0),
        (Cluster(), [EIGHT_CPUS, node(CPU=8, alive=False)], 8, 0),
        (Cluster(), [node(memory=1e9), EIGHT_CPUS], 8, 0),
        (Cluster(), [EIGHT_CPUS, ONE_GPU, FOUR_GPUS], 5, 1),
        (Cluster(gpus=0), [EIGHT_CPUS, ONE_GPU], 12, 0),
        (Cluster(gpus=0.25), [ONE_GPU], 4, 0.25),
        (Cluster(gpus=0.1, cpus=0.1), [ONE_GPU], 10, 0.1),
        (Cluster(gpus=0.25, cpus=2), [ONE_GPU], 2, 0.25),
        (Cluster(gpus=2), [ONE_GPU, FOUR_GPUS], 2, 2),
        (Cluster(cpus=0.5), [node(CPU=1)], 2, 0),
        (Cluster(), [], 0, 0),
    ],
)
def test_a_worker_fits_where_all_it_needs_is_on_one_node(asked, nodes, workers, gpus):
    fitting = capacity(asked, nodes)
    assert (fitting.workers, fitting.gpus) == (workers, gpus)


@pytest.mark.parametrize(("cpus", "threads"), [(0.5, 1), (1, 1), (4, 4)])
def test_a_worker_has_a_thread_for_each_processor(cpus, threads):
    assert Cluster(cpus=cpus).threads == threads


def test_the_capacity_in_words():
    assert capacity(Cluster(), [EIGHT_CPUS]).words() == (
        "a Ray cluster of 1 node, which now has room for 8 workers of 1 CPU"
    )
    assert capacity(Cluster(gpus=0.25, cpus=2), [ONE_GPU, FOUR_GPUS]).words() == (
        "a Ray cluster of 2 nodes, which now has room for 10 workers of 2 CPUs and 0.25 GPU"
    )
