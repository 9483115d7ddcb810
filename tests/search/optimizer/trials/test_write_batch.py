"""What a search writes to a trial at once is one transaction, and what it holds in memory is what is stored."""

import optuna
import pytest
import sqlalchemy
from optuna.trial import TrialState

from search.cli.storage import open_storage
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.optuna_storage import create_trial, current, set_constraints
from search.optimizer.trials.write_batch import written_together
from tests.toy_space import ToySpace

LARGE = optuna.distributions.IntDistribution(1, 9)


@pytest.fixture
def study(tmp_path):
    storage = open_storage(f"sqlite:///{tmp_path}/search.db")
    return optuna.create_study(storage=storage, sampler=optuna.samplers.RandomSampler(seed=0))


def statements_and_commits(study, work):
    """How many of each a piece of work takes."""
    counts, engine = {"statements": 0, "commits": 0}, study._storage._backend.engine

    def count(name):
        return lambda *_: counts.update({name: counts[name] + 1})

    listeners = [("before_cursor_execute", count("statements")), ("commit", count("commits"))]
    for name, listener in listeners:
        sqlalchemy.event.listen(engine, name, listener)
    work()
    for name, listener in listeners:
        sqlalchemy.event.remove(engine, name, listener)
    return counts["statements"], counts["commits"]


def describe(trial, known):
    with written_together(trial, known=known):
        for number in range(20):
            trial.suggest_int(f"param{number}", 1, 9)
            trial.set_user_attr(f"attribute{number}", (number, {"of": None}))
        set_constraints(trial, {"size": 0.5, "depth": -0.5})


def test_a_batch_is_one_transaction_and_reads_back_as_it_is_in_memory(study):
    known = {}
    describe(create_trial(study, {attr.PROCESS_ID: "me"}), known)
    trial = create_trial(study, {attr.PROCESS_ID: "me"})
    statements, commits = statements_and_commits(study, lambda: describe(trial, known))
    assert (statements, commits) == (4, 1)
    assert current(trial) == study.get_trials(deepcopy=False)[1]
    assert {"size": 0.5, "depth": -0.5}.items() <= study.trials[1].constraints.items()
    with written_together(trial):
        trial.set_user_attr("attribute3", "new")
    assert study.trials[1].user_attrs["attribute3"] == "new" and study.trials[0].user_attrs["attribute3"][0] == 3


def test_nothing_is_stored_within_a_batch(study):
    trial = create_trial(study, {})
    with written_together(trial):
        trial.set_user_attr("late", 1)
        assert "late" not in study.trials[0].user_attrs
    assert study.trials[0].user_attrs["late"] == 1


@pytest.mark.parametrize("known", [{}, {"width": LARGE}], ids=["stored before", "seen before"])
def test_a_param_that_others_chose_from_something_else_is_refused(study, known):
    study.add_trial(optuna.trial.create_trial(value=0.0, params={"width": 3}, distributions={"width": LARGE}))
    trial = create_trial(study, {})
    with pytest.raises(ValueError, match="distribution"), written_together(trial, known=known):
        trial.suggest_categorical("width", (1, 2))


def test_a_trial_that_has_ended_is_not_written_to(study):
    trial = create_trial(study, {})
    study.tell(trial.number, state=TrialState.FAIL)
    with pytest.raises(optuna.exceptions.UpdateFinishedTrialError), written_together(trial):
        trial.set_user_attr("late", 1)


@pytest.mark.parametrize("sampler", ["known-cost", "random"])
def test_a_study_in_memory_is_the_one_that_is_stored(tmp_path, sampler):
    problem = Problem(ToySpace(), caps=Caps(flops=10_000), ladder=Ladder((1, 3)))
    storage = open_storage(f"sqlite:///{tmp_path}/search.db")
    study = open_study("toy", problem, storage=storage, sampler=sampler, seed=0, settings={})
    for step in range(8):
        proposal = study.ask()
        study.record_epoch(proposal.number, (1, 0.5, 1.0, 0.1, 1.0, 100.0))
        if step == 5:
            study.fail(proposal.number, "too bad")
        else:
            study.record_rung(proposal.number, accuracy=0.5 + step / 50, seconds=1.0)
        in_memory = study.trials()
        stored = optuna.load_study(study_name="toy", storage=open_storage(f"sqlite:///{tmp_path}/search.db")).trials
        assert [vars(trial) for trial in in_memory] == [vars(trial) for trial in stored]
