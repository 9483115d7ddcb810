"""Picks by need, against what can be seen in a list of six networks."""

import optuna
import pytest
from optuna.trial import TrialState, create_trial

from search.errors import UsageError
from search.optimizer.pareto import Bounds
from search.optimizer.study.selection import Budget, choose, numbered
from search.optimizer.trials import attributes as attr

# accuracy, multiply-adds, parameters; the front is 0, 2, 3, 5.
NETWORKS = [(0.5, 1e6, 900), (0.4, 2e6, 100), (0.7, 2e6, 800), (0.8, 4e6, 700), (0.8, 5e6, 50), (0.81, 9e6, 60)]
BOUNDS = Bounds(reference_loss=0.75, lowest_cost=5e5, highest_cost=2e7)
MILLISECONDS = {0: 3.0, 2: 1.0, 3: 2.0, 4: 0.5, 5: 4.0}


def trials():
    return [
        create_trial(
            values=[accuracy, 2 * macs],
            user_attrs={
                attr.MACS: macs,
                attr.PARAMETERS: parameters,
                attr.ARCHITECTURE: {},
                attr.RAM_BYTES: 10 * parameters,
                attr.FLASH_BYTES: 20_000 + parameters,
            },
        )
        for accuracy, macs, parameters in NETWORKS
    ]


def positions(pick, *, timed=None, **budget):
    told = trials()
    by_number = []

    def latencies(members):
        by_number.extend(members)
        return timed

    study = optuna.create_study(directions=["maximize", "minimize"])
    study.add_trials(told)
    found = choose(study.get_trials(), pick=pick, budget=Budget(**budget), bounds=BOUNDS, latencies=latencies)
    assert bool(by_number) == (timed is not None)
    return [trial.number for trial in found]


@pytest.mark.parametrize(
    ("pick", "budget", "expected"),
    [
        ("best", {}, [5]),
        ("front", {}, [0, 2, 3, 5]),
        ("knee", {}, [3]),
        ("best", {"flops": 8e6}, [3]),
        ("best", {"flops": 7.9e6}, [2]),
        ("front", {"flops": 4e6}, [0, 2]),
        ("best", {"parameters": 100}, [5]),
        ("best", {"parameters": 55}, [4]),  # Not on the study's front: another front holds among so small ones.
        ("front", {"parameters": 100}, [1, 4, 5]),
        ("best", {"parameters": 100, "flops": 4e6}, [1]),
        ("front", {"ram_bytes": 1000}, [1, 4, 5]),
        ("best", {"flash_bytes": 20_055}, [4]),
        ("best", {"ram_bytes": 1000, "flops": 4e6}, [1]),
    ],
)
def test_by_cost(pick, budget, expected):
    assert positions(pick, **budget) == expected


def test_without_a_knee_the_best_is_taken_and_it_is_said():
    at_chance = [
        create_trial(values=[accuracy, 2 * macs], user_attrs={attr.MACS: macs, attr.PARAMETERS: 9})
        for accuracy, macs in ((0.25, 1e5), (0.26, 1e6))
    ]
    said = []
    options = {"budget": Budget(), "bounds": BOUNDS, "latencies": lambda members: {}, "say": said.append}
    assert choose(at_chance, pick="knee", **options) == at_chance[1:]
    assert said == [
        "No network of the front is clearly better than chance (25 %), so there is no knee. "
        "The most accurate is taken, with 26.0 %. Longer trainings may give a better one."
    ]
    assert choose(at_chance, pick="best", **options) == at_chance[1:] and len(said) == 1


def test_by_latency():
    assert positions("fastest", timed=MILLISECONDS) == [2]
    assert positions("best", timed=MILLISECONDS, latency_ms=2.5) == [3]
    assert positions("front", timed=MILLISECONDS, latency_ms=2.5) == [2, 3]
    assert positions("best", timed=MILLISECONDS, latency_ms=3.0, flops=4e6) == [2]


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        ({"flops": 10}, r"no network of the study has 10 FLOPs or fewer; the least is 2 M\."),
        ({"ram_bytes": 499}, r"no network of the study has 499 bytes of RAM or fewer; the least is 500\."),
        ({"flash_bytes": 20_049}, r"20,049 bytes of flash or fewer; the least is 20,050\."),
        ({"parameters": 49}, r"49 parameters or fewer; the least is 50\."),
        (
            {"flops": 2e6, "parameters": 800},
            r"within the other limits has 800 parameters or fewer; the least is 900\.",
        ),
    ],
)
def test_a_budget_that_nothing_meets_names_the_least(budget, said):
    with pytest.raises(UsageError, match=said):
        positions("best", **budget)


def test_a_latency_that_nothing_meets_names_the_least():
    with pytest.raises(UsageError, match=r"takes 0\.9 ms or less; the least is 1\.00 ms"):
        positions("best", timed={0: 3.0, 2: 1.0, 3: 2.0, 5: 4.0}, latency_ms=0.9)


def test_trials_by_number():
    told = [*trials(), create_trial(state=TrialState.PRUNED, user_attrs={attr.REASON: "over the cap"})]
    assert numbered(told, 1) is told[1]
    with pytest.raises(UsageError, match="trial 6 was never trained .over the cap"):
        numbered(told, 6)
    with pytest.raises(UsageError, match="there is no trial 7; the study's go from 0 to 6"):
        numbered(told, 7)
    with pytest.raises(UsageError, match="Search first"):
        choose(told[6:], pick="best", budget=Budget(), bounds=BOUNDS, latencies=lambda members: {})
