"""A warm start: what is transferred, that it helps, that it does not mislead, and that it lasts."""

import numpy as np
import optuna
import pytest

from search.errors import SearchError
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.initial_design import N_STARTUP_TRIALS
from search.optimizer.sampler.warm_start import (
    MAX_TRANSFERRED,
    SourceTaskMean,
    TransferredHyperParameters,
    WarmStart,
    transferred,
)
from search.optimizer.study.opening import open_study
from search.optimizer.trials import attributes as attr
from tests.toy_space import ToyNetwork, ToySpace, fake_accuracy

WIDTHS = tuple(range(4, 84, 4))
BOUNDS = Bounds(0.5, 1_200, 24_000)


def opened(storage, name="toy", *, widths=WIDTHS, caps=Caps(), rungs=(1,), sampler="known-cost", **other):  # noqa: B008
    return open_study(
        name,
        Problem(ToySpace(widths), caps=caps, ladder=Ladder(rungs), bounds=BOUNDS),
        storage=storage,
        sampler=sampler,
        seed=0,
        settings={},
        **other,
    )


def first_counts(network):
    """Only the first width counts for accuracy: something to learn."""
    return fake_accuracy(type(network)((network.widths[0],)))


def transferred_from(study, space):
    return transferred(study.name, study.trials(), study.front(), space)


def train(study, trials, accuracy=first_counts):
    while len(study.trained()) < trials:
        proposal = study.ask()
        study.record_rung(proposal.number, accuracy=accuracy(proposal.architecture), seconds=1.0)
    return study


@pytest.fixture(scope="module")
def old():
    return train(opened(optuna.storages.InMemoryStorage(), "old", sampler="random"), 30)


@pytest.fixture
def storage():
    return optuna.storages.InMemoryStorage()


def test_params_that_are_no_longer_to_be_had_become_the_nearest_or_the_first():
    hp = TransferredHyperParameters({"width": 30, "kind": "gone", "rate": 9.0, "steps": 7, "bias": True})
    assert hp.Choice("width", [8, 16, 32, 64]) == 32
    assert hp.Choice("kind", ["standard", "separable"]) == "standard"
    assert hp.Float("rate", 0.0, 1.0) == 1.0
    assert hp.Int("steps", 2, 10, step=4) == 6
    assert hp.Boolean("bias") is True
    assert hp.Choice("new", ["first", "second"]) == "first"
    assert hp.share_known == pytest.approx(5 / 6)


def test_its_front_comes_first_under_the_caps_and_its_accuracies_are_no_results(old, storage):
    cap = Caps(flops=30_000)
    study = opened(storage, caps=cap, warm_start=transferred_from(old, ToySpace(WIDTHS)), rungs=(1, 3))
    queued = [trial for trial in study.trials() if attr.STARTED_FROM in trial.user_attrs]
    known = {tuple(trial.params.values()) for trial in old.front()}
    assert 1 <= len(queued) <= N_STARTUP_TRIALS
    for trial in queued:
        params = trial.system_attrs["fixed_params"]
        assert tuple(params.values()) in known
        assert 2 * sum(100 * width for width in params.values()) <= cap.flops
    assert study.trained() == study.complete_trials() == []
    assert study.hypervolume() == 0
    proposals = [study.ask() for _ in range(1 + len(queued))]
    assert [proposal.milestones[-1] for proposal in proposals] == [1] * len(proposals)  # judged like any other


def test_a_space_that_changed_takes_what_it_can_describe(old, storage):
    wide = tuple(range(8, 88, 8))
    warm_start = transferred_from(old, ToySpace(wide))
    assert all(width in wide for result in warm_start.results for width in result.params.values())
    assert train(opened(storage, widths=wide, warm_start=warm_start), 12).front()


def test_a_space_that_has_nothing_in_common_is_refused(old):
    class Other(ToySpace):
        def architecture(self, hp):
            return ToyNetwork(tuple(hp.Choice(name, [8, 16]) for name in ("depth", "height")))

    with pytest.raises(SearchError, match="study 'old' has no result of a network that the new"):
        transferred_from(old, Other())


def test_a_long_study_is_transferred_in_part_its_front_in_whole(storage):
    long = train(opened(storage, "long", sampler="random"), MAX_TRANSFERRED + 60)
    warm_start = transferred_from(long, ToySpace(WIDTHS))
    assert len(warm_start.results) == MAX_TRANSFERRED
    assert sum(result.on_front for result in warm_start.results) == len(long.front())


def test_its_prediction_ranks_networks_and_comes_back_from_storage(old):
    warm_start = transferred_from(old, ToySpace(WIDTHS))
    assert WarmStart.from_dict(warm_start.to_dict()) == warm_start
    source_task_mean = SourceTaskMean(warm_start, Problem(ToySpace(WIDTHS), Ladder((1,)), bounds=BOUNDS))
    narrow, broad = ({"width1": width, "width2": 40, "width3": 40} for width in (8, 72))
    predicted = source_task_mean.predict([narrow, broad], np.array([8_800, 15_200]))
    assert predicted[0] > predicted[1] + 1


def hypervolume_after(trials, warm_start, accuracy=first_counts):
    return train(opened(optuna.storages.InMemoryStorage(), warm_start=warm_start), trials, accuracy).hypervolume()


def test_it_helps_where_the_studies_agree_and_costs_little_where_they_do_not():
    source = train(opened(optuna.storages.InMemoryStorage(), "old"), 30)
    warm_start = transferred_from(source, ToySpace(WIDTHS))
    assert hypervolume_after(8, warm_start) > hypervolume_after(8, None)

    def last_counts(network):
        return fake_accuracy(type(network)((84 - network.widths[0] + network.widths[2],)))

    assert hypervolume_after(25, warm_start, last_counts) > 0.97 * hypervolume_after(25, None, last_counts)


def test_it_is_kept_with_the_study_and_needs_the_earlier_one_no_more(old, storage):
    train(opened(storage, warm_start=transferred_from(old, ToySpace(WIDTHS))), 10)
    again = opened(storage)
    assert attr.WARM_START in again.optuna_study.user_attrs
    assert train(again, 12).front()


def test_what_was_killed_while_it_was_made_is_made_again_once(old, storage):
    warm_start = transferred_from(old, ToySpace(WIDTHS))
    study = opened(storage, warm_start=warm_start)
    whole = len(study.trials())
    for name in (attr.SETTINGS, attr.ID):  # written last
        storage._studies[study.optuna_study._study_id].user_attrs.pop(name)
    assert len(opened(storage, warm_start=warm_start).trials()) == whole
