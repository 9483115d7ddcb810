"""Networks by state: each is in one state, and the number of judged ones never falls."""

from itertools import pairwise

import optuna

from search.display.tally import Tally, tally
from tests.search.display.simulated import SimulatedPool, opened, searched


def test_without_trials_there_are_no_networks():
    assert tally([]) == Tally()


def test_states_add_up_and_the_judged_never_fall():
    study, pool, seen = opened(), SimulatedPool(2), []
    searched(study, pool, total=25, watch=lambda event: seen.append(tally(study.trials())))
    assert [one.judged for one in seen] == sorted(one.judged for one in seen)
    # A network that was counted went on, or this would not show that the count stays.
    assert any(after.running > before.running and after.waiting < before.waiting for before, after in pairwise(seen))
    for one in seen:
        assert one.running + one.waiting + one.complete == one.judged + first_time(one)
        assert one.running <= 2
    last = seen[-1]
    assert last == Tally(waiting=25 - len(study.complete_trials()), complete=len(study.complete_trials()), judged=25)


def first_time(one):
    """Networks that have no result yet; they can only be running."""
    unjudged = one.running + one.waiting + one.complete + one.stopped + one.failed - one.judged
    assert 0 <= unjudged <= one.running
    return unjudged


def test_failed_and_stopped_networks_have_a_state_of_their_own():
    study = opened()
    numbers = [study.ask().number for _ in range(4)]
    study.fail(numbers[0], "no luck")
    study.record_rung(numbers[3], accuracy=0.5, seconds=1.0)
    assert tally(study.trials()) == Tally(running=2, waiting=1, failed=1, judged=2)
    study.close("stopped")
    # What was cut short before its first rung does not count.
    assert tally(study.trials()) == Tally(stopped=1, failed=1, judged=2)


def test_a_network_that_is_resumed_counts_once():
    study = opened()
    searched(study, SimulatedPool(1), total=10, stop=lambda: len(study.waiting()) >= 4)
    study.close("stopped")
    before = tally(study.trials())
    assert before.stopped >= 4
    proposal = study.ask_to_finish()
    assert "resumes" in study.trials()[proposal.number].user_attrs
    after = tally(study.trials())
    assert (after.running, after.stopped, after.judged) == (1, before.stopped - 1, before.judged)
    study.record_rung(proposal.number, accuracy=0.9, seconds=1.0)
    assert tally(study.trials()).judged == before.judged
    assert study.optuna_study.get_trials(states=[optuna.trial.TrialState.PRUNED])
