"""What is said where images are too few, or where networks stay at chance."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from optuna.trial import TrialState, create_trial

from search.optimizer.chance import Chance
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.trials import attributes as attr
from search.running.few_images import ChanceLog, too_few_images
from search.running.search_task import SearchTask
from search.training.datasets import load
from search.training.recipe import ONE_CYCLE


def images(*, train, validation):
    """A data set with so many images of each class."""
    labels = [np.repeat(np.arange(len(sizes)), sizes) for sizes in (train, validation)]
    names = tuple(f"class {number}" for number in range(len(train)))
    return dataclasses.replace(
        load("digits"),
        class_names=names,
        train_images=np.zeros((len(labels[0]), 8, 8, 1), np.uint8),
        train_labels=labels[0],
        validation_images=np.zeros((len(labels[1]), 8, 8, 1), np.uint8),
        validation_labels=labels[1],
    )


def test_enough_images_need_no_word():
    assert too_few_images(load("digits")) == []
    assert too_few_images(images(train=[64] * 4, validation=[16] * 4)) == []


def test_a_standard_error_as_large_as_the_differences_between_networks_is_said():
    (text,) = too_few_images(images(train=[16] * 4, validation=[4] * 4))
    assert text.startswith("Too few images: with 16 for validation, one standard error of an accuracy is up to 12 per")
    assert "until 100 or more are for validation" in text
    assert not too_few_images(images(train=[16] * 2, validation=[13] * 2))
    assert too_few_images(images(train=[16] * 2, validation=[12] * 2))


def test_where_a_limit_leaves_images_out_it_may_be_raised():
    limited = dataclasses.replace(load("digits"), train_images=np.zeros((9, 8, 8, 1), np.uint8))
    for dataset, advice in ((load("digits"), "Add images"), (limited, "Raise --train-limit, add images")):
        few = dataclasses.replace(dataset, train_labels=np.arange(9), class_names=(*map(str, range(10)),))
        assert f"learn these. {advice} of them until" in too_few_images(few)[-1]


def test_classes_with_almost_no_images_are_named():
    (text,) = too_few_images(images(train=[50, 4, 50], validation=[50, 50, 1]))
    assert "class 1 (4 and 50), class 2 (50 and 1)." in text and "class 0" not in text
    (text,) = too_few_images(images(train=[1] * 30, validation=[5] * 30))
    assert "class 4 (1 and 5) and 25 more." in text


@pytest.fixture
def log():
    dataset = SimpleNamespace(train_images=range(256))
    problem = Problem(None, Ladder((17, 50, 150)), chance=Chance(accuracy=0.25, images=64))
    return ChanceLog(SearchTask(dataset, problem, ONE_CYCLE))


def trials(*accuracies, rung=17):
    return [
        create_trial(state=TrialState.PRUNED, user_attrs={attr.RUNGS: {str(rung): accuracy}}) for accuracy in accuracies
    ]


def test_a_rung_at_chance_is_told_once_and_again_when_it_no_longer_is(log):
    assert log.news(trials(*[0.3] * 4)) == []
    assert log.news(trials(*[0.3] * 4, 0.5)) == [
        "1 of 5 networks is above chance after 17 epochs (34 steps), with more than 36 %: none is stopped there."
    ]
    assert log.news(trials(*[0.3] * 5, 0.5)) == []
    assert log.news(trials(*[0.3] * 5, *[0.5] * 3)) == [
        "3 of 8 networks are above chance after 17 epochs (34 steps), with more than 36 %: the others may be stopped "
        "there."
    ]
    assert log.news(trials(*[0.3] * 5, *[0.5] * 4)) == []


def test_on_five_images_no_accuracy_is_above_chance():
    problem = Problem(None, Ladder((100, 300)), chance=Chance.of([3, 2]))
    log = ChanceLog(SearchTask(SimpleNamespace(train_images=range(19)), problem, ONE_CYCLE))
    assert log.news(trials(*[1.0] * 5, rung=100)) == [
        "0 of 5 networks are above chance after 100 epochs (100 steps), which takes more than 100 %: none is stopped "
        "there."
    ]


def test_the_first_dozen_at_chance_are_too_few_images(log):
    log.news(trials(*[0.3] * 11))
    (text,) = log.news(trials(*[0.3] * 12))
    assert text.startswith(
        "Too few images, or too short a training: none of the first 12 networks is above chance after"
    )
    assert log.news(trials(*[0.3] * 13)) == []


def test_one_network_above_chance_shows_that_there_is_something_to_learn(log):
    log.news(trials(*[0.3] * 11))
    assert log.news(trials(*[0.3] * 11, 0.5)) == []
    assert log.news(trials(*[0.3] * 13)) == []


def test_the_last_rung_stops_nothing(log):
    assert log.news(trials(*[0.3] * 9, rung=150)) == []
