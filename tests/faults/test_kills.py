"""SIGKILL at random moments: the same command continues, the total is exact, nothing is lost and nothing doubled."""

import multiprocessing
import random
import time
from pathlib import Path

import pytest

from tests.faults.fake_search import STUDY, TOLD, search
from tests.faults.outcome import check_agrees, outcome
from tests.faults.real_search import STUDY as REAL_STUDY
from tests.faults.real_search import RealSearch, make_images

TRIALS = 60
LONGEST_LIFE = 1.2  # seconds; a search that nobody kills takes more than eight of them

pytestmark = pytest.mark.faults

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.faults.fake_search", "mlflow", "matplotlib.figure", "plotly.graph_objects"])


def begin(folder: Path) -> multiprocessing.Process:
    process = _forks.Process(target=search, args=(folder,), kwargs={"trials": TRIALS})
    process.start()
    return process


def told(folder: Path) -> dict[int, float]:
    """What the searches have told; a line that a kill has cut is no line."""
    path = folder / TOLD
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    return {int(number): float(value) for number, value in (line.split() for line in lines if line.endswith("\n"))}


def lives(folder: Path, *, kills: int, chance: random.Random) -> float:
    """Kill a search so many times, then let it end; returns the longest time that one needed to be at work again."""
    for _ in range(kills):
        process = begin(folder)
        process.join(chance.uniform(0, LONGEST_LIFE))
        assert process.is_alive(), "the search has ended before all kills; give it more trials"
        process.kill()
        process.join()
    before, started = len(told(folder)), time.monotonic()
    process = begin(folder)
    while process.is_alive() and len(told(folder)) == before:
        time.sleep(0.01)
    recovery = time.monotonic() - started
    process.join(120)
    assert process.exitcode == 0
    return recovery


@pytest.mark.parametrize(
    ("kills", "seed"), [(4, 0), *(pytest.param(8, seed, marks=pytest.mark.long) for seed in range(1, 8))]
)
def test_a_looked_up_study(kills, seed, tmp_path, injected):
    recovery = lives(tmp_path, kills=kills, chance=random.Random(seed))
    found = outcome(tmp_path, STUDY, told=told(tmp_path))
    injected(f"SIGKILL of a looked-up search of {TRIALS} trials", kills, found.lost, found.doubled, recovery)
    assert (found.counted, found.lost, found.doubled, found.running) == (TRIALS, 0, 0, 0)
    check_agrees(tmp_path, STUDY)


VICTIMS = ("a worker", "the search", "everything")
ENDLESS = "1000"  # trials: no machine trains so many between the kills


@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("kills", [3, pytest.param(12, marks=pytest.mark.long)])
def test_a_real_study(kills, tmp_path, injected):
    make_images(tmp_path)
    chance, recovery = random.Random(kills), 0.0
    search = RealSearch(tmp_path, "--trials", ENDLESS)
    for kill in range(kills):
        search.wait_for(search.workers)
        time.sleep(chance.uniform(0, 8))
        search.kill(VICTIMS[kill % 3])
        before, trials = search.results(), ENDLESS
        if kill == kills - 1:  # of everything: the search that follows is the one that ends
            trials = str(outcome(tmp_path, REAL_STUDY, told={}).counted + 3)
        if search.process.poll() is not None:
            search = RealSearch(tmp_path, "--trials", trials)
        recovery = max(recovery, search.wait_for_results(before))
    assert search.wait() == 0, search.said()
    found = outcome(tmp_path, REAL_STUDY, told=search.told())
    injected("SIGKILL of a worker, the search, or both, real trainings", kills, found.lost, found.doubled, recovery)
    assert (found.counted, found.lost, found.doubled, found.running) == (int(trials), 0, 0, 0)
    assert "Traceback" not in search.said()
    check_agrees(tmp_path, REAL_STUDY)
