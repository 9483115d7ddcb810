"""A trial's life: over a made-up space whose accuracies come from widths, so that a hundred trials take a moment."""

from random import Random

import numpy as np
import optuna
import pytest
from optuna.trial import TrialState

from search.errors import SearchError
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.optimizer.study.starter import SpaceExhausted
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.optuna_storage import set_trial_attr
from search.optimizer.trials.status import counts
from tests.toy_space import ToySpace, fake_accuracy

SETTINGS = {"space": "toy", "recipe": {"name": "fake", "learning_rate": 0.1}, "epochs": 3}


def open_toy(storage, *, space=None, caps=Caps(), sampler="random", seed=0, settings=SETTINGS, **other):  # noqa: B008
    problem = Problem(space or ToySpace(), Ladder((3,)), caps=caps, **other)
    return open_study("toy", problem, storage=storage, sampler=sampler, seed=seed, settings=settings)


def train(study, trials):
    done = []
    while len(study.trained()) < trials:
        proposal = study.ask()
        done.append(proposal)
        study.record_epoch(proposal.number, (1, 0.5, 1.0, 0.1, 1.0, 100.0))
        study.record_rung(proposal.number, accuracy=fake_accuracy(proposal.architecture), seconds=1.0)
    return done


@pytest.fixture
def storage():
    return optuna.storages.InMemoryStorage()


def test_the_first_trial_is_the_start_point(storage):
    study = open_toy(storage)
    proposal = study.ask()
    assert proposal.architecture.widths == (8, 8, 8)
    assert study.trials()[proposal.number].user_attrs[attr.START_POINT] == "Small"


@pytest.mark.parametrize("sampler", ["tpe", "nsga2", "random"])
def test_no_network_is_trained_twice_and_none_over_the_cap(storage, sampler):
    study = open_toy(storage, sampler=sampler, caps=Caps(flops=20_000))
    proposals = train(study, 25)
    keys = [proposal.architecture.key for proposal in proposals]
    assert len(set(keys)) == len(keys) == 25
    assert all(proposal.architecture.cost().flops <= 20_000 for proposal in proposals)
    for trial in study.trials():
        if not counts(trial):
            assert attr.EPOCHS not in trial.user_attrs
            assert trial.state in (TrialState.PRUNED, TrialState.WAITING)


def test_over_the_cap_is_a_pruned_trial_with_a_violated_constraint(storage):
    study = open_toy(storage, caps=Caps(flops=10_000))
    train(study, 8)
    over = [trial for trial in study.trials() if attr.OVER_CAP in trial.user_attrs]
    assert over
    for trial in over:
        excess = 2 * trial.user_attrs[attr.MACS] / 10_000 - 1
        assert trial.state == TrialState.PRUNED
        assert trial.constraints["max_flops"] == pytest.approx(excess)
        assert list(trial.constraints.values()) == pytest.approx([excess] * len(trial.constraints))
        assert excess > 0


def test_a_cap_on_parameters_holds_too(storage):
    study = open_toy(storage, caps=Caps(parameters=900))
    assert all(proposal.architecture.cost().parameters <= 900 for proposal in train(study, 8))


@pytest.mark.parametrize("sampler", ["known-cost", "random"])
def test_a_least_cost_holds_and_bounds_the_hypervolume(storage, sampler):
    study = open_toy(storage, sampler=sampler, caps=Caps(flops=20_000, min_flops=12_000))
    assert all(12_000 <= proposal.architecture.cost().flops <= 20_000 for proposal in train(study, 8))
    assert study.bounds.lowest_cost == 6_400  # The least multiply-adds that widths within the caps sum to.
    below = [trial for trial in study.trials() if trial.constraints.get("min_flops", 0) > 0]
    assert below and all(attr.OVER_CAP in trial.user_attrs for trial in below)  # The start point, for one.


def test_the_space_can_be_searched_to_its_end(storage):
    study = open_toy(storage, space=ToySpace(widths=(8, 16)))
    train(study, 8)
    with pytest.raises(SpaceExhausted, match="8 are trained"):
        study.ask()


def test_a_cap_that_nothing_fits_is_refused_before_anything_is_written(storage):
    with pytest.raises(SearchError, match="4,800 FLOPs"):
        open_toy(storage, caps=Caps(flops=10))
    assert optuna.get_all_study_names(storage) == []


def test_trials_are_a_total(storage):
    assert len(train(open_toy(storage), 8)) == 8
    assert len(train(open_toy(storage), 12)) == 4
    assert train(open_toy(storage), 12) == []


def test_a_continued_study_proposes_what_an_unbroken_one_would(storage):
    other = optuna.storages.InMemoryStorage()
    whole = train(open_toy(other, sampler="tpe"), 14)
    parts = train(open_toy(storage, sampler="tpe"), 5) + train(open_toy(storage, sampler="tpe"), 14)
    assert [proposal.architecture for proposal in whole] == [proposal.architecture for proposal in parts]
    assert [proposal.seed for proposal in whole] == [proposal.seed for proposal in parts]


def test_another_seed_proposes_otherwise(storage):
    other = optuna.storages.InMemoryStorage()
    first, second = train(open_toy(storage), 10), train(open_toy(other, seed=1), 10)
    assert [p.architecture for p in first] != [p.architecture for p in second]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"epochs": 4}, "epochs = 3; got 4"),
        ({"recipe": {"name": "fake", "learning_rate": 0.2}}, "recipe learning_rate = 0.1; got 0.2"),
        ({"dataset": "digits"}, "dataset = None; got 'digits'"),
    ],
)
def test_other_settings_are_refused_by_name(storage, change, said):
    open_toy(storage)
    with pytest.raises(SearchError, match=said):
        open_toy(storage, settings=SETTINGS | change)


def test_a_study_of_another_version_of_the_program_is_refused(storage):
    open_toy(storage).optuna_study.set_user_attr(attr.FORMAT, 2)
    with pytest.raises(SearchError, match=r"another version of this program \(its format is 2; this one reads 1\)"):
        open_toy(storage)


class QuarrelsomeSpace(ToySpace):
    """Has no network of a wide first layer, and says so in many ways."""

    def architecture(self, hp):
        network = super().architecture(hp)
        if network.widths[0] == 64:
            raise (KeyError("width"), ZeroDivisionError(), ValueError("too wide"))[network.widths[1] // 16 % 3]
        return network


@pytest.mark.parametrize("sampler", ["known-cost", "random", "tpe"])
def test_what_a_space_cannot_describe_has_failed_does_not_count_and_is_no_traceback(storage, sampler):
    study = open_toy(storage, space=QuarrelsomeSpace(), sampler=sampler)
    train(study, 30)
    assert len(study.complete_trials()) == 30
    failed = [trial for trial in study.trials() if trial.state == TrialState.FAIL]
    assert failed or sampler == "known-cost"
    for trial in failed:
        assert trial.user_attrs[attr.REASON].startswith("the space can't describe this network: ")
        assert trial.constraints["failed"] > 0 and not counts(trial)


def test_a_space_that_describes_nothing_is_one_sentence(storage):
    class NoSpace(ToySpace):
        def architecture(self, hp):
            raise KeyError("width")

    with pytest.raises(SearchError, match=r"none of 500 random draws gave a network; .*KeyError: 'width'. Correct the"):
        open_toy(storage, space=NoSpace())


def test_a_foreign_study_is_refused(storage):
    optuna.create_study(study_name="toy", storage=storage)
    with pytest.raises(SearchError, match="directions"):
        open_toy(storage)
    optuna.delete_study(study_name="toy", storage=storage)
    optuna.create_study(study_name="toy", storage=storage, directions=["maximize", "minimize"]).add_trial(
        optuna.trial.create_trial(values=(0.5, 10.0))
    )
    with pytest.raises(SearchError, match="not made by this program"):
        open_toy(storage)


def test_an_interrupted_trial_does_not_count_and_is_next_in_line(storage):
    study = open_toy(storage)
    train(study, 3)
    cut = study.ask()
    study.close("stopped")
    assert len(study.trained()) == 3
    assert study.trials()[cut.number].state == TrialState.FAIL
    again = open_toy(storage).ask()
    assert again.architecture == cut.architecture
    assert again.number != cut.number


def test_a_start_point_keeps_its_name_when_it_is_interrupted(storage):
    study = open_toy(storage)
    study.ask()
    study.close("stopped")
    again = study.ask()
    assert study.trials()[again.number].user_attrs[attr.START_POINT] == "Small"


def test_trials_of_a_dead_process_are_replaced_and_those_of_a_live_one_left_alone(storage):
    dead, alive = open_toy(storage), open_toy(storage)
    lost, kept = dead.ask(), alive.ask()
    trial = dead.trials()[lost.number]
    process = trial.user_attrs[attr.PROCESS_ID].replace(":", ":9", 1) + "9"
    set_trial_attr(dead.optuna_study, trial, attr.PROCESS_ID, process)
    study = open_toy(storage)
    states = {trial.number: trial.state for trial in study.trials()}
    assert states[lost.number] == TrialState.FAIL
    assert states[kept.number] == TrialState.RUNNING
    assert study.ask().architecture == lost.architecture


def test_a_failed_trial_counts_and_is_kept_away_from(storage):
    study = open_toy(storage)
    proposal = study.ask()
    study.fail(proposal.number, "the loss was nan")
    trial = study.trials()[proposal.number]
    assert trial.state == TrialState.FAIL
    assert trial.user_attrs[attr.REASON] == "the loss was nan"
    assert any(excess > 0 for excess in trial.constraints.values())
    assert len(study.trained()) == 1
    assert study.ask().architecture != proposal.architecture


def test_the_front_and_the_hypervolume_equal_brute_force(storage):
    study, random = open_toy(storage), Random(0)
    points = []
    while len(points) < 30:
        proposal = study.ask()
        accuracy = random.choice([0.3, 0.5, 0.6, 0.7, 0.7])
        study.record_rung(proposal.number, accuracy=accuracy, seconds=1.0)
        points.append((proposal.number, accuracy, proposal.architecture.cost().multiply_adds))
    expected = [
        number
        for number, accuracy, cost in sorted(points, key=lambda p: (p[2], -p[1], p[0]))
        if not any(
            a >= accuracy and c <= cost and (a > accuracy or c < cost or n < number)
            for n, a, c in points
            if n != number
        )
    ]
    assert [trial.number for trial in study.front()] == expected
    grid = np.exp(np.linspace(np.log(study.bounds.lowest_cost), np.log(study.bounds.highest_cost), 20_001)[:-1])
    best = [max([0.1] + [a for _, a, c in points if c <= cost]) for cost in grid[::10]]
    assert study.hypervolume() == pytest.approx(np.mean(np.array(best) - 0.1) / 0.9, abs=2e-3)


def test_a_study_without_a_result_has_no_front(storage):
    study = open_toy(storage)
    assert study.front() == []
    assert study.knee() is None
    assert study.hypervolume() == 0
