"""Two searches at once on one PostgreSQL server: no lock error, no doubled trial, exact totals."""

import multiprocessing
import time

import pytest

from search.cli.storage import open_storage
from tests.faults.fake_search import search
from tests.faults.outcome import catch_up, check_agrees, outcome
from tests.postgres import server

TRIALS, WORKERS = 24, 4
PATIENCE = 600  # seconds; it takes ten where nothing else is done
STUDIES = "one", "other"

pytestmark = [pytest.mark.faults, pytest.mark.timeout(2 * PATIENCE)]


def searching(folder, database, errors, name, trials):
    """A search in a process; what it says at its end by an error goes into a file."""
    with open(errors / f"{name}.txt", "w") as said:
        try:
            search(
                folder,
                trials=trials,
                sampler="known-cost",
                storage=database,
                store=f"sqlite:///{name}.db",
                name=name,
                workers=WORKERS,
            )
        except BaseException as error:
            said.write(f"{type(error).__name__}: {error}")
            raise


def search_at_once(folder, postgres, names):
    """A search in a process of its own for each name, all begun on a database without tables."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["tests.faults.fake_search", "mlflow", "matplotlib.figure", "plotly.graph_objects"])
    arguments = [(folder, postgres.url_with_password, folder, name, TRIALS) for name in names]
    searches = [forks.Process(target=searching, args=each) for each in arguments]
    for process in searches:
        process.start()
    for process in searches:
        process.join(PATIENCE)
    said = [(folder / f"{name}.txt").read_text() for name in names]
    assert [process.exitcode for process in searches] == [0] * len(names), said


def whole(folder, postgres, name):
    """What the study came to, which has exactly its trials, and MLflow the same."""
    where = ["--storage", postgres.url_with_password, "--tracking-uri", f"sqlite:///{name}.db"]
    catch_up(folder, name, *where)
    url = postgres.url_with_password.replace("postgresql:", "postgresql+psycopg2:")
    found = outcome(folder, name, told={}, storage=url, store=f"{name}.db")
    assert (found.counted, found.lost, found.doubled, found.running) == (TRIALS, 0, 0, 0)
    check_agrees(folder, name, *where)
    return found


@pytest.mark.long
def test_two_studies_of_four_workers_each_on_one_storage(tmp_path, injected):
    with server(fsync="off") as postgres:
        started = time.monotonic()
        search_at_once(tmp_path, postgres, STUDIES)
        each = [whole(tmp_path, postgres, name) for name in STUDIES]
        lost, doubled = sum(found.lost for found in each), sum(found.doubled for found in each)
        seconds = time.monotonic() - started
        injected(f"{len(STUDIES)} studies of {WORKERS} workers each on one PostgreSQL", 1, lost, doubled, seconds)
        assert postgres.query("SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'") == [(0,)]


@pytest.mark.long
def test_three_searches_of_one_study_end_with_its_total(tmp_path, injected):
    with server(fsync="off") as postgres:
        started = time.monotonic()
        search_at_once(tmp_path, postgres, STUDIES[:1] * 3)
        found = whole(tmp_path, postgres, STUDIES[0])
        seconds = time.monotonic() - started
        injected("3 searches of 1 study on one PostgreSQL", 1, found.lost, found.doubled, seconds)


def test_a_storage_is_opened_with_the_driver_that_is_installed():
    with server(fsync="off") as postgres:
        assert open_storage(postgres.url_with_password).get_all_studies() == []
