"""What a search asks of its storage: a study on a real PostgreSQL server, whose trainings take no time.

    python -m tests.benchmarks.storage_load --trials 300 --workers 64 --searches 1 4 --output FILE.json

One search with so many workers, then several that share a study and the workers. For each: trials and trainings a
second of all together, SQL statements and transactions for each trial, connections, how many trials there are too many,
and how many networks were trained twice.
"""

import argparse
import json
import multiprocessing
import time
from collections import Counter
from pathlib import Path

from tests.postgres import Server, server

RUNGS = (1, 3, 9)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=300)
    parser.add_argument("--workers", type=int, default=64)
    parser.add_argument("--searches", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--sampler", default="known-cost")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    found = [measured(searches, options) for searches in options.searches]
    if options.output:
        options.output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def measured(searches: int, options) -> dict[str, float]:
    """So many searches on one study, on a server of their own, as it is installed: every commit reaches the disk."""
    with server() as postgres:
        before, url = _transactions(postgres), postgres.url_with_password
        context = multiprocessing.get_context("spawn")
        told, ready = context.Queue(), context.Barrier(searches)
        share = options.workers // searches
        arguments = (url, options.sampler, options.trials, share, ready, told)
        processes = [context.Process(target=search, args=arguments) for _ in range(searches)]
        for process in processes:
            process.start()
        each = [told.get() for _ in processes]
        connections = postgres.query("SELECT count(*) FROM pg_stat_activity WHERE datname = 'postgres'")[0][0] - 1
        trainings, seconds = sum(one["trainings"] for one in each), max(one["seconds"] for one in each)
        counted, doubled = _trials(url)
        result = {
            "searches": searches,
            "workers": share * searches,
            "sampler": options.sampler,
            "trials": counted,
            "seconds": round(seconds, 1),
            "trials_a_second": round(counted / seconds, 2),
            "trainings_a_second": round(trainings / seconds, 2),
            "seconds_of_processor_a_trial": round(sum(one["processor"] for one in each) / counted, 3),
            "statements_a_trial": round(sum(one["statements"] for one in each) / counted, 1),
            "transactions_a_trial": round((_transactions(postgres) - before) / counted, 1),
            "connections_a_search": connections / searches,
            "too_many": counted - options.trials,
            "doubled": doubled,
        }
        print(json.dumps(result), flush=True)
        for process in processes:
            process.kill()
        return result


def search(url: str, sampler: str, trials: int, workers: int, ready, told) -> None:
    """One search, in a process of its own, which then keeps its connections."""
    import sqlalchemy

    from search.cli.storage import open_storage
    from search.optimizer.networks.caps import Caps
    from search.optimizer.networks.problem import Problem
    from search.optimizer.rungs import Ladder
    from search.optimizer.study.opening import open_study
    from search.training.recipe import ONE_CYCLE
    from search.workers.loop import run
    from search.workers.messages import JobDone
    from spaces.hybrid import HybridSpace
    from tests.faults.fake_search import FakePool

    seen: Counter = Counter()
    sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", lambda *_: seen.update(statements=1))
    space = HybridSpace(input_shape=(32, 32, 3), classes=10)
    settings = {"space": "hybrid", "epochs": RUNGS[-1], "rungs": list(RUNGS)}
    study = open_study(
        "load",
        Problem(space, caps=Caps(), ladder=Ladder(RUNGS)),
        storage=open_storage(url),
        sampler=sampler,
        seed=0,
        settings=settings,
    )
    seen.clear()
    ready.wait()
    started, processor = time.perf_counter(), time.process_time()

    def watch(event) -> None:
        seen.update(trainings=isinstance(event, JobDone))

    pool = FakePool(seconds=0.0, workers=workers)
    run(study, pool, total=trials, recipe=ONE_CYCLE, watch=watch, stop=lambda: False)
    study.close("done")
    told.put({"seconds": time.perf_counter() - started, "processor": time.process_time() - processor, **seen})
    time.sleep(3600)


def _trials(url: str) -> tuple[int, int]:
    """How many count, and how many of them are of a network that another is of."""
    import optuna

    from search.cli.storage import open_storage
    from search.optimizer.study.stored_study import StoredStudy

    study = StoredStudy(optuna.load_study(study_name="load", storage=open_storage(url)))
    networks = Counter(trial.user_attrs.get("architecture.key") for trial in study.trained())
    return networks.total(), networks.total() - len(networks)


def _transactions(postgres: Server) -> int:
    """That were committed so far; PostgreSQL counts them with a delay of a second."""
    time.sleep(1.5)
    return postgres.query("SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'")[0][0]


if __name__ == "__main__":
    main()
