"""Several searches on one study: one begins something between another's look and what that one writes."""

import multiprocessing

import pytest

from search.cli.storage import open_storage
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.optimizer.trials import attributes as attr
from search.training.recipe import ONE_CYCLE
from search.workers.loop import run
from tests.faults.fake_search import FakePool
from tests.toy_space import ToySpace, fake_accuracy

SETTINGS = {"space": "toy"}


class Interrupted(ToySpace):
    """A space in which something happens, once, while a network is described."""

    happens = None

    def architecture(self, hp):
        network, (happens, self.happens) = super().architecture(hp), (self.happens, None)
        if happens:
            happens()
        return network


def opened(folder, space=None, *, rungs=(3,), seed=0):
    return open_study(
        "toy",
        Problem(space or ToySpace(), caps=Caps(), ladder=Ladder(rungs)),
        storage=open_storage(f"sqlite:///{folder}/search.db"),
        sampler="random",
        seed=seed,
        settings=SETTINGS,
    )


def finish(study, proposal):
    study.record_rung(proposal.number, accuracy=fake_accuracy(proposal.architecture), seconds=1.0)


@pytest.fixture
def two(tmp_path):
    """Two searches, the first of which can be interrupted."""
    widths = range(8, 40)
    return opened(tmp_path, Interrupted(widths)), opened(tmp_path, ToySpace(widths), seed=1)


def test_of_two_that_begin_the_last_trial_at_once_the_first_has_it(two):
    one, other = two
    finish(one, one.ask(total=2))
    other.trials()  # the last that it sees before it begins
    begun = []
    one.problem.space.happens = lambda: begun.append(other.ask(total=2))
    proposal = one.ask(total=2)
    assert proposal is not None and begun == [None]
    other.refresh()
    assert other.trained_so_far() == 2
    assert other.ask(total=2) is None


def test_what_gives_way_is_begun_when_there_is_room_again(two):
    one, other = two
    finish(one, one.ask(total=2))
    other.trials()
    one.problem.space.happens = lambda: other.ask(total=2)
    taken = one.ask(total=2)
    (given_up,) = [trial for trial in other.optuna_study.trials if attr.INTERRUPTED in trial.user_attrs]
    one.fail(taken.number, "lost")  # It counts as it is.
    one.refresh()
    assert one.ask(total=2) is None
    assert one.ask(total=3).architecture.key == given_up.user_attrs[attr.KEY]


def test_a_queued_trial_that_another_search_takes_counts(two):
    one, other = two
    queued = {f"width{layer}": 16 for layer in (1, 2, 3)}
    finish(one, one.ask(total=2))

    def happens():
        one.optuna_study.enqueue_trial(queued)
        begun.append(other.ask(total=2))

    begun = []
    one.problem.space.happens = happens
    proposals = [one.ask(total=2), *begun]
    one.refresh()
    assert one.trained_so_far() == 2 == 1 + sum(proposal is not None for proposal in proposals)


def test_of_two_that_propose_the_same_network_at_once_one_trains_it(two):
    one, other = two
    finish(one, one.ask())
    queued = {f"width{layer}": 16 for layer in (1, 2, 3)}
    for _ in range(2):
        one.optuna_study.enqueue_trial(queued)
    begun = []
    one.problem.space.happens = lambda: begun.append(other.ask())
    begun.append(one.ask())
    assert len({proposal.architecture.key for proposal in begun}) == 2
    assert sum(proposal.architecture.widths == (16, 16, 16) for proposal in begun) <= 1


def test_a_stopped_trial_is_taken_up_by_one(tmp_path, monkeypatch):
    first = opened(tmp_path, rungs=(1, 3))
    finish(first, stopped := first.ask())
    first.close("over")
    one, other = opened(tmp_path, rungs=(1, 3)), opened(tmp_path, rungs=(1, 3))
    waiting = [study.waiting() for study in (one, other)]  # Both have looked before either begins.
    assert [[trial.number for trial in each] for each in waiting] == [[stopped.number]] * 2
    proposals = [study.ask_to_finish() for study in (one, other)]
    assert [proposal is not None for proposal in proposals] == [True, False]


def searching(folder, seed, ready):
    ready.wait()
    study = opened(folder, ToySpace(range(1, 40)), seed=seed)
    run(study, FakePool(seconds=0.0, workers=8), total=40, recipe=ONE_CYCLE, watch=lambda _: None, stop=lambda: False)
    study.close("over")


def dying(folder):
    study = opened(folder, ToySpace(range(1, 40)), seed=3)
    for _ in range(6):
        study.ask(total=40)


@pytest.mark.long
def test_searches_that_begin_at_once_where_one_has_died_end_with_the_total(tmp_path):
    context = multiprocessing.get_context("fork")
    died = context.Process(target=dying, args=(tmp_path,))
    died.start()
    died.join(120)
    ready = context.Barrier(3)
    searches = [context.Process(target=searching, args=(tmp_path, seed, ready)) for seed in range(3)]
    for search in searches:
        search.start()
    for search in searches:
        search.join(120)
    assert [search.exitcode for search in (died, *searches)] == [0, 0, 0, 0]
    study = opened(tmp_path, ToySpace(range(1, 40)))
    keys = [trial.user_attrs[attr.KEY] for trial in study.trained()]
    assert len(keys) == len(set(keys)) == 40
