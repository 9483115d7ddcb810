"""Multi-objective searchers of SMAC3 and Syne Tune on a table of known results, scored as in `search.replay`.

    pip install smac syne-tune
    export PYTHONHASHSEED=0
    python -m tests.benchmarks.other_libraries --table FILE --searcher smac --budget 100 --seeds 10 --output FILE.json

They minimise the loss and the logarithm of the multiply-adds, the two axes of the hypervolume. A network that is
proposed again has its result from memory and costs nothing. The proposals of SMAC3 also depend on the order of Python's
sets, so its seed repeats a run only with `PYTHONHASHSEED`.

- `smac`: SMAC3's random forests, expected improvement and ParEGO (Knowles 2006), with the defaults of its facade;
- `morea`: Syne Tune's multi-objective regularised evolution, with a population of 20 instead of 100. Within the budgets
  of a table, 100 would be random search;
- `moasha`: Syne Tune's multi-objective successive halving (Salinas et al. 2021), which stops trainings early. It gets a
  result at each number of epochs in the table, and pays for each, as with the rungs of `search.replay`.
"""

import argparse
import datetime
import itertools
import json
import tempfile
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from optuna.distributions import CategoricalDistribution

from search.optimizer.gp.encoding import is_ordered
from search.optimizer.networks.hyperparameters import StoredHyperParameters
from search.replaying.repetition import BUDGETS
from search.replaying.summary import percent_by_budget, shares_in_words
from search.replaying.table import Table, read_table, shares_of_true_front

MAX_PROPOSALS_PER_TRAINING = 20
"""A run ends after so many proposals for each full training of its budget. Its searcher then repeats itself."""

Searcher = Generator[tuple[Mapping[str, Any], int], tuple[float, float], None]
"""Yields params and a number of epochs, and is sent the loss and the log cost."""


def smac(table: Table, *, seed: int, budget: int) -> Searcher:
    """The searcher of this name in the module's docstring."""
    from ConfigSpace import Categorical, ConfigurationSpace
    from smac import HyperparameterOptimizationFacade as Facade
    from smac import Scenario
    from smac.multi_objective.parego import ParEGO
    from smac.runhistory.dataclasses import TrialValue

    space = ConfigurationSpace(seed=seed)
    for name, values in table.choices.items():
        space.add(Categorical(name, list(values), ordered=_is_ordered(values)))
    with tempfile.TemporaryDirectory() as folder:
        scenario = Scenario(
            space,
            objectives=["loss", "cost"],
            n_trials=budget,
            deterministic=True,
            seed=seed,
            output_directory=Path(folder),
        )
        facade = Facade(
            scenario,
            lambda config, seed: None,
            multi_objective_algorithm=ParEGO(scenario),
            intensifier=Facade.get_intensifier(scenario, max_config_calls=1),
            logging_level=False,
            overwrite=True,
        )
        while True:
            trial = facade.ask()
            loss, cost = yield dict(trial.config), table.epochs[-1]
            facade.tell(trial, TrialValue(cost=[loss, cost]))


def morea(table: Table, *, seed: int, budget: int) -> Searcher:
    """The searcher of this name in the module's docstring."""
    from syne_tune.optimizer.schedulers.multiobjective import MultiObjectiveRegularizedEvolution

    searcher = MultiObjectiveRegularizedEvolution(_domains(table), population_size=20, random_seed=seed)
    for number in itertools.count():
        config = searcher.suggest()
        searcher.on_trial_complete(number, config, list((yield config, table.epochs[-1])))


def moasha(table: Table, *, seed: int, budget: int) -> Searcher:
    """The searcher of this name in the module's docstring."""
    from syne_tune.backend.trial_status import Trial
    from syne_tune.optimizer.scheduler import SchedulerDecision
    from syne_tune.optimizer.schedulers.multiobjective.moasha import MOASHA

    scheduler = MOASHA(
        _domains(table),
        ["loss", "cost"],
        time_attr="epochs",
        max_t=table.epochs[-1],
        grace_period=table.epochs[0],
        random_seed=seed,
    )
    for number in itertools.count():
        trial = Trial(number, scheduler.suggest().config, datetime.datetime.now())
        scheduler.on_trial_add(trial)
        for epochs in table.epochs:
            loss, cost = yield trial.config, epochs
            result = {"loss": loss, "cost": cost, "epochs": epochs}
            if scheduler.on_trial_result(trial, result) == SchedulerDecision.STOP:
                scheduler.on_trial_remove(trial)
                break


SEARCHERS = {"smac": smac, "morea": morea, "moasha": moasha}


def _domains(table: Table) -> dict[str, Any]:
    from syne_tune.config_space import choice, ordinal

    return {name: (ordinal if _is_ordered(values) else choice)(list(values)) for name, values in table.choices.items()}


def _is_ordered(values: Sequence[Any]) -> bool:
    return is_ordered(CategoricalDistribution(values))


def reached(table: Table, searcher: str, *, seed: int, budget: int, reference_accuracy: float) -> dict[int, float]:
    """Share of the true front's hypervolume, 0 to 1, by budget in full trainings."""
    np.random.seed(seed)  # Syne Tune draws from NumPy's own generator, whatever seed it is given.
    bounds = table.bounds(reference_accuracy=reference_accuracy)
    proposals = SEARCHERS[searcher](table, seed=seed, budget=budget)
    top, spent, spent_at = table.epochs[-1], 0, {}
    params, epochs = next(proposals)
    for _ in range(MAX_PROPOSALS_PER_TRAINING * budget * top // table.epochs[0]):
        row = table.architecture(StoredHyperParameters(params)).row
        if (row, epochs) not in spent_at:
            if spent >= budget * top:
                break
            spent += epochs
            spent_at[row, epochs] = spent
        params, epochs = proposals.send((float(1 - table.validation[epochs][row]), float(np.log(table.macs[row]))))
    proposals.close()
    budgets = [each for each in BUDGETS if each <= budget]
    selections = [
        [row for (row, epochs), spent in spent_at.items() if epochs == top and spent <= each * top] for each in budgets
    ]
    return dict(zip(budgets, shares_of_true_front(table, selections, bounds=bounds), strict=True))


def main() -> None:
    """Search with each seed, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", required=True)
    parser.add_argument("--searcher", required=True, choices=SEARCHERS)
    parser.add_argument("--budget", type=int, default=100, help="in full trainings")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--reference-accuracy", type=float, default=80.0, help="percent")
    parser.add_argument("--output")
    options = parser.parse_args()
    table, shares = read_table(options.table), []
    for seed in range(options.seeds):
        reached_by_budget = reached(
            table,
            options.searcher,
            seed=seed,
            budget=options.budget,
            reference_accuracy=options.reference_accuracy / 100,
        )
        shares.append(reached_by_budget)
        print(f"seed {seed}: {shares_in_words(reached_by_budget)}", flush=True)
    summary = percent_by_budget(shares)
    for budget, values in summary.items():
        print(f"{budget:>4} full trainings: {values['mean']:.1f} ± {values['std']:.1f} %")
    if options.output:
        results = {"searcher": options.searcher, "hypervolume_percent": summary}
        Path(options.output).write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
