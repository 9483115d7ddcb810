"""How a machine is shared out among workers."""

import os

import pytest

from search.workers import machine
from search.workers.machine import Plan, plan


@pytest.mark.parametrize(
    ("workers", "cores", "gpus", "expected"),
    [
        (None, 1, (), Plan(1, 1)),
        (None, 2, (), Plan(2, 1)),
        (None, 8, (), Plan(8, 1)),
        (None, 64, (), Plan(8, 8)),
        (1, 2, (), Plan(1, 2)),
        (3, 2, (), Plan(3, 1)),
        (3, 8, (), Plan(3, 2)),
        (None, 16, ("0", "1"), Plan(2, 8, ("0", "1"))),
        (4, 16, ("0", "1"), Plan(4, 4, ("0", "1"))),
    ],
)
def test_no_core_is_given_twice_and_few_are_left(workers, cores, gpus, expected):
    assert plan(workers, cores=cores, gpus=gpus) == expected


def test_the_cores_are_those_that_this_process_may_use():
    assert plan(1).threads == len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("visible", "expected"), [("", ()), ("-1", ()), ("1", ("1",)), ("0,GPU-8932f937", ("0", "GPU-8932f937"))]
)
def test_gpus_are_those_that_the_user_lets_be_seen(monkeypatch, visible, expected):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert plan(cores=4).gpus == expected


def test_without_a_word_from_the_user_the_driver_s_gpus_are_taken(monkeypatch, tmp_path):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(machine, "NVIDIA_GPUS", tmp_path / "gpus")
    assert plan(cores=4).gpus == ()
    for name in ("0000:01:00.0", "0000:02:00.0"):
        (tmp_path / "gpus" / name).mkdir(parents=True)
    assert plan(cores=4) == Plan(2, 2, ("0", "1"))


def test_a_plan_in_words():
    assert plan(2, cores=4, gpus=()).words() == "2 workers of 2 threads"
    assert plan(1, cores=1, gpus=("0",)).words() == "1 worker of 1 thread, 1 GPU"
