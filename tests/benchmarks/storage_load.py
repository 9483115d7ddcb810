"""The load of a search on its storage: a study on a real PostgreSQL server, with trainings that take no time.

    python -m tests.benchmarks.storage_load --trials 300 --workers 64 --searches 1 4 --output FILE.json

`--searches 1 4` measures one search with all workers, and then four searches that share one study and the workers. It
counts trials and trainings a second in all, SQL statements and transactions for each trial, connections, trials beyond
the total, and networks that were trained twice.

`--earlier 2000` gives the study so many trials of random networks before the search begins, as if it were a long one.
"""

import argparse
import json
import multiprocessing
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from random import Random

from tests.postgres import Server, server

RUNGS = (1, 3, 9)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=300)
    parser.add_argument("--earlier", type=int, default=0)
    parser.add_argument("--workers", type=int, default=64)
    parser.add_argument("--searches", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--sampler", default="known-cost")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    results = [measure(searches, options) for searches in options.searches]
    if options.output:
        options.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def measure(searches: int, options) -> dict[str, float]:
    """The load of some searches on one study, on a new server with default settings: every commit reaches the disk."""
    with server() as postgres:
        url, total = postgres.url_with_password, options.earlier + options.trials
        context = multiprocessing.get_context("spawn")
        filling = context.Process(target=fill, args=(url, options.sampler, options.earlier))
        filling.start()
        filling.join()
        transactions_before = _transactions(postgres)
        reports, ready = context.Queue(), context.Barrier(searches)
        workers = options.workers // searches
        arguments = (url, options.sampler, total, workers, ready, reports)
        processes = [context.Process(target=search, args=arguments) for _ in range(searches)]
        for process in processes:
            process.start()
        all_reports = [reports.get() for _ in processes]
        connections = postgres.query("SELECT count(*) FROM pg_stat_activity WHERE datname = 'postgres'")[0][0] - 1
        totals = {
            name: sum(report[name] for report in all_reports) for name in ("trainings", "processor", "statements")
        }
        seconds = max(report["seconds"] for report in all_reports)
        transactions = _transactions(postgres) - transactions_before
        counted, duplicates = _trials(url)
        trials = counted - options.earlier
        result = {
            "searches": searches,
            "workers": workers * searches,
            "sampler": options.sampler,
            "earlier": options.earlier,
            "trials": trials,
            "seconds": round(seconds, 1),
            "trials_a_second": round(trials / seconds, 2),
            "trainings_a_second": round(totals["trainings"] / seconds, 2),
            "seconds_of_processor_a_trial": round(totals["processor"] / trials, 3),
            "statements_a_trial": round(totals["statements"] / trials, 1),
            "transactions_a_trial": round(transactions / trials, 1),
            "connections_a_search": connections / searches,
            "too_many": counted - total,
            "doubled": duplicates,
        }
        print(json.dumps(result), flush=True)
        for process in processes:
            process.kill()
        return result


def search(url: str, sampler: str, total: int, workers: int, ready, reports) -> None:
    """One search in a process of its own. It keeps its connections until the process is killed."""
    import sqlalchemy

    from search.training.recipe import ONE_CYCLE
    from search.workers.loop import run
    from search.workers.messages import JobDone
    from tests.faults.fake_search import FakePool

    counts: Counter = Counter()
    sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", lambda *_: counts.update(statements=1))
    study = _study(url, sampler)
    counts.clear()
    ready.wait()
    started, processor = time.perf_counter(), time.process_time()

    def watch(event) -> None:
        counts.update(trainings=isinstance(event, JobDone))

    pool = FakePool(seconds=0.0, workers=workers)
    run(study, pool, total=total, recipe=ONE_CYCLE, watch=watch, stop=lambda: False)
    study.close("done")
    reports.put({"seconds": time.perf_counter() - started, "processor": time.process_time() - processor, **counts})
    time.sleep(3600)


def fill(url: str, sampler: str, trials: int) -> None:
    """Give the study trials of random networks: a fifth is complete, the others were stopped at a lower rung.

    They are stored in bulk, as Optuna's own interface has it for one trial at a time.
    """
    import sqlalchemy.orm
    from optuna.storages._rdb import models

    from search.optimizer.networks.hyperparameters import RandomHyperParameters

    study, random = _study(url, sampler), Random(1)
    with sqlalchemy.orm.Session(study.optuna_study._storage._backend.engine) as session:
        first = len(study.trials())
        for number in range(first, first + trials):
            hp = RandomHyperParameters(random)
            network = study.problem.space.architecture(hp)
            rung = random.choices(RUNGS, (0.5, 0.3, 0.2))[0]
            session.add(_ended_trial(models, study.optuna_study._study_id, number, hp, network, rung))
        session.commit()


def _ended_trial(models, study_id: int, number: int, hp, network, last: int):
    """The rows of a trial that has ended at a rung."""
    from optuna.distributions import distribution_to_json
    from optuna.trial import TrialState

    from search.optimizer.trials import attributes as attr
    from tests.faults.fake_search import accuracy_of

    now, cost, complete = datetime.now(), network.cost(), last == RUNGS[-1]
    rungs = {str(rung): accuracy_of(network, rung) for rung in RUNGS if rung <= last}
    attributes = {
        attr.KEY: network.key,
        attr.FUNCTION_KEY: network.function_key,
        attr.ARCHITECTURE: network.to_dict(),
        attr.MACS: cost.multiply_adds,
        attr.PARAMETERS: cost.parameters,
        attr.MILESTONE: last,
        attr.RUNGS: rungs,
        attr.SECONDS: float(last),
    }
    state = TrialState.COMPLETE if complete else TrialState.PRUNED
    trial = models.TrialModel(study_id=study_id, number=number, state=state, datetime_start=now, datetime_complete=now)
    trial.user_attributes = [
        models.TrialUserAttributeModel(key=name, value_json=json.dumps(value)) for name, value in attributes.items()
    ]
    trial.params = [
        models.TrialParamModel(
            param_name=name,
            param_value=hp.distributions[name].to_internal_repr(value),
            distribution_json=distribution_to_json(hp.distributions[name]),
        )
        for name, value in hp.values.items()
    ]
    finite = models.TrialValueModel.TrialValueType.FINITE
    trial.values = [
        models.TrialValueModel(objective=objective, value=value, value_type=finite)
        for objective, value in enumerate((rungs[str(last)], float(cost.flops)) if complete else ())
    ]
    return trial


def _study(url: str, sampler: str):
    from search.cli.storage import open_storage
    from search.optimizer.networks.caps import Caps
    from search.optimizer.networks.problem import Problem
    from search.optimizer.rungs import Ladder
    from search.optimizer.study.opening import open_study
    from spaces.hybrid import HybridSpace

    return open_study(
        "load",
        Problem(HybridSpace(input_shape=(32, 32, 3), classes=10), caps=Caps(), ladder=Ladder(RUNGS)),
        storage=open_storage(url),
        sampler=sampler,
        seed=0,
        settings={"space": "hybrid", "epochs": RUNGS[-1], "rungs": list(RUNGS)},
    )


def _trials(url: str) -> tuple[int, int]:
    """The number of trials that count, and how many of them train a network again."""
    import optuna

    from search.cli.storage import open_storage
    from search.optimizer.study.stored_study import StoredStudy

    study = StoredStudy(optuna.load_study(study_name="load", storage=open_storage(url)))
    networks = Counter(trial.user_attrs.get("architecture.key") for trial in study.trained())
    return networks.total(), networks.total() - len(networks)


def _transactions(postgres: Server) -> int:
    """Transactions that were committed so far."""
    time.sleep(1.5)  # PostgreSQL counts them with a delay of a second.
    return postgres.query("SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'")[0][0]


if __name__ == "__main__":
    main()
