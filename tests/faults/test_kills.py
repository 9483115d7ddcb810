"""SIGKILL at random moments: the same command continues, the total is exact, nothing is lost and nothing doubled."""

import multiprocessing
import time
from pathlib import Path
from random import Random

import pytest

from tests.faults.fake_search import REPORTS, STUDY, search
from tests.faults.outcome import check_agrees, outcome
from tests.faults.real_search import STUDY as REAL_STUDY
from tests.faults.real_search import RealSearch, make_images

TRIALS = 60
LONGEST_WAIT = 400  # seconds; on a machine that does nothing else the last search takes ten
LONGEST_LIFE = 1.2  # seconds; a whole search takes more than eight times as long

pytestmark = pytest.mark.faults

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.faults.fake_search", "mlflow", "matplotlib.figure", "plotly.graph_objects"])


def begin(folder: Path) -> multiprocessing.Process:
    process = _forks.Process(target=search, args=(folder,), kwargs={"trials": TRIALS})
    process.start()
    return process


def reported(folder: Path) -> dict[int, float]:
    """What the searches have reported. A line that a kill has cut off does not count."""
    path = folder / REPORTS
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    return {int(number): float(value) for number, value in (line.split() for line in lines if line.endswith("\n"))}


def kill_repeatedly(folder: Path, *, kills: int, random: Random) -> float:
    """Kill a search `kills` times, then let it end; returns the seconds until the last one worked again."""
    for _ in range(kills):
        process = begin(folder)
        process.join(random.uniform(0, LONGEST_LIFE))
        assert process.is_alive(), "the search has ended before all kills; give it more trials"
        process.kill()
        process.join()
    before, started = len(reported(folder)), time.monotonic()
    process = begin(folder)
    while process.is_alive() and len(reported(folder)) == before:
        time.sleep(0.01)
    recovery = time.monotonic() - started
    process.join(LONGEST_WAIT)
    assert process.exitcode == 0
    return recovery


@pytest.mark.parametrize(
    ("kills", "seed"), [(4, 0), *(pytest.param(8, seed, marks=pytest.mark.long) for seed in range(1, 8))]
)
def test_a_study_with_fake_trainings(kills, seed, tmp_path, report_fault):
    recovery = kill_repeatedly(tmp_path, kills=kills, random=Random(seed))
    result = outcome(tmp_path, STUDY, reported=reported(tmp_path))
    report_fault(
        f"SIGKILL of a search of {TRIALS} trials with fake trainings", kills, result.lost, result.doubled, recovery
    )
    assert (result.counted, result.lost, result.doubled, result.running) == (TRIALS, 0, 0, 0)
    check_agrees(tmp_path, STUDY)


VICTIMS = ("a worker", "the search", "everything")
ENDLESS = "1000"  # trials: no machine trains so many between the kills


@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("kills", [3, pytest.param(12, marks=pytest.mark.long)])
def test_a_real_study(kills, tmp_path, report_fault):
    make_images(tmp_path)
    random, recovery = Random(kills), 0.0
    search = RealSearch(tmp_path, "--trials", ENDLESS)
    for kill in range(kills):
        search.wait_for(search.workers)
        time.sleep(random.uniform(0, 8))
        search.kill(VICTIMS[kill % 3])
        before, trials = search.results(), ENDLESS
        if kill == kills - 1:  # of everything: the search that follows is the one that ends
            trials = str(outcome(tmp_path, REAL_STUDY, reported={}).counted + 3)
        if search.process.poll() is not None:
            search = RealSearch(tmp_path, "--trials", trials)
        recovery = max(recovery, search.wait_for_results(before))
    assert search.wait() == 0, search.output()
    result = outcome(tmp_path, REAL_STUDY, reported=search.reported())
    report_fault(
        "SIGKILL of a worker, the search, or both, real trainings", kills, result.lost, result.doubled, recovery
    )
    assert (result.counted, result.lost, result.doubled, result.running) == (int(trials), 0, 0, 0)
    assert "Traceback" not in search.output()
    check_agrees(tmp_path, REAL_STUDY)
