"""Several searches at once on one PostgreSQL server: no lock error, no doubled trial, exact totals."""

import multiprocessing
import time

import pytest

from search.cli.storage import open_storage
from tests.faults.fake_search import search
from tests.faults.outcome import catch_up, check_agrees, outcome
from tests.postgres import server

TRIALS, WORKERS = 24, 4
LONGEST_WAIT = 600  # seconds; on a machine that does nothing else it takes ten
STUDIES = "one", "other"

pytestmark = [pytest.mark.faults, pytest.mark.timeout(2 * LONGEST_WAIT)]


def searching(folder, database, errors, name, trials):
    """Run a search in this process; an error that ends it is written into a file."""
    with open(errors / f"{name}.txt", "w") as error_file:
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
            error_file.write(f"{type(error).__name__}: {error}")
            raise


def search_at_once(folder, postgres, names):
    """A search in a process of its own for each name; all start on a database without tables."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["tests.faults.fake_search", "mlflow", "matplotlib.figure", "plotly.graph_objects"])
    arguments = [(folder, postgres.url_with_password, folder, name, TRIALS) for name in names]
    searches = [forks.Process(target=searching, args=each) for each in arguments]
    for process in searches:
        process.start()
    for process in searches:
        process.join(LONGEST_WAIT)
    errors = [(folder / f"{name}.txt").read_text() for name in names]
    assert [process.exitcode for process in searches] == [0] * len(names), errors


def checked_outcome(folder, postgres, name):
    """The outcome of a study. Checks that the study has exactly its trials, and MLflow the same."""
    where = ["--storage", postgres.url_with_password, "--tracking-uri", f"sqlite:///{name}.db"]
    catch_up(folder, name, *where)
    url = postgres.url_with_password.replace("postgresql:", "postgresql+psycopg2:")
    result = outcome(folder, name, reported={}, storage=url, store=f"{name}.db")
    assert (result.counted, result.lost, result.doubled, result.running) == (TRIALS, 0, 0, 0)
    check_agrees(folder, name, *where)
    return result


@pytest.mark.long
def test_two_studies_of_four_workers_each_on_one_storage(tmp_path, report_fault):
    with server(fsync="off") as postgres:
        started = time.monotonic()
        search_at_once(tmp_path, postgres, STUDIES)
        results = [checked_outcome(tmp_path, postgres, name) for name in STUDIES]
        lost, doubled = sum(result.lost for result in results), sum(result.doubled for result in results)
        seconds = time.monotonic() - started
        report_fault(f"{len(STUDIES)} studies of {WORKERS} workers each on one PostgreSQL", 1, lost, doubled, seconds)
        assert postgres.query("SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'") == [(0,)]


@pytest.mark.long
def test_three_searches_of_one_study_end_with_its_total(tmp_path, report_fault):
    with server(fsync="off") as postgres:
        started = time.monotonic()
        search_at_once(tmp_path, postgres, STUDIES[:1] * 3)
        result = checked_outcome(tmp_path, postgres, STUDIES[0])
        seconds = time.monotonic() - started
        report_fault("3 searches of 1 study on one PostgreSQL", 1, result.lost, result.doubled, seconds)


def test_a_storage_is_opened_with_the_driver_that_is_installed():
    with server(fsync="off") as postgres:
        assert open_storage(postgres.url_with_password).get_all_studies() == []
