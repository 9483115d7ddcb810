"""The hyperparameter language against KerasTuner's own, and what stands behind it."""

from collections import Counter
from random import Random

import optuna
import pytest

from search.optimizer.networks.hyperparameters import RandomHyperParameters, StoredHyperParameters, TrialHyperParameters


def declare(hp):
    """One of everything, in scopes, as a KerasTuner user writes it."""
    answers = {
        "kind": hp.Choice("kind", ["a", "b"]),
        "width": hp.Choice("width", [8, 16, 32]),
        "rate": hp.Float("rate", 1e-4, 1e-1, sampling="log"),
        "share": hp.Float("share", 0.0, 1.0, step=0.25),
        "units": hp.Int("units", 4, 12, step=4),
        "doubling": hp.Int("doubling", 2, 32, step=2, sampling="log"),
        "bias": hp.Boolean("bias"),
        "fixed": hp.Fixed("fixed", 3),
        "direct": hp.Int("direct", 1, 5, parent_name="kind", parent_values=["b"]),
    }
    with hp.conditional_scope("kind", ["a"]):
        answers["inner"] = hp.Choice("inner", ["x", "y"])
        with hp.name_scope("deep"):
            answers["deep"] = hp.Int("depth", 1, 3)
    return answers


def test_keras_tuner_and_ours_answer_alike_and_know_the_same_names():
    import keras_tuner

    for seed in range(30):
        ours = RandomHyperParameters(Random(seed))
        answers = declare(ours)
        theirs = keras_tuner.HyperParameters()
        theirs.values = dict(ours.values)
        assert declare(theirs) == answers
        assert {name: theirs.values[name] for name in ours.values} == ours.values
        assert (ours.get("kind"), "inner" in ours) == (theirs.get("kind"), "inner" in theirs)


def test_keras_tuner_draws_only_what_ours_can_draw():
    import keras_tuner

    drawn = [declare(RandomHyperParameters(Random(seed))) for seed in range(400)]
    theirs = keras_tuner.HyperParameters()
    declare(theirs)
    for hp in theirs.space:
        if hp.__class__.__name__ in ("Choice", "Int", "Boolean") and hp.name in drawn[0]:
            possible = {hp.prob_to_value(i / 97) for i in range(97)}
            assert {answers[hp.name] for answers in drawn} - {None} == possible


def test_random_answers_are_even():
    counts = Counter(RandomHyperParameters(Random(seed)).Choice("a", [1, 2, 3, 4]) for seed in range(4_000))
    assert min(counts.values()) > 850
    low = sum(RandomHyperParameters(Random(s)).Float("r", 1e-4, 1.0, sampling="log") < 1e-2 for s in range(4_000))
    assert 1_850 < low < 2_150


def test_a_question_asked_twice_has_one_answer():
    hp = RandomHyperParameters(Random(0))
    assert len({hp.Float("x", 0, 1) for _ in range(5)}) == 1


def test_stored_answers_come_back_and_a_missing_one_is_named():
    drawn = RandomHyperParameters(Random(1))
    answers = declare(drawn)
    assert declare(StoredHyperParameters(drawn.values | {"stray": 1})) == answers
    with pytest.raises(ValueError, match="no value is stored for 'kind'"):
        declare(StoredHyperParameters({}))


def test_a_trial_answers_and_remembers():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(20):
        trial = study.ask()
        hp = TrialHyperParameters(trial)
        answers = declare(hp)
        assert {name: value for name, value in trial.params.items()} == hp.values
        assert declare(StoredHyperParameters(trial.params)) == answers
        study.tell(trial, 0.0)


def test_numbers_and_booleans_that_are_equal_stay_apart():
    hp = RandomHyperParameters(Random(0))
    assert type(hp.Choice("flag", [True, False])) is bool
    assert type(hp.Choice("number", [1, 0])) is int


def test_a_scope_under_an_unknown_parent_is_refused():
    with pytest.raises(ValueError, match="named before"), RandomHyperParameters(Random(0)).conditional_scope("x", [1]):
        pass
