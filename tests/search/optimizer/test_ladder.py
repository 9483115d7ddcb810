"""The ladder of rungs: its arithmetic, and its default as a function of the steps in an epoch."""

import pytest

from search.optimizer.rungs import Ladder, default_rungs, rungs_of


def test_a_ladder_goes_up_rung_by_rung():
    ladder = Ladder((1, 3, 9))
    assert [ladder.after(epochs) for epochs in (0, 1, 2, 3)] == [1, 3, 3, 9]
    assert ladder.between(0, 9) == (1, 3, 9)
    assert ladder.between(1, 3) == (3,)
    assert ladder.epochs_to_train(1, 9) == 8
    assert Ladder((1, 3, 9), resumes=False).epochs_to_train(1, 9) == 12
    assert ladder.epochs_to_train(9, 9) == 0


@pytest.mark.parametrize("rungs", [(), (0, 1), (3, 1), (1, 1, 3)])
def test_what_is_no_ladder_is_refused(rungs):
    with pytest.raises(ValueError, match="fewest first"):
        Ladder(rungs)


@pytest.mark.parametrize(
    ("epochs", "rungs"), [(1, (1,)), (2, (1, 2)), (3, (1, 3)), (9, (1, 3, 9)), (10, (1, 3, 10)), (90, (10, 30, 90))]
)
def test_rungs_are_a_ninth_a_third_and_the_whole(epochs, rungs):
    assert rungs_of(epochs) == rungs


@pytest.mark.parametrize(
    ("steps_per_epoch", "rungs"),
    [
        (352, (1, 3, 9)),  # CIFAR-10
        (67, (1, 3, 9)),
        (66, (3, 10)),
        (39, (5, 16)),  # 5,000 images
        (15, (13, 40)),
        (3, (67, 200)),  # 384 images
        (1, (200, 600)),
    ],
)
def test_where_an_epoch_has_few_steps_a_training_has_more_epochs_and_no_rung_at_a_ninth(steps_per_epoch, rungs):
    assert default_rungs(steps_per_epoch) == rungs
